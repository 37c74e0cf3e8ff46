"""The examples for collectors: they can be parsed, and the mappings read what they write."""

import io
import tomllib

import polars as pl
import yaml

from pipelines.sources import rows, source_of
from pipelines.stages.workshop import estate_of, open_workshop
from pipelines.steps.normalise import Context, normalise
from tests.flow.small_estate import ROOT
from tests.unit.spine import LATE

FOLDER = ROOT / "examples" / "collectors"


def test_both_configurations_can_be_parsed_and_hold_no_secret():
    telegraf = tomllib.loads((FOLDER / "telegraf.conf").read_text())
    otel = yaml.safe_load((FOLDER / "otel-collector.yaml").read_text())

    assert telegraf["outputs"]["file"][0]["data_format"] == "influx"
    assert telegraf["inputs"]["snmp"][0]["auth_password"].startswith("@{")
    assert otel["receivers"]["snmp"]["community"] == "${env:SNMP_COMMUNITY}"
    assert otel["service"]["pipelines"]["metrics"]["exporters"] == ["prometheusremotewrite"]


def test_both_ask_for_the_same_register():
    telegraf = tomllib.loads((FOLDER / "telegraf.conf").read_text())
    otel = yaml.safe_load((FOLDER / "otel-collector.yaml").read_text())

    [field] = telegraf["inputs"]["snmp"][0]["field"]
    [oid] = otel["receivers"]["snmp"]["metrics"]["pdu.energy"]["scalar_oids"]
    assert field["oid"].lstrip(".") == oid["oid"]


def test_the_line_that_is_shown_becomes_the_reading_that_is_shown():
    line = next(
        line.strip() for line in (FOLDER / "README.md").read_text().splitlines()
        if line.strip().startswith("pdu,")
    )  # fmt: skip
    estate = estate_of(FOLDER)
    path = "fra1/telegraf/points.2025-06-01.lp"
    source = source_of(path, estate.all_sources)
    context = Context(
        file=path,
        source=source,
        meters=open_workshop(FOLDER).meters,
        arrived_at=LATE,
        first_month="2015-01",
    )

    found = pl.concat(rows(io.BytesIO(f"{line}\n".encode()), source))
    good, refused, _ = normalise(found, context)

    assert refused.is_empty()
    [reading] = good.select("meter_id", "measured_at", "value").rows()
    shown = f"{reading[0]}: {reading[2].normalize():f}.0 kWh at {reading[1]:%Y-%m-%dT%H:%M:%SZ}"
    assert shown in (FOLDER / "README.md").read_text()


def test_the_other_collector_s_series_is_fetched():
    [remote] = estate_of(FOLDER).remotes

    assert remote.series == (('pdu_energy{rack="8"}', "fra1.pdu.2"),)
    assert remote.kind == "prometheus"
