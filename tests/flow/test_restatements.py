"""After a filing: approvals before it, late data after it, and the version that corrects it."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.flow.sealed import FIRST, NOW, OF_HELSINKI, registers, small_estate
from tests.flow.small_estate import done, drop, run, write_rows

LATER = ("--now", "2026-03-01T00:00Z")


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory):
    return small_estate(tmp_path_factory.mktemp("restated") / "estate")


@pytest.fixture
def estate(backfilled, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(backfilled, tmp_path / "estate")


def moved(estate):
    [filing] = done("restatements", estate, "--json").json["filings"]
    return filing, {cell["code"]: cell for cell in filing["cells"]}


def test_a_filing_holds_until_something_moves(estate):
    done("seal", estate, *OF_HELSINKI, *NOW)

    filing, cells = moved(estate)

    assert cells == {}
    assert filing["material"] is False
    assert "every figure is as it was filed" in done("restatements", estate).out


def test_a_late_file_leaves_the_filing_as_it_is_and_is_named_as_the_cause(estate):
    """The UPS counted 2 400 000 kWh and now 2 500 000: PUE was 1.5 and is 1.44."""
    pack = done("seal", estate, *OF_HELSINKI, *NOW).out.strip()
    before = Path(pack).read_bytes()
    drop(estate, "hel/energy.csv", registers(100_000, ("hel.grid",)) + [
        ("hel.ups", at, number * 200_000 + (100_000 if number == 12 else 0))
        for number, at in enumerate(FIRST)
    ])  # fmt: skip
    done("backfill", estate, *LATER)

    filing, cells = moved(estate)

    assert Path(pack).read_bytes() == before
    assert done("verify", pack).code == 0
    assert filing["material"] is True
    assert cells["PUE"]["filed"] == 1.5
    assert cells["PUE"]["today"] == 1.44
    assert cells["PUE"]["delta"] == pytest.approx(-0.06)
    assert cells["PUE"]["percent"] == pytest.approx(-4)
    assert cells["EIT"] | {"causes": []} == {
        "code": "EIT",
        "label": cells["EIT"]["label"],
        "unit": "kWh",
        "filed": 2_400_000,
        "today": 2_500_000,
        "delta": 100_000.0,
        "percent": pytest.approx(100 / 24),
        "material": True,
        "causes": [],
        "reason": cells["EIT"]["reason"],
    }
    for cell in cells.values():
        assert [cause for cause in cell["causes"] if cause.startswith("hel/energy.csv arrived")]
        assert [cause for cause in cell["causes"] if "energy.csv superseded" in cause]
    assert set(cells) == {"PUE", "PUE-1", "EIT", "WUE-1", "WUE-2"}


def test_a_correction_is_a_new_version_with_a_reason(estate, tmp_path):
    first = done("seal", estate, *OF_HELSINKI, *NOW).out.strip()
    drop(estate, "hel/more.csv", [("hel.water", "2025-06-15T00:00:00Z", 300)])
    write_rows(
        estate / "registers" / "equipment.csv",
        [{"asset_id": "a", "facility_id": "hel", "category": "server", "model": "m", "count": 1,
          "rated_power_kw": 1, "max_performance": 10, "max_power_kw": 2}],
    )  # fmt: skip
    done("backfill", estate, *LATER)

    refused = run("seal", estate, *OF_HELSINKI, *LATER)
    sealed = done("seal", estate, *OF_HELSINKI, *LATER, "--reason", "servers were registered late")

    second = sealed.out.strip()
    assert refused.code == 1
    assert '--reason "…"' in refused.err
    assert second == first.replace("_v1", "_v2")
    with zipfile.ZipFile(second) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        readme = archive.read("README.txt").decode()
    assert manifest["replaces"]["version"] == 1
    assert manifest["replaces"]["reason"] == "servers were registered late"
    assert "Replaces   version 1, because servers were registered late" in readme
    assert done("verify", first).code == done("verify", second).code == 0
    assert moved(estate)[1] == {}


def test_a_register_that_changed_is_the_cause_only_of_what_rests_on_it(estate):
    done("seal", estate, *OF_HELSINKI, *NOW)
    write_rows(
        estate / "registers" / "equipment.csv",
        [{"asset_id": "a", "facility_id": "hel", "category": "server", "model": "m", "count": 1,
          "rated_power_kw": 1, "max_performance": 10, "max_power_kw": 2}],
    )  # fmt: skip
    done("backfill", estate, *LATER)

    _, cells = moved(estate)

    assert set(cells) == {"ITEEsv"}
    assert cells["ITEEsv"]["filed"] is None
    assert cells["ITEEsv"]["today"] == 5
    assert cells["ITEEsv"]["material"] is True
    assert cells["ITEEsv"]["causes"] == ["registers/equipment.csv is new"]


def test_the_draft_of_the_correction_is_written(estate, tmp_path):
    done("seal", estate, *OF_HELSINKI, *NOW)
    drop(estate, "hel/energy.csv", registers(100_001))
    done("backfill", estate, *LATER)

    done("restatements", estate, "--drafts", tmp_path / "drafts", *LATER)

    written = {path.name: path for path in (tmp_path / "drafts").iterdir()}
    name = "iso-30134_hel_2025_v2_draft"
    assert set(written) == {
        *(f"{name}.{ending}" for ending in ("csv", "html", "json", "xlsx")),
        f"{name}_corrections.csv",
    }
    rows = list(csv.DictReader(io.StringIO(written[f"{name}_corrections.csv"].read_text())))
    [energy] = [row for row in rows if row["code"] == "EDC"]
    assert (energy["filed"], energy["today"], energy["material"]) == ("3600000", "3600036", "no")
    assert energy["as_of"] == "2026-03-01T00:00:00+00:00"


def test_an_estate_that_changed_since_its_figures_is_not_sealed(estate):
    text = (estate / "estate.yaml").read_text()
    (estate / "estate.yaml").write_text(text.replace("Helsinki", "Espoo"))

    answer = run("seal", estate, *OF_HELSINKI, *NOW)

    assert answer.code == 1
    assert "estate.yaml changed since the figures were computed" in answer.err


def test_approvals_are_asked_for_where_policies_do(tmp_path):
    policies = {
        "approvals_required": True,
        "roles": {"prepare": ["Ada"], "review": ["Bo"], "sign": ["Cy"]},
    }
    estate = small_estate(tmp_path / "estate", policies=policies)

    def step(name, by):
        return run("approve", estate, *OF_HELSINKI, *NOW, "--step", name, "--by", by)

    refused = run("seal", estate, *OF_HELSINKI, *NOW)
    assert refused.code == 1
    assert "nobody has done: prepare" in refused.err
    assert step("prepare", "Bo").code == 2
    assert [step(*one).code for one in (("prepare", "Ada"), ("review", "Bo"))] == [0, 0]
    assert "lacking: nobody has done: sign" in done("approve", estate, *OF_HELSINKI).out
    assert step("sign", "Cy").code == 0
    assert done("approve", estate, *OF_HELSINKI, "--json").json["lacking"] == []

    pack = done("seal", estate, *OF_HELSINKI, *NOW).out.strip()
    verdict = done("verify", pack, "--json").json
    assert verdict["approved"] is True
    assert "journal of 3 entries" in verdict["facts"][2]

    assert step("submit", "Ada").code == 0
    assert run("approve", estate, *OF_HELSINKI, *NOW, "--step", "receipt", "--by", "Ada", "--note",
               "DE-2026-17").code == 0  # fmt: skip
    journal = done("approve", estate, *OF_HELSINKI, "--json").json["journal"]
    assert [one["step"] for one in journal] == ["prepare", "review", "sign", "submit", "receipt"]
    assert journal[-1]["note"] == "DE-2026-17"
    assert done("seal", estate, *OF_HELSINKI, *LATER).out.strip() == pack


def test_an_approval_does_not_outlive_the_figures_it_was_of(tmp_path):
    estate = small_estate(tmp_path / "estate", policies={"approvals_required": True})
    for name, by in (("prepare", "Ada"), ("review", "Bo"), ("sign", "Cy")):
        done("approve", estate, *OF_HELSINKI, *NOW, "--step", name, "--by", by)
    drop(estate, "hel/energy.csv", registers(110_000))
    done("backfill", estate, *LATER)

    answer = run("seal", estate, *OF_HELSINKI, *LATER)

    assert answer.code == 1
    assert "prepare by Ada was of another form than it is now" in answer.err


def test_nothing_is_handed_over_before_it_is_sealed(estate):
    answer = run("approve", estate, *OF_HELSINKI, *NOW, "--step", "submit", "--by", "Ada")

    assert answer.code == 2
    assert "there is no pack to hand over" in answer.err


def test_a_signature_is_asked_for_where_policies_do(tmp_path):
    estate = small_estate(tmp_path / "estate", policies={"signature_required": True})
    done("key", tmp_path / "k")

    assert (
        "policies in estate.yaml ask for a signature" in run("seal", estate, *OF_HELSINKI, *NOW).err
    )
    assert done("seal", estate, *OF_HELSINKI, *NOW, "--sign", tmp_path / "k").code == 0


def test_a_key_is_never_written_over(tmp_path):
    done("key", tmp_path / "k")

    assert run("key", tmp_path / "k").code == 2
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0


def test_a_damaged_pack_is_named_and_nothing_is_sealed_over_it(estate):
    pack = Path(done("seal", estate, *OF_HELSINKI, *NOW).out.strip())
    pack.write_bytes(pack.read_bytes()[:-100])

    for answer in (run("restatements", estate), run("seal", estate, *OF_HELSINKI, *LATER)):
        assert answer.code == 2
        assert f"{pack.name} is damaged" in answer.err
        assert "Traceback" not in answer.err
    assert [one.name for one in pack.parent.glob("*.zip")] == [pack.name]
