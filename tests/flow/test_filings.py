"""From a form to its pack and back: sealed, verified, spoilt, forged, rebuilt."""

import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reports.verify.integrity import sum_problems
from reports.verify.pack import BadPack, open_pack
from reports.verify.verify import verify
from tests.flow.forgeries import FORGERIES
from tests.flow.sealed import ASKED, SEALED, filed_estate, forged, members_of, packed
from tests.flow.second_way import second_way
from tests.flow.small_estate import ROOT, alone, done, run


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    return filed_estate(tmp_path_factory.mktemp("filings") / "estate")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "operator.key"
    done("key", path)
    return path


@pytest.fixture(scope="module")
def pack(estate, key):
    return Path(done("seal", estate, *ASKED, *SEALED, "--sign", key).out.strip())


@pytest.fixture(scope="module")
def members(pack):
    return members_of(pack)


def test_a_pack_lies_under_its_filing_and_version(estate, pack):
    assert pack == estate / "var" / "filings" / "iso-30134_fra1_2025_v1.zip"
    assert [one.name for one in pack.parent.glob("*.zip")] == [pack.name]


def test_a_sound_pack_is_verified(pack):
    answer = done("verify", pack)

    assert answer.out.startswith("verified\n")
    assert "computed once more" in answer.out


def test_the_key_in_the_pack_proves_no_identity_and_the_operators_does(pack, key):
    inside = done("verify", pack, "--json").json
    outside = done("verify", pack, "--json", "--key", f"{key}.pub").json

    assert inside["proven"] is False
    assert "proves no identity" in inside["facts"][1]
    assert outside["proven"] is True
    assert "signed with the key given" in outside["facts"][1]


def test_the_key_can_be_given_as_it_is_printed(pack, key):
    line = Path(f"{key}.pub").read_text().splitlines()[1]

    assert done("verify", pack, "--json", "--key", line).json["proven"] is True


def test_another_key_does_not_verify(pack, tmp_path):
    done("key", tmp_path / "other.key")

    answer = run("verify", pack, "--key", tmp_path / "other.key.pub")

    assert answer.code == 1
    assert "is made with key" in answer.out


def test_a_key_that_is_none_is_a_mistake_of_the_one_who_asks(pack):
    answer = run("verify", pack, "--key", "nonsense")

    assert answer.code == 2
    assert "--key" in answer.err


def test_an_unsigned_pack_says_so_and_a_key_for_it_is_refused(estate, key, tmp_path):
    asked = ("--regime", "vsme-2026", "--facility", "fra1", "--year", 2025)
    path = tmp_path / "unsigned.zip"
    done("seal", estate, *asked, *SEALED, "--out", path)

    assert "not signed: damage is detected, forgery is not" in done("verify", path).out
    assert run("verify", path, "--key", f"{key}.pub").code == 1


def test_the_same_inputs_are_the_same_bytes_in_another_process(estate, pack, key, tmp_path):
    shutil.move(pack, tmp_path / pack.name)
    try:
        answer = alone("seal", estate, *ASKED, *SEALED, "--sign", key)
        assert answer.code == 0, answer.err
        assert pack.read_bytes() == (tmp_path / pack.name).read_bytes()
    finally:
        shutil.move(tmp_path / pack.name, pack)


def test_sealing_what_has_not_changed_makes_no_other_version(estate, pack):
    answer = done("seal", estate, *ASKED, "--now", "2027-01-01T00:00Z")

    assert answer.out.strip() == str(pack)
    assert "nothing has changed since version 1" in answer.err


def test_every_member_changed_by_a_byte_is_named(members, tmp_path):
    chance = random.Random(1)
    for name, content in members.items():
        spoilt = bytearray(content)
        place = chance.randrange(len(spoilt))
        spoilt[place] ^= 1 << chance.randrange(8)
        path = packed(tmp_path / "spoilt.zip", {**members, name: bytes(spoilt)})

        answer = run("verify", path)

        assert answer.code == 1, name
        assert name in answer.out.splitlines()[1]


def test_a_member_more_or_less_is_named(members, tmp_path):
    more = packed(tmp_path / "more.zip", {**members, "evidence/extra.csv": b"a\n"})
    less = dict(members)
    del less["figures.csv"]

    assert "evidence/extra.csv: is in the pack and not in SHA256SUMS" in run("verify", more).out
    gone = packed(tmp_path / "less.zip", less)
    assert "figures.csv: is in SHA256SUMS and not in the pack" in run("verify", gone).out


def test_five_hundred_flipped_bits_fail_or_leave_every_member_as_it_was(pack, members, tmp_path):
    content, chance, path = pack.read_bytes(), random.Random(7), tmp_path / "flipped.zip"
    detected = 0
    for _ in range(500):
        spoilt = bytearray(content)
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        try:
            with open_pack(path) as opened:
                problems = list(sum_problems(opened))
                if not problems:
                    assert {name: opened.document(name) for name in opened.names} == members
        except BadPack:
            problems = ["refused"]
        detected += bool(problems)
    assert detected > 400


@pytest.mark.parametrize("what", FORGERIES)
def test_what_is_forged_with_all_its_hashes_is_named_by_the_second_way(members, tmp_path, what):
    """An unsigned pack can be made anew by anybody; its figures must still follow from it."""
    name, change, told = FORGERIES[what]
    unsigned = {
        n: c for n, c in members.items() if n not in ("manifest.json.minisig", "signing-key.pub")
    }

    path = forged(tmp_path / "forged.zip", unsigned, name, change)
    answer = run("verify", path)

    assert answer.code == 1
    assert told in answer.out


