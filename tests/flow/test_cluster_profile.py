"""What ``init --profile cluster`` writes, and what estate.yaml may say of storage."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.cli.main import _parser
from pipelines.defs import cluster
from tests.flow.small_estate import done, meter, run, write_estate

ANALYSE = shutil.which("systemd-analyze")
BESIDE = str(Path(sys.executable).parent)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profile") / "estate"
    told = done("init", folder, "--profile", "cluster").out
    assert str(folder / "cluster" / "environment") in told
    return folder


def test_the_template_has_a_place_for_storage(folder):
    assert yaml.safe_load((folder / "estate.yaml").read_text())["storage"] == "s3://bucket/prefix"
    done("check", folder)


def test_an_estate_on_one_machine_has_none_of_it(tmp_path):
    done("init", tmp_path / "estate")
    assert not (tmp_path / "estate" / "cluster").exists()
    assert "storage" not in yaml.safe_load((tmp_path / "estate" / "estate.yaml").read_text())


def test_whatever_the_settings_take_from_the_environment_is_shown_there(folder):
    settings = (folder / "cluster" / "dagster.yaml").read_text()
    shown = set(re.findall(r"^#? ?(\w+)=", (folder / "cluster/environment").read_text(), re.M))
    assert set(re.findall(r"env: (\w+)", settings)) <= shown
    assert cluster.BROKER in shown
    launcher = yaml.safe_load(settings)["run_launcher"]
    assert launcher["module"] == cluster.__name__
    assert launcher["class"] == cluster.Workers.__name__


def test_the_services_run_commands_that_there_are(folder):
    units = sorted((folder / "cluster" / "systemd").glob("*.service"))
    assert len(units) == 5
    for unit in units:
        [command] = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.M)
        program, *arguments = shlex.split(command)
        if program.endswith("/wattledger"):
            assert callable(_parser().parse_args(arguments).run)
        else:
            assert shutil.which(program.rsplit("/", 1)[-1], path=BESIDE) is not None


@pytest.mark.skipif(ANALYSE is None, reason="systemd-analyze is not installed")
def test_the_services_are_what_systemd_reads(folder, tmp_path):
    """The programs do not lie where the units look for them, on this machine; all else counts."""
    for unit in (folder / "cluster" / "systemd").glob("*.service"):
        copy = tmp_path / unit.name.replace("@", "@1")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
        copy.write_text(text)
        found = subprocess.run(
            [ANALYSE, "verify", "--man=no", copy], capture_output=True, text=True, check=False
        )
        assert unit.stem.split("@")[0] not in found.stderr, found.stderr


def test_what_is_for_kubernetes_is_yaml_and_says_that_it_was_not_tried(folder):
    for name in ("values.yaml", "workers.yaml"):
        text = (folder / "cluster" / "kubernetes" / name).read_text()
        assert "Not tried on a cluster yet" in " ".join(text.replace("#", "").split())
        assert isinstance(yaml.safe_load(text), dict)
    values = yaml.safe_load((folder / "cluster" / "kubernetes" / "values.yaml").read_text())
    custom = values["runLauncher"]["config"]["customRunLauncher"]
    settings = yaml.safe_load((folder / "cluster" / "dagster.yaml").read_text())
    assert custom == settings["run_launcher"]


@pytest.mark.parametrize(
    "storage",
    ["bucket/prefix", "gs://bucket", "s3://", "s3://UPPER/x", "s3://b/../c d", ["s3://b"]],
)
def test_storage_that_cannot_be_written_to_is_refused_with_its_line(tmp_path, storage):
    estate = write_estate(
        tmp_path,
        facilities=[{"id": "a"}],
        meters=[meter("a.grid", "grid_import", "interval", "kWh")],
        storage=storage,
    )
    answer = run("check", estate)
    assert answer.code == 2
    [line] = [one for one in answer.err.splitlines() if "storage" in one and "no place" in one]
    assert re.search(r"estate\.yaml:\d+", line)
    assert "AWS_ENDPOINT_URL" in answer.err


def test_a_worker_without_a_storage_has_nothing_to_share(tmp_path):
    estate = write_estate(
        tmp_path,
        facilities=[{"id": "a"}],
        meters=[meter("a.grid", "grid_import", "interval", "kWh")],
    )
    for command in ("worker", "storage"):
        answer = run(command, estate)
        assert answer.code == 2
        assert "has no storage" in answer.err
