"""Pages in German: words, numbers and dates, from a finished English page.

Sentences of reports are made in many places, each with its figures inside; a catalogue of whole
sentences with blanks keeps those places free of two languages, and every sentence in one. What the
catalogue does not hold stays English and says so, for screen readers too. Forms, codes and lines of
files are not translated: they are somebody's own words.
"""

import csv
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape, unescape
from importlib.resources import files
from itertools import zip_longest

_TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
#: Whatever stands inside these is left as it is.
_OWN = re.compile(r"<(script|style|code|article class=\"form|ol class=\"rawlines)\b")
_SAID = re.compile(r"\b(aria-label|title|placeholder)=\"([^\"]*)\"")
_LETTERS = re.compile(r"[^\W\d_]{2}")
#: A sentence in English that nobody has translated, not a name or a code.
_SENTENCE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
_NUMBER = re.compile(r"(?<![\w.,/§-])([−±+<≤≥~(]*\d+(?:\u202f\d{3})*)\.(\d+)(?![\w/]|\.\d)")
_DATE = re.compile(r"(?<![\w.-])(\d{4})-(\d\d)-(\d\d)(?![\w.-]|:)")
#: No element may stand inside these, so what is left English there cannot say so.
_PLAIN = ("<option", "<title", "<text", "<tspan", "<textarea")
_MONTHS = {"Mar": "Mär", "May": "Mai", "Oct": "Okt", "Dec": "Dez"}


@dataclass(frozen=True)
class _Pattern:
    """A sentence with blanks: what it must hold, how it is found, and what stands for it."""

    needed: str
    found: re.Pattern[str]
    german: str


@cache
def catalogue() -> dict[str, str]:
    """Sentences without blanks."""
    return {english: german for english, german in _read() if "{}" not in english}


@cache
def _patterns() -> list[_Pattern]:
    """Sentences with blanks, those that say most first."""
    made = []
    for english, german in _read():
        if "{}" in english:
            parts = english.split("{}")
            found = "(.+?)".join(map(re.escape, parts))
            longest = max(parts, key=len)
            made.append((len("".join(parts)), _Pattern(longest, re.compile(found), german)))
    return [pattern for _, pattern in sorted(made, key=lambda one: -one[0])]


def _read() -> list[tuple[str, str]]:
    path = files("reports.app") / "words" / "german.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return [(row["english"], row["german"]) for row in rows]


def in_german(page: str) -> str:
    """A page, its words where the catalogue has them, its numbers and dates as Germans write
    them."""
    made: list[str] = []
    own, before = "", ""
    depth = 0
    for place, part in enumerate(_TAG.split(page)):
        if place % 2:
            if own:
                depth += part.startswith(f"<{own}") - part.startswith(f"</{own}")
                own = own if depth else ""
            elif _OWN.match(part):
                own, depth = part[1:].split(" ")[0].rstrip(">"), 1
            made.append(part if own else _tag(part))
            before = part
        elif not own and part.strip():
            made.append(_text(part, before))
        elif own == "script" and "application/json" in before:
            made.append(_figure(part))
        else:
            made.append(part)
    return "".join(made).replace('<html lang="en">', '<html lang="de">', 1)


def _tag(tag: str) -> str:
    return _SAID.sub(lambda one: f'{one[1]}="{escape(said(unescape(one[2])))}"', tag)


def _text(part: str, tag: str) -> str:
    bare = part.strip()
    plain = " ".join(unescape(bare).split(" \n")) if "\n" not in bare else " ".join(bare.split())
    words = unescape(plain)
    told = said(words)
    shown = escape(told, quote=False)
    if told == _figures(words) and _SENTENCE.search(words) and not tag.startswith(_PLAIN):
        shown = f'<span lang="en">{shown}</span>'
    start = part[: len(part) - len(part.lstrip())]
    return f"{start}{shown}{part[len(part.rstrip()) :]}"


@lru_cache(maxsize=100_000)
def said(text: str) -> str:
    """A text in German as far as it is known; the text with German figures where it is not."""
    if not _LETTERS.search(text):
        return _figures(text)
    flat = text.replace("\u00a0", " ")
    known = catalogue().get(flat) or catalogue().get(flat[:1].upper() + flat[1:])
    if known is not None:
        return known
    for pattern in _patterns():
        if pattern.needed in flat and (found := pattern.found.fullmatch(flat)):
            return "".join(
                part
                for pair in zip_longest(
                    pattern.german.split("{}"), map(said, found.groups()), fillvalue=""
                )
                for part in pair
            )
    for mark in (". ", "; ", ": ", ", "):
        if mark in text:
            parts = [_ended(part, mark) for part in text.split(mark)]
            if all(parts):
                return mark.join(one for one in parts if one)
    return _figures(text)


def _ended(part: str, mark: str) -> str:
    """A part of a text; empty where it is not known. Of sentences the last has its full stop."""
    told = said(part)
    if told == _figures(part) and mark == ". " and not part.endswith("."):
        told = said(f"{part}.").removesuffix(".")
    known = told != _figures(part) or not _LETTERS.search(part) or part[:1].isupper()
    return told if known else ""


def _figures(text: str) -> str:
    """Decimal commas, days before months."""
    return _DATE.sub(r"\3.\2.\1", _NUMBER.sub(r"\1,\2", text))


def _figure(text: str) -> str:
    """A Plotly figure: names, notes, months and separators."""

    def told(found: re.Match[str]) -> str:
        words = said(json.loads(f'"{found[2]}"'))
        return f'"{found[1]}":{json.dumps(words, ensure_ascii=False)}'.replace("<", "\\u003c")

    text = re.sub(r'"(name|text)":"((?:[^"\\]|\\.)*)"', told, text)
    for english, german in _MONTHS.items():
        text = text.replace(f'"{english}"', f'"{german}"')
    return text.replace('"separators":".', '"separators":",')
