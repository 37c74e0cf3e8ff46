"""What titles say in English, German, French and Swedish: units, ends of intervals, quantities.

A word that may mean two things is not here: then a person is asked.
"""

import re
from collections.abc import Sequence

from schemas.domains import QUANTITIES
from schemas.quantities import Kind, Nature
from schemas.units import conversion, is_unit

_BRACKETS = re.compile(r"[\[(]([^\])]+)[\])]\s*$")
_WORDS = re.compile(r"[^\s,;:()\[\]]+")
#: Words that are units in titles, and are too common or too short to be units of a drop.
_SPELT = {"watts": "W", "watt": "W", "kilowatts": "kW", "therms": "therm", "liter": "L",
          "litres": "L", "liters": "L"}  # fmt: skip
#: Single letters are units only where they stand in brackets or alone.
_SHORT = 1

_ENDS = ("intervallende", "ende", "bis", "fin", "end", "ending", "ended", "till", "slut", "to")
_BEGINS = ("intervallbeginn", "beginn", "von", "début", "debut", "start", "starting", "from",
           "från", "du", "since")  # fmt: skip
_UNTIL = ("bis", "ende", "au", "fin", "end", "to", "till", "slut")
_IDS = ("meter", "zähler", "zählernummer", "zählpunkt", "compteur", "mpan", "mätare", "point", "id",
        "pdl", "anläggning", "tag", "sensor")  # fmt: skip
_VALUES = ("value", "val", "usage", "quantity", "reading", "consumption", "wert", "zählerstand",
           "stand", "verbrauch", "index", "valeur", "consommation", "värde", "förbrukning",
           "mätarställning")  # fmt: skip
_UNIT_TITLES = ("unit", "units", "einheit", "unité", "enhet", "uom")

#: Words of a title, all of which must stand in it, and the quantity that they mean.
_QUANTITIES = (
    (("usv", "ausgang"), "ups_output"),
    (("ups", "abgang"), "ups_output"),
    (("ups", "output"), "ups_output"),
    (("sortie", "onduleurs"), "ups_output"),
    (("usv", "eingang"), "ups_input"),
    (("ups", "input"), "ups_input"),
    (("utility", "feed"), "grid_import"),
    (("grid", "import"), "grid_import"),
    (("netzbezug",), "grid_import"),
    (("soutirage",), "grid_import"),
    (("nätuttag",), "grid_import"),
    (("kältemaschine",), "cooling_electricity"),
    (("chiller",), "cooling_electricity"),
    (("groupes", "froids"), "cooling_electricity"),
    (("kylmaskiner",), "cooling_electricity"),
    (("beleuchtung",), "lighting"),
    (("lighting",), "lighting"),
    (("éclairage",), "lighting"),
    (("belysning",), "lighting"),
    (("netzersatzanlage",), "generator_output"),
    (("generator", "output"), "generator_output"),
    (("trinkwasser",), "potable_water"),
    (("potable", "water"), "potable_water"),
    (("eau", "ville"), "potable_water"),
    (("dricksvatten",), "potable_water"),
    (("außentemperatur",), "outdoor_temperature"),
    (("outdoor", "temperature"), "outdoor_temperature"),
    (("température", "extérieure"), "outdoor_temperature"),
    (("utetemperatur",), "outdoor_temperature"),
    (("photovoltaik",), "onsite_renewable"),
    (("photovoltaïque",), "onsite_renewable"),
    (("solar", "generation"), "onsite_renewable"),
)


def words_of(text: str) -> list[str]:
    """The words of a title in small letters."""
    return [word.casefold() for word in _WORDS.findall(text)]


def unit_of(text: str) -> str:
    """The unit that a title ends with in brackets, or that is one of its words; empty without."""
    bracket = _BRACKETS.search(text)
    if bracket and (unit := _unit(bracket[1].strip(), short=True)):
        return unit
    parts = _WORDS.findall(text)
    for part in reversed(parts):
        if unit := _unit(part, short=len(parts) == 1):
            return unit
    return ""


def _unit(word: str, *, short: bool) -> str:
    if len(word) <= _SHORT and not short:
        return ""
    if word.casefold() in _SPELT:
        return _SPELT[word.casefold()]
    return word if is_unit(word) else ""


def is_unit_title(text: str) -> bool:
    """Whether a title is that of a column of units."""
    return any(word in _UNIT_TITLES for word in words_of(text))


def is_value_title(text: str) -> bool:
    """Whether a title is that of the values of a table, rather than of what stands beside them."""
    return bool(unit_of(text)) or any(word.startswith(_VALUES) for word in words_of(text))


def is_id_title(text: str) -> bool:
    """Whether a title is that of ids, rather than of what is read."""
    return any(word.startswith(_IDS) or word.endswith("id") for word in words_of(text))


def tells_end(text: str) -> bool:
    """Whether a title of times says that they end intervals."""
    return any(word in _ENDS for word in words_of(text))


def tells_begin(text: str) -> bool:
    """Whether a title of times says that they begin intervals."""
    return any(word in _BEGINS for word in words_of(text))


def tells_until(text: str) -> bool:
    """Whether a title of times is that of a second one, at which rows end."""
    return any(word in _UNTIL for word in words_of(text))


def quantity_of(title: str, kind: str, unit: str) -> str:
    """The quantity that a title's words mean, if it can be read in this kind and unit."""
    words = set(words_of(title))
    for wanted, name in _QUANTITIES:
        if words.issuperset(word.casefold() for word in wanted) and fits(name, kind, unit):
            return name
    return ""


def fits(name: str, kind: str, unit: str) -> bool:
    """Whether a quantity can be metered in this kind and unit."""
    quantity = QUANTITIES[name]
    level = quantity.nature is Nature.LEVEL
    if kind == Kind.GAUGE if not level else kind in (Kind.REGISTER, Kind.INTERVAL):
        return False
    rate = kind == Kind.AVERAGE and not level
    return conversion(unit, canonical=quantity.unit, rate=rate) is not None


def fitting(kind: str, unit: str) -> str:
    """Any quantity of this kind and unit, to try a proposal with; empty without."""
    return next((name for name in QUANTITIES if fits(name, kind, unit)), "")


def kind_by_unit(unit: str) -> str:
    """The kind that a unit leaves: a level's is a gauge, a rate's a mean; empty for amounts, and
    for what is no unit."""
    if not is_unit(unit):
        return ""
    amounts = [one for one in QUANTITIES.values() if one.nature is Nature.AMOUNT]
    if any(conversion(unit, canonical=one.unit) for one in amounts):
        return ""
    if any(conversion(unit, canonical=one.unit, rate=True) for one in amounts):
        return Kind.AVERAGE.value
    return Kind.GAUGE.value


def hours_beside_utc(texts: Sequence[str]) -> int | None:
    """The hours that words beside a table put its clock ahead of UTC, all year: ``UTC+1``."""
    for text in texts:
        if found := re.search(r"(?:UTC|GMT)\s*([+-]\d{1,2})\b", text):
            return int(found[1])
    return None