def test_a_forged_pack_does_not_have_the_operators_signature(members, key, tmp_path):
    path = forged(
        tmp_path / "forged.zip", members, "README.txt", lambda text: text.replace("2025", "2024")
    )

    answer = run("verify", path, "--key", f"{key}.pub")

    assert answer.code == 1
    assert "the signature is not of this manifest" in answer.out


def test_both_ways_agree_on_every_figure_that_any_form_may_file(estate, undisturbed):
    """A faulty year of one site; and three months of two, one of them by a clock of half hours."""
    for folder in (estate, undisturbed):
        count, problems = second_way(folder)

        assert problems == []
        assert count > 100


def test_stock_tools_check_the_same(members, tmp_path):
    for name, content in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    asked = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]

    assert subprocess.run(asked, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "figures.csv").write_bytes(b"x")
    assert subprocess.run(asked, cwd=tmp_path, check=False, capture_output=True).returncode == 1


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_alone_checks_who_signed(members, key, tmp_path):
    for name in ("manifest.json", "manifest.json.minisig"):
        (tmp_path / name).write_bytes(members[name])

    asked = ["minisign", "-V", "-m", tmp_path / "manifest.json", "-p", f"{key}.pub"]

    assert subprocess.run(asked, check=False, capture_output=True).returncode == 0


@pytest.mark.slow
def test_a_wheel_alone_verifies(pack, tmp_path):
    """No estate, no checkout, and nothing installed but Python and the wheel."""
    tree = tmp_path / "tree"
    kept = shutil.ignore_patterns(
        ".*", "build", "*.egg-info", "demo-estate", "estate", "__pycache__"
    )
    shutil.copytree(ROOT, tree, ignore=kept)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "."]
    subprocess.run([*build, "-w", str(tmp_path)], cwd=tree, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        f"sys.argv[1:] = ['verify', {str(pack)!r}]\n"
        "from pipelines.cli.start import main\n"
        "code = main()\n"
        "assert not {'dagster', 'polars', 'yaml'} & set(sys.modules)\n"
        "sys.exit(code)"
    )

    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.startswith("verified")


def test_the_package_verifies_by_itself_too(pack):
    asked = [sys.executable, "-m", "reports.verify", str(pack)]

    answer = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_everything_comes_out_again_from_the_landed_files(estate, pack, tmp_path):
    """Under other names, and beside files that have nothing to do with it."""
    for number, path in enumerate(sorted((estate / "inbox").rglob("*.*"))):
        if path.is_file():
            shutil.copyfile(path, tmp_path / f"{number}")

    answer = done("verify", pack, "--inbox", tmp_path)

    assert "rebuilt from the landed files" in answer.out


def test_a_landed_file_that_is_not_there_is_named(estate, pack, tmp_path):
    shutil.copytree(estate / "inbox", tmp_path / "inbox")
    [one, *_] = sorted((tmp_path / "inbox" / "fra1").glob("*.csv"))
    one.write_bytes(one.read_bytes().replace(b"1", b"2", 1))

    answer = run("verify", pack, "--inbox", tmp_path / "inbox")

    assert answer.code == 1
    assert f"of fra1/{one.name}" in answer.out


def test_a_pack_cannot_write_outside_of_its_rebuild(members, estate, tmp_path):
    unsigned = {n: c for n, c in members.items() if not n.endswith((".minisig", ".pub"))}

    def escaping(text):
        head, first, *rest = text.splitlines()
        return "\n".join([head, "../../escaped.csv" + first[first.index(",") :], *rest]) + "\n"

    path = forged(tmp_path / "evil.zip", unsigned, "lineage/files.csv", escaping)
    answer = run("verify", path, "--inbox", estate / "inbox")

    assert answer.code == 1
    assert "is no path inside a folder" in answer.out


def test_a_form_with_holes_is_not_sealed_and_every_hole_is_named(undisturbed, tmp_path):
    asked = ("--regime", "eu-eed-2024", "--facility", "bln", "--year", 2025)

    answer = run("seal", undisturbed, *asked, "--out", tmp_path / "p.zip")

    assert answer.code == 1
    assert "holes and is not sealed" in answer.err
    assert not (tmp_path / "p.zip").exists()


def test_what_is_not_known_of_is_not_sealed(estate):
    answer = run("seal", estate, "--regime", "iso-30134", "--facility", "fra1", "--year", 2031)

    assert answer.code == 1
    assert "nothing is known of fra1 in 2031" in answer.err


def test_the_manifest_says_what_the_pack_is(members):
    manifest = json.loads(members["manifest.json"])

    assert {name: manifest[name] for name in ("regime", "facility", "year", "version")} == {
        "regime": "iso-30134",
        "facility": "fra1",
        "year": 2025,
        "version": 1,
    }
    assert manifest["official"] is False
    assert manifest["approved"] is False
    assert manifest["replaces"] is None
    assert manifest["sealed_at"] == "2026-05-01T00:00:00+00:00"
    assert set(manifest["members"]) == set(members) - {
        "manifest.json",
        "manifest.json.minisig",
        "signing-key.pub",
        "SHA256SUMS",
    }


def test_the_zip_is_plain_for_any_tool(pack):
    with zipfile.ZipFile(pack) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[:3] == ["README.txt", "manifest.json", "SHA256SUMS"]
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_verdict_of_python_is_that_of_the_command(pack):
    assert verify(pack).sound
