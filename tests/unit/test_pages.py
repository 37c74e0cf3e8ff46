"""The pages are honest, self-contained, accessible and the same every time."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import polars as pl
import pytest
from jinja2 import UndefinedError

from reports.dictionary_page import dictionary_page
from reports.estate_page import estate_page
from reports.facility_page import facility_page
from reports.page import environment
from reports.regimes_page import regimes_page
from reports.sections.estate import attention
from reports.sections.headline import metrics_tables
from reports.sections.section import filed, in_words, names_of
from reports.sections.sums import estate_ratio, estate_sum
from schemas.estate.policies import Policies
from schemas.metrics import FACTS, Metric, Status
from schemas.rules import RULES, RuleId
from tests.unit.synthetic_year import FRANKFURT, OPERATOR, bare_year, facility_year

DUBLIN = replace(FRANKFURT, id="dub1", name="Dublin 1", country="IE", timezone="Europe/Dublin")
AMSTERDAM = replace(
    FRANKFURT, id="ams1", name="Amsterdam 1", country="NL", timezone="Europe/Amsterdam"
)


@pytest.fixture(scope="module")
def frankfurt():
    return facility_year()


@pytest.fixture(scope="module")
def dublin():
    return facility_year(facility=DUBLIN, seed=4, size=1.4, water=False)


@pytest.fixture(scope="module")
def amsterdam():
    return facility_year(facility=AMSTERDAM, seed=3, size=0.6, withhold_energy=True)


@pytest.fixture(scope="module")
def page(frankfurt):
    return facility_page(frankfurt)


@pytest.fixture(scope="module")
def bare():
    return facility_page(bare_year())


@pytest.fixture(scope="module")
def estate(frankfurt, dublin, amsterdam):
    return estate_page(OPERATOR, Policies(), 2025, [frankfurt, dublin, amsterdam])


class Outline(HTMLParser):
    """Tags with their attributes, headings in order, and text outside scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.words, self._quiet = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag in ("script", "style")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        self._quiet = False

    def handle_data(self, data):
        if not self._quiet:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\u202f", " ")


@pytest.fixture(scope="module")
def dictionary():
    return dictionary_page()


@pytest.fixture(scope="module")
def regimes():
    return regimes_page()


@pytest.fixture(params=["page", "bare", "estate", "dictionary", "regimes"])
def any_page(request):
    return request.getfixturevalue(request.param)


def card(text, short):
    """The words of one headline figure."""
    part = text.split(f'<abbr title="{short}">', 1)[1].split("</li>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\u202f", " ")


class TestEveryPage:
    def test_asks_for_nothing_from_elsewhere(self, any_page):
        outline = Outline(any_page)
        loading = [
            (tag, name, value)
            for tag, attributes in outline.tags
            for name, value in attributes.items()
            if name in ("src", "srcset", "action", "data", "poster", "background")
            or (
                name in ("href", "xlink:href")
                and not re.match(r"#|[\w.-]+\.html(#[\w-]+)?$", value)
            )
        ]
        style = any_page.split("<style>", 1)[1].split("</style>", 1)[0]

        assert loading == []
        assert not {"link", "iframe", "object", "embed", "img"} & {tag for tag, _ in outline.tags}
        assert "url(" not in style
        assert "@import" not in style
        assert "default-src 'none'" in any_page

    def test_headings_descend_one_step_at_a_time(self, any_page):
        levels = Outline(any_page).headings
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert levels.count(2) == any_page.count("<section ")
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_ids_are_unique_and_references_lead_somewhere(self, any_page):
        tags = Outline(any_page).tags
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        wanted = {a["href"][1:] for t, a in tags if t == "a" and a["href"].startswith("#")}
        wanted |= {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a}
        wanted |= {ref for _, a in tags for ref in re.findall(r"url\(#(.+?)\)", a.get("fill", ""))}

        assert len(ids) == len(set(ids))
        assert wanted <= set(ids)

    def test_has_language_title_and_skip_link(self, any_page):
        assert '<html lang="en">' in any_page
        assert re.search(r"<title>\S[^<]+</title>", any_page)
        assert '<a class="skip" href="#content">' in any_page

    def test_every_drawing_has_words_or_is_hidden(self, any_page):
        for tag, attributes in Outline(any_page).tags:
            if tag == "svg":
                assert "aria-labelledby" in attributes or attributes.get("aria-hidden") == "true"

    def test_every_table_has_a_caption_and_scoped_heads(self, any_page):
        tags = Outline(any_page).tags
        names = [tag for tag, _ in tags]
        assert names.count("table") == names.count("caption")
        assert all("scope" in attributes for tag, attributes in tags if tag == "th")

    def test_no_cell_reads_nan_none_or_infinity(self, any_page):
        words = " | ".join(sorted(_words_of_cells(any_page)))
        assert not re.search(r"\b(nan|inf|null|none)\b", words)


