"""The balance from sources to uses: every node balances, and what nobody metered is shown."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports.charts import (
    sankey,
)
from reports.charts.energy import NOT_METERED, SURPLUS, energy_balance
from reports.numbers import scale
from schemas.metrics import Status
from schemas.totals import TotalValue
from schemas.units import Unit

BERLIN = ZoneInfo("Europe/Berlin")


def total(quantity, kwh, *, reason=""):
    start = datetime(2025, 1, 1, tzinfo=BERLIN)
    value = None if kwh is None else Decimal(kwh)
    return TotalValue(
        facility_id="fra1", quantity=quantity, period="2025", period_start=start,
        period_end=datetime(2026, 1, 1, tzinfo=BERLIN), value=value, low=value, high=value,
        measured=value, unit=Unit.KILOWATT_HOUR, coverage=1.0, estimated_share=0.0,
        uncertainty=None, status=Status.CLEAN if kwh is not None else Status.WITHHELD,
        reason=reason,
    )  # fmt: skip


def balance_of(**kwh):
    return energy_balance({name: total(name, value) for name, value in kwh.items()})


class TestEnergyBalance:
    def flows(self, **kwh):
        return {(flow.start, flow.end): int(flow.kwh) for flow in balance_of(**kwh).flows}

    def test_what_nobody_metered_is_shown(self):
        flows = self.flows(grid_import=1000, ups_input=700, ups_output=660, cooling_electricity=250)

        assert flows == {
            ("Grid", "Site"): 1000,
            ("Site", "UPS"): 700,
            ("UPS", "UPS losses"): 40,
            ("UPS", "IT equipment"): 660,
            ("Site", "Cooling"): 250,
            ("Site", NOT_METERED): 50,
        }

    def test_uses_above_supply_become_a_source_of_their_own(self):
        flows = self.flows(grid_import=1000, ups_output=900, cooling_electricity=200)

        assert flows["Unexplained supply", "Site"] == 100
        assert ("Site", NOT_METERED) not in flows
        assert SURPLUS == "Unexplained supply"

    def test_every_node_balances(self):
        flows = self.flows(
            grid_import=1000, onsite_renewable=90, generator_output=3, grid_export=20,
            ups_input=700, ups_output=660, pdu_output=650, it_input=640, lighting=10,
        )  # fmt: skip
        for node in ("Site", "UPS", "Distribution"):
            entering = sum(kwh for (_, end), kwh in flows.items() if end == node)
            leaving = sum(kwh for (start, _), kwh in flows.items() if start == node)
            assert entering == leaving

    def test_a_withheld_source_leaves_no_balance_and_says_why(self):
        balance = energy_balance(
            {
                "grid_import": total("grid_import", None, reason="too thin."),
                "onsite_renewable": total("onsite_renewable", 50),
                "ups_output": total("ups_output", 600),
            }
        )
        assert balance.flows == ()
        assert balance.remarks[0] == "Grid is withheld: too thin."

    def test_a_withheld_use_falls_into_not_metered_and_is_named(self):
        balance = energy_balance(
            {
                "grid_import": total("grid_import", 1000),
                "ups_output": total("ups_output", 600),
                "cooling_electricity": total("cooling_electricity", None, reason="too thin."),
            }
        )
        assert {f.end: f.kwh for f in balance.flows}[NOT_METERED] == 400
        assert "Cooling is withheld: too thin." in balance.remarks

    def test_the_drawing_hatches_what_is_not_metered(self):
        balance = balance_of(grid_import=1000, ups_output=600)
        chart = sankey(
            balance, id="flow", title="Electricity", scale=scale(Unit.KILOWATT_HOUR, 1000)
        )
        assert str(chart.drawing).count('fill="url(#flow-unmetered)"') == 2
        assert (("Site", NOT_METERED, "400", "40.0\u202f%")) in chart.table.rows
