"""The viewer in German: words where the catalogue has them, figures and dates as Germans write
them, and everything that is somebody's own left as it is."""

import re

import pytest

from reports.app.german import _read, in_german, said
from tests.flow.viewer import PAGES, as_person, owner_named


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("1.178", "1,178"),
        ("0.358\u00a0– 0.361\u202fkg/kWh", "0,358\u00a0– 0,361\u202fkg/kWh"),
        ("20\u202f112.5 kWh", "20\u202f112,5 kWh"),
        ("±\u202f0.5\u202f%", "±\u202f0,5\u202f%"),
        ("2026-03-31", "31.03.2026"),
        ("1.178, exact", "1,178, exakt"),
        ("clean", "ohne Vorbehalt"),
        ("Grid import, On-site renewable", "Netzbezug, Erneuerbare vor Ort"),
        ("PUE by month: Frankfurt 1 2025", "PUE nach Monaten: Frankfurt 1 2025"),
        (
            "Lowest 1.089 in Dec, highest 1.279 in Aug.",
            "Tiefster Wert 1,089 im Dez, höchster 1,279 im Aug.",
        ),
    ],
)
def test_words_figures_and_dates_are_said_in_german(english, german):
    assert said(english) == german


@pytest.mark.parametrize(
    "text",
    [
        "fra1/bms_2025-01.csv:2",
        "fra1.grid.a",
        "ISO/IEC 30134-2",
        "2026-11-27T19:15:50+00:00",
        "Annex II, 1.2.3",
        "eu-eed-2024_fra1_2025_v1.zip",
        "v1.2",
        "2023/1542",
        "meters.csv",
    ],
)
def test_names_codes_and_times_of_files_stay_as_they_are(text):
    assert said(text) == text


def test_a_sentence_that_nobody_translated_says_that_it_is_english():
    unsaid = "nobody has ever said this before"
    page = in_german(f'<html lang="en"><p>{unsaid}</p><p>Estate</p></html>')

    assert page == (
        '<html lang="de"><p><span lang="en">nobody has ever said this before</span></p>'
        "<p>Übersicht</p></html>"
    )


@pytest.mark.parametrize(
    "own",
    [
        '<script src="/a.js">Estate</script>',
        "<code>Estate 1.5</code>",
        '<article class="form"><p>Estate 1.5</p><article><p>Estate</p></article></article>',
        '<ol class="rawlines" tabindex="0"><li><span>Estate;1.5</span></li></ol>',
        '<input value="Estate 1.5">',
        '<option value="1.5">x1</option>',
    ],
)
def test_what_is_somebodys_own_is_left_as_it_is(own):
    assert in_german(own) == own


def test_what_markup_means_stays_what_it_means():
    assert in_german("<p>a &lt; b &amp; c</p>") == "<p>a &lt; b &amp; c</p>"
    assert in_german('<a title="Estate &quot;x&quot;">y</a>').count('"') == 2


def test_figures_of_plotly_get_german_names_months_and_commas():
    script = '<script type="application/json">{}</script>'
    english = '{"name":"Month","x":["Mar"],"separators":".\u202f"}'

    german = '{"name":"Monat","x":["Mär"],"separators":",\u202f"}'
    assert in_german(script.replace("{}", english)) == script.replace("{}", german)


def test_the_catalogue_says_each_sentence_once_and_keeps_its_blanks():
    rows = _read()

    assert len({english for english, _ in rows}) == len(rows)
    for english, german in rows:
        assert english.count("{}") == german.count("{}"), english
        assert english == english.strip(), english


@pytest.mark.parametrize("address", PAGES)
def test_every_heading_label_button_and_column_is_german(undisturbed, address):
    client = as_person(undisturbed, owner_named())

    page = client.get(address, headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}).text

    assert '<html lang="de">' in page
    page = re.sub(r'<article class="form.*?</article>', "", page, flags=re.DOTALL)
    english = [
        (tag, re.sub(r"<[^>]+>", "", inside))
        for tag, inside in re.findall(
            r"<(h1|h2|h3|button|label|thead|summary|nav|caption)\b[^>]*>(.*?)</\1>", page, re.DOTALL
        )
        if '<span lang="en">' in inside
    ]
    assert english == []


def test_a_language_is_chosen_and_kept(undisturbed):
    client = as_person(undisturbed, owner_named())
    assert "Estate</a>" in client.get("/filings").text

    back = client.get("/language/de?then=/filings")

    assert (back.status_code, back.headers["location"]) == (303, "/filings")
    assert "Übersicht</a>" in client.get("/filings").text
    client.get("/language/en")
    assert "Estate</a>" in client.get("/filings").text
    assert client.get("/language/fr").status_code == 404
    assert client.get("/language/de?then=//evil.example").headers["location"] == "/"