def _words_of_cells(page):
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", cell).strip().casefold() for cell in cells}


class TestFacilityPage:
    def test_same_facts_same_bytes(self, page):
        assert facility_page(facility_year()) == page

    def test_withheld_figure_shows_dash_reason_and_bounds_never_zero(self, page):
        words = card(page, "Water usage effectiveness")

        assert " — withheld" in re.sub(r"\s+", " ", words)
        assert "Potable water: coverage 93.3 % is below the minimum of 95 %" in words
        assert re.search(r"Bounds 0\.5\d\d\s– 0\.6\d\d m³/MWh", words)
        assert "Coverage 93.2 %" in words

    def test_figure_shows_value_bounds_coverage_category_and_change(self, page):
        words = card(page, "Power usage effectiveness")

        assert re.search(r"Power usage effectiveness 1\.3\d\d clean", words)
        assert re.search(r"Bounds 1\.3\d\d\s– 1\.3\d\d", words)
        assert "Coverage 99.8 %" in words
        assert "category 1" in words
        assert re.search(r"Since 2024 −0\.0\d\d \(−2\.1 %\)", words)

    def test_ref_shows_the_value_before_its_limit(self, page):
        assert "1.0412, limited by standard" in card(page, "Renewable energy factor")

    def test_a_figure_nobody_computed_is_neither_withheld_nor_zero(self, bare):
        words = card(bare, "Power usage effectiveness")

        assert "— not computed" in words
        assert "withheld" not in words
        assert "0" not in words

    def test_every_chart_carries_a_table(self, page):
        figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
        assert len(figures) >= 9
        assert all("<table" in figure for figure in figures)

    def test_every_file_adds_up_and_quarantine_names_file_and_line(self, page):
        text = Outline(page).text
        assert "Every row is accounted for." in text
        assert "inbox/fra1/2025-01/power.csv:84" in text
        assert RULES[RuleId.UNKNOWN_UNIT].remedy in text

    def test_a_time_without_expectation_is_no_gap(self, frankfurt):
        idle = frankfurt.meter_days.with_columns(coverage=pl.lit(float("nan")))
        months = frankfurt.meter_months.with_columns(coverage=pl.lit(float("nan")))
        shown = facility_page(replace(frankfurt, meter_days=idle, meter_months=months))
        assert "fra1.grid_import.a: 0 days expected, 0 partly covered, 0 without data" in shown
        assert "nan" not in _words_of_cells(shown)

    def test_formulas_policies_and_versions_are_printed(self, page, frankfurt):
        text = Outline(page).text
        assert "ISO/IEC 30134-2, EN 50600-4-2" in text
        assert "at least 95.0 %" in text
        assert frankfurt.input_hash in text

    @pytest.mark.parametrize(
        "sentence",
        [
            "There is no PUE for any month of 2025.",
            "No water meter reported for 2025.",
            "No renewable energy is registered or metered for 2025.",
            "No heat meter for reuse reported for 2025",
            "There is no equipment register.",
            "There is no refrigerant register.",
            "No row is in quarantine.",
        ],
    )
    def test_a_section_without_data_says_so(self, bare, sentence):
        assert sentence in Outline(bare).text

    def test_stays_light(self, page, bare):
        assert len(page.encode()) < 2_500_000
        assert len(bare.encode()) < 100_000, "a page without Plotly charts carries no Plotly"

    def test_text_from_outside_cannot_become_markup(self):
        evil = replace(FRANKFURT, name="</script><script>alert(1)</script>")
        shown = facility_page(bare_year(evil))
        assert "<script>alert(1)" not in shown

    def test_rows_that_do_not_add_up_are_shouted(self, frankfurt):
        lost = frankfurt.files.with_columns(kept=frankfurt.files["kept"] - 1)
        shown = facility_page(replace(frankfurt, files=lost))
        assert "THESE DO NOT ADD UP." in shown
        assert "✕ no" in shown


