"""The viewer in a real browser: from the headline to the raw line, two persons to a sealed pack,
every page for eyes, screen readers, keyboards, phones and paper."""

import re
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from reports.app.access import Role
from reports.app.settings import Oidc
from tests.e2e.browser import CHROMIUM
from tests.e2e.serving import chromium, served
from tests.flow.identity import CLIENT, SECRET, Provider
from tests.flow.small_estate import ROOT, done, drop, instants
from tests.flow.viewer import entry, owner_named, settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
SCREENS = ROOT / "build" / "screenshots"
PAGES = (
    "/estate/2026",
    "/facility/fra1/2026",
    *(
        f"/facility/fra1/2026/topic/{topic}"
        for topic in "energy water carbon equipment outlook incidents quality".split()
    ),
    "/facility/fra1/2026/hours",
    "/facility/fra1/2026/hours?show=grid_import&days=31&start=2026-03-01",
    "/facility/fra1/2026/compare",
    "/explain/fra1/2026/metric/pue",
    "/explain/estate/2026/metric/pue",
    "/quality",
    "/quality/fra1/quarantine",
    "/edits",
    "/facility/fra1/edits/new",
    "/filings",
    "/filings/fra1/2026/eu-eed-2024",
    "/restatements",
    "/verify",
    "/equipment",
    "/engineering",
    "/audit",
    "/no-such-page",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk") / "estate"
    done(
        *("simulate", folder, "--facilities", 1, "--years", 2, "--interval", "1h"),
        *("--seed", 1, "--faults", "on"),
    )
    _with_a_dead_meter(folder)
    done("backfill", folder, "--now", "2027-02-01T00:00Z", "--workers", 2)
    return folder


def _with_a_dead_meter(folder):
    """Rain water is read in spring alone; nothing is known from which the rest could be
    estimated."""
    register = folder / "meters.csv"
    names = register.read_text(encoding="utf-8").splitlines()[0].split(",")
    told = {
        **{"meter_id": "fra1.rain", "facility_id": "fra1", "quantity": "rain_water"},
        **{"kind": "interval", "unit": "m3", "interval": "1h", "valid_from": "2026-01-01"},
    }
    with register.open("a", encoding="utf-8") as file:
        file.write(",".join(told.get(name, "") for name in names) + "\n")
    hours = instants("2026-03-01", "2026-05-01")
    drop(folder, "fra1/rain.csv", [("fra1.rain", at, 0.25) for at in hours])


@pytest.fixture(scope="module")
def address(estate):
    with served(estate, local=owner_named()) as one:
        yield one


@pytest.fixture(scope="module")
def browser(estate):
    """After the estate: Playwright keeps an event loop of its own, and Dagster wants one too."""
    with chromium() as one:
        yield one


def opened(browser, origin, **more):
    """A page that tells of whatever it complains about, or asks of others."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=origin, **more)
    page = context.new_page()
    page.said, page.outside = [], []
    page.on("console", lambda one: page.said.append(one.text) if one.type != "log" else None)
    page.on("pageerror", lambda one: page.said.append(str(one)))
    page.on(
        "request",
        lambda one: (
            page.outside.append(one.url) if not one.url.startswith((origin, "data:")) else None
        ),
    )
    return page


def quiet(page, path):
    """What a page complains of; a page that is not there is said so by the browser itself."""
    expected = "the server responded with a status of 404" if "no-such" in path else None
    return [one for one in page.said if not expected or expected not in one]


def shoot(page, name):
    """A picture for whoever looks at CI's artifacts."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / (re.sub(r"\W+", "-", name).strip("-") + ".png")
    try:
        page.screenshot(path=path)
    except Error:  # a busy Chromium has no frame at hand now and then, and has one a moment later
        page.wait_for_timeout(500)
        page.screenshot(path=path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_complains_or_asks_anybody_else(browser, address, scheme):
    page = opened(browser, address, color_scheme=scheme)
    axe, found = Axe(), []
    for path in PAGES:
        page.said.clear()
        page.goto(path)
        page.wait_for_timeout(300)
        shoot(page, f"{path}-{scheme}")
        result = axe.run(page, options={"runOnly": RULES})
        found += [
            (path, one["id"], [node["html"][:120] for node in one["nodes"][:3]])
            for one in result.response["violations"]
        ]
        assert quiet(page, path) == [], path
    page.context.close()

    assert found == []
    assert page.outside == []


def test_the_walk_from_the_headline_to_the_raw_line(browser, address, estate):
    page = opened(browser, address)
    page.goto("/")
    headline = page.locator(".headline .figure").filter(has_text="Power usage effectiveness")
    told = headline.locator(".value").inner_text().strip()
    shoot(page, "walk-1-headline")
    page.get_by_role("link", name="Frankfurt 1").first.click()
    assert page.locator("h1").inner_text().startswith("Frankfurt 1")
    figure = page.locator(".headline .figure").filter(has_text="Power usage effectiveness")
    assert figure.locator(".value").inner_text().strip() == told  # one site is the whole estate

    figure.locator("a.why").click()
    assert page.locator("h1").inner_text() == "Power usage effectiveness, 2026"
    assert page.locator(".trail .value").first.inner_text() == told
    shoot(page, "walk-2-explained")
    meter = page.locator("details.meter").first
    meter.locator("summary").click()
    quote = meter.locator("table.quotes tbody tr").first
    place = quote.locator("th").inner_text()
    quote.locator("a").click()
    line = page.locator("li.asked")
    path, number = place.rsplit(":", 1)
    raw = (estate / "inbox" / path).read_text(encoding="utf-8-sig").splitlines()[int(number) - 1]
    assert line.locator("span").nth(1).inner_text() == raw
    shoot(page, "walk-3-raw-line")
    page.context.close()


def test_a_gap_is_seen_as_a_gap_and_two_years_are_compared(browser, address):
    page = opened(browser, address)
    page.goto("/facility/fra1/2026/hours?show=rain_water&days=366")
    summary = page.locator("figcaption p").inner_text()
    assert re.search(r"\d+ gaps? of 365 points, drawn hatched", summary), summary
    assert page.locator("svg.chart rect.missing").count() > 0
    shoot(page, "walk-4-gap")

    page.get_by_role("link", name="Compare").click()
    assert page.locator("select[name=with]").input_value() == "fra1-2025"
    heads = page.locator("main table").first.locator("thead th").all_inner_texts()
    assert (heads[1], heads[3]) == ("Frankfurt 1 2026", "Frankfurt 1 2025")
    assert page.locator("#pue-0-figure svg, #pue-1-figure svg").count() == 2
    shoot(page, "walk-5-compared")
    page.context.close()


@pytest.fixture
def at_a_provider(estate, monkeypatch):
    """The viewer behind a login, and the provider that says who comes."""
    monkeypatch.setenv("VIEWER_SECRET", SECRET)
    with Provider() as provider:
        oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, client_secret_env="VIEWER_SECRET")
        people = (
            entry(Role.ENGINEER, user="ann@example.org"),
            entry(Role.SIGNER, user="sue@example.org"),
        )
        told = settings(login="oidc", oidc=oidc, people=people)
        with served(estate, settings=told) as origin:
            yield origin, provider


def test_two_persons_approve_and_seal_and_the_pack_is_verified(browser, at_a_provider, tmp_path):
    origin, provider = at_a_provider
    pages = {}
    for name in ("ann", "sue"):
        provider.identity.user = f"{name}@example.org"
        pages[name] = opened(browser, origin)
        pages[name].goto("/filings")
        assert f"{name}@example.org" in pages[name].locator(".person").inner_text()
    ann, sue = pages["ann"], pages["sue"]

    for page, step in ((ann, "Prepare"), (sue, "Review"), (sue, "Sign")):
        page.goto("/filings/fra1/2026/iso-30134")
        page.get_by_role("button", name=step, exact=True).click()
        done_by = page.locator(".steps li").filter(has_text=step).first.inner_text()
        assert "@example.org" in done_by
    assert ann.get_by_role("button", name="Seal").count() == 0
    shoot(sue, "walk-6-approved")
    sue.get_by_role("button", name="Seal").click()
    with sue.expect_download() as waiting:
        sue.get_by_role("link", name=re.compile(r"_v1\.zip")).click()
    pack = tmp_path / "pack.zip"
    waiting.value.save_as(pack)
    shoot(sue, "walk-7-sealed")

    ann.goto("/verify")
    ann.locator("input[type=file]").set_input_files(pack)
    ann.get_by_role("button", name="Verify").click()
    assert "pack.zip: sound" in ann.locator(".verdict h2").inner_text()
    assert "sign by sue@example.org" in ann.locator(".verdict").inner_text()
    shoot(ann, "walk-8-verified")
    assert ann.said == sue.said == []

    ann.get_by_role("button", name="Log out").click()
    ann.goto("/health")
    ann.goto("/filings")  # the provider lets whoever is there in again: sue was the last
    assert "sue@example.org" in ann.locator(".person").inner_text()
    for page in pages.values():
        page.context.close()


def test_a_page_prints_without_what_only_a_screen_needs(browser, address, tmp_path):
    page = opened(browser, address)
    page.goto("/facility/fra1/2026")
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(page.pdf(format="A4", print_background=True))
    page.context.close()
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout

    assert "Frankfurt 1 2026" in text
    assert "Power usage effectiveness" in text
    for gone in ("Audit log", "By the hour", "Dark or light"):
        assert gone not in text


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_no_page_is_wider_than_the_screen(browser, address, path):
    page = opened(browser, address, color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(path)
    width = page.evaluate("document.documentElement.scrollWidth")
    shoot(page, f"{path}-phone")
    page.context.close()

    assert width <= 390


def test_everything_that_can_be_done_can_be_done_by_keyboard(browser, address):
    page = opened(browser, address)
    for path in ("/facility/fra1/2026/hours", "/filings/fra1/2026/iso-30134", "/engineering"):
        page.goto(path)
        for part in page.locator("[hx-trigger=load]").all():  # what comes by itself has come
            part.locator("table").first.wait_for(timeout=60_000)
        wanted = page.evaluate(_REACHABLE)
        reached = set()
        for _ in range(wanted + 20):
            page.keyboard.press("Tab")
            told = page.evaluate(_FOCUSED)
            if told is None:
                continue
            place, seen = told
            assert seen, f"{path}: the focus on element {place} is not to be seen"
            reached.add(place)
        assert len(reached) >= wanted, (path, wanted, len(reached))
    page.goto("/filings/fra1/2026/iso-30134")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.context.close()


#: Whatever can be used with a mouse: links, buttons, fields, folds.
_WHAT = "a[href], button, input:not([type=hidden]), select, textarea, summary"
_REACHABLE = f"""() => [...document.querySelectorAll("{_WHAT}")].filter(one =>
    one.checkVisibility() && !one.disabled).length"""
_FOCUSED = f"""() => {{
    const one = document.activeElement;
    const all = [...document.querySelectorAll("{_WHAT}")];
    const place = all.indexOf(one);
    if (place < 0) return null;
    const style = getComputedStyle(one);
    return [place, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1];
}}"""


def test_the_switch_turns_a_page_dark_and_the_browser_remembers(browser, address):
    page = opened(browser, address, color_scheme="light")
    page.goto("/facility/fra1/2026")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Dark or light").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto("/filings")
    kept = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.close()

    assert light == "rgb(255, 255, 255)"
    assert dark == kept != light


def test_pages_work_without_any_script(browser, address):
    page = opened(browser, address, java_script_enabled=False)
    page.goto("/facility/fra1/2026/hours")
    page.select_option("select[name=days]", "31")
    page.get_by_role("button", name="Show").click()
    assert "days=31" in page.url
    page.goto("/engineering")
    page.get_by_role("link", name="What ran, from Dagster's memory").click()
    assert page.locator("h1").inner_text() == "Runs"
    assert page.locator("table tbody tr").count() > 0
    page.context.close()
