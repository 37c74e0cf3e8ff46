"""What an estate says in public: a document without a site, and a memory of what was said."""

import json

import pytest

from tests.flow.small_estate import done, drop, meter, write_estate

AT = ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
SITES = ("s1", "s2", "s3", "s4", "s5")


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = write_estate(
        tmp_path_factory.mktemp("public") / "estate",
        facilities=[
            {
                "id": name,
                "name": f"Secret street {name}",
                "nuts3": f"DE71{number}",
                "postal_code": "60314",
                "type": "colocation" if number < 3 else "enterprise",
            }
            for number, name in enumerate(SITES)
        ],
        meters=[
            meter(f"{name}.{point}", quantity, "register", "kWh", max_rate=10_000)
            for name in SITES
            for point, quantity in (("grid", "grid_import"), ("ups", "ups_output"))
        ],
    )
    for number, name in enumerate(SITES, start=1):
        rows = [(f"{name}.grid", AT[0], 0), (f"{name}.grid", AT[1], 12_000 * number)]
        rows += [(f"{name}.ups", AT[0], 0), (f"{name}.ups", AT[1], 10_000 * number)]
        drop(folder, f"{name}/year.csv", rows)
    done("backfill", folder, "--now", "2026-02-01T00:00Z")
    return folder


def test_the_public_document_holds_groups_and_no_site(estate):
    text = done("public", estate, "--year", 2025, "--json").out
    document = json.loads(text)

    rows = {(one["by"], one["group"], one["measure"]): one for one in document["groups"]}
    assert rows["all", "all", "edc"]["value"] == 180_000
    assert rows["all", "all", "pue"]["value"] == 1.2
    assert rows["type", "enterprise", "edc"]["value"] is None
    assert rows["type", "colocation", "edc"]["value"] is None
    assert rows["region", "DE7", "edc"]["count"] == 5
    assert not [word for word in ("Secret", "60314", "s1", "DE710") if word in text]


def test_a_publication_is_remembered_and_a_preview_is_not(estate):
    done("public", estate, "--year", 2025)
    assert not (estate / "var" / "public").exists()

    path = done("public", estate, "--year", 2025, "--publish", "--now", "2026-06-01T00:00Z").out
    again = done("public", estate, "--year", 2025, "--publish", "--now", "2026-07-01T00:00Z").out

    assert path.strip().endswith("2025_1.json")
    assert again.strip().endswith("2025_2.json")
    memory = (estate / "var" / "public" / "2025.jsonl").read_text().splitlines()
    assert [json.loads(line)["publication"] for line in memory] == ["2025_1.json", "2025_2.json"]
    first, second = (
        json.loads((estate / "var" / "public" / f"2025_{n}.json").read_text()) for n in (1, 2)
    )
    assert first["groups"] == second["groups"]