class TestEstatePage:
    def test_order_of_facilities_does_not_matter(self, estate, frankfurt, dublin, amsterdam):
        again = estate_page(OPERATOR, Policies(), 2025, [amsterdam, dublin, frankfurt])
        assert again == estate

    def test_a_sum_is_withheld_where_one_member_is_and_names_it(self, estate):
        words = card(estate, "Total energy consumption")
        assert "— withheld Withheld at Amsterdam 1." in re.sub(r"\s+", " ", words)
        assert "Bounds" in words

    def test_a_member_without_a_figure_is_named_and_leaves_no_upper_bound(self, frankfurt, dublin):
        water = estate_sum([frankfurt, dublin], Metric.WIN)
        assert water.value is None
        assert water.high is None
        assert water.reason == "No figure from Dublin 1. Withheld at Frankfurt 1."

    def test_the_ratio_is_a_ratio_of_sums_not_a_mean(self, frankfurt, dublin):
        def with_energy(facts, edc, eit):
            values = {Metric.EDC: edc, Metric.EIT: eit}
            return replace(
                facts,
                year_metrics=tuple(
                    replace(v, value=values[v.metric], low=values[v.metric], high=values[v.metric])
                    for v in facts.year_metrics
                    if v.metric in values
                ),
            )

        small, large = with_energy(frankfurt, 200.0, 100.0), with_energy(dublin, 1000.0, 900.0)

        pue = estate_ratio([small, large], Metric.PUE, top=Metric.EDC)

        assert pue.value == pytest.approx(1.2)  # the mean of 2.0 and 1.11 would be 1.56
        assert (pue.low, pue.high) == (pytest.approx(1.2), pytest.approx(1.2))

    def test_a_share_is_limited_as_its_standard_says_and_keeps_what_it_was(self, frankfurt):
        energy = next(v for v in frankfurt.year_metrics if v.metric is Metric.EDC)
        given = {
            "status": Status.CLEAN, "reason": "", "category": "", "coverage": 1.0,
        }  # fmt: skip
        bought = replace(
            energy, metric=Metric.ERES_TOT, value=1200.0, low=900.0, high=1200.0, **given
        )
        used = replace(energy, value=1000.0, low=1000.0, high=1000.0, uncertainty=3.0, **given)
        facts = replace(frankfurt, year_metrics=(bought, used))

        ref = estate_ratio([facts], Metric.REF, top=Metric.ERES_TOT, bottom=Metric.EDC, most=1.0)

        assert (ref.value, ref.low, ref.high, ref.raw) == (1.0, 0.9, 1.0, 1.2)

    def test_meters_of_two_sites_err_independently(self, frankfurt):
        energy = next(v for v in frankfurt.year_metrics if v.metric is Metric.EDC)
        sites = [
            replace(frankfurt, year_metrics=(replace(energy, value=1.0, uncertainty=doubt),))
            for doubt in (3.0, 4.0)
        ]

        assert estate_sum(sites, Metric.EDC).uncertainty == 5.0
        assert estate_sum(sites, Metric.EDC).likely_high is None

    def test_what_needs_attention_stands_first(self, frankfurt, dublin, amsterdam):
        bare = bare_year(replace(FRANKFURT, id="osl1", name="Oslo 1"))
        ordered = sorted([frankfurt, dublin, amsterdam, bare], key=attention)
        assert [facts.facility.id for facts in ordered] == ["osl1", "ams1", "fra1", "dub1"]

    def test_the_page_follows_that_order(self, estate):
        table = estate.split('<table class="figures">', 1)[1].split("</table>", 1)[0]
        assert re.findall(r'href="(\w+)-2025', table) == ["ams1", "fra1", "dub1"]

    def test_links_lead_to_the_facilities_reports(self, estate):
        assert 'href="fra1-2025.html"' in estate

    def test_needs_no_script(self, estate):
        assert "<script" not in estate

    def test_an_empty_estate_says_so(self):
        shown = estate_page(OPERATOR, Policies(), 2025, [])
        assert "No facility has figures for 2025." in shown


def test_a_value_is_preferred_to_a_withheld_category(frankfurt):
    first, second = (v for v in frankfurt.year_metrics if v.metric is Metric.PUE)
    withheld = replace(first, value=None, status=Status.WITHHELD)
    assert filed([second, first], Metric.PUE) is first
    assert filed([withheld, second], Metric.PUE) is second
    assert filed([second, first], Metric.CER) is None


def test_a_name_nobody_passed_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_templates_escape_what_they_are_given():
    made = environment().from_string("{{ words }}").render(words="<b>")
    assert made == "&lt;b&gt;"


def test_reasons_and_inputs_are_told_in_a_reader_s_words(frankfurt):
    reason = "grid_import: 97 % measured; ups_output: a gap; no meter measures heat_reused"
    one = replace(
        frankfurt.year_metrics[0],
        inputs=("pdu_output", "certificates", "certificates:4", "factor registers/factors/x.csv:2"),
    )

    assert in_words(reason) == (
        "Grid import: 97 % measured; UPS output: a gap; no meter measures heat reused"
    )
    assert names_of([one]) == "PDU output, certificate register, emission factors (x.csv)"


def test_figures_that_nothing_is_known_of_are_no_fault_of_the_data(frankfurt):
    """They are told apart, with what they would need, and need no attention."""
    unknown = replace(
        frankfurt.year_metrics[0],
        metric=Metric.LEAK_RATE,
        value=None,
        low=None,
        high=None,
        status=Status.WITHHELD,
        reason="there is no registers/refrigerant_systems.csv",
    )
    facts = replace(frankfurt, year_metrics=(*frankfurt.year_metrics, unknown))

    [*_, last] = metrics_tables(facts.year_metrics)

    assert last.caption.startswith("Figures that nothing is known of here")
    assert [row[0] for row in last.rows][-1:] == [FACTS[Metric.LEAK_RATE].name]
    assert attention(facts) == attention(frankfurt)
