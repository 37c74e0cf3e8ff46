"""Codes of the European List of Waste: how they are written, and which ones are hazardous.

Decision 2000/532/EC. A code has six digits, a hazardous waste has a star behind them. The table
knows what a data centre meets; of other codes only the shape is checked.
"""

import re

_SHAPE = re.compile(r"(\d\d)\s*(\d\d)\s*(\d\d)\s*(\*?)")
_CHAPTERS = range(1, 21)

#: Hazardous codes and their waste, in our words.
HAZARDOUS = {
    "13 02 05": "mineral engine and gear oil",
    "13 02 06": "synthetic engine and gear oil",
    "13 02 08": "other engine and gear oil",
    "14 06 01": "refrigerants: CFC, HCFC, HFC",
    "15 01 10": "packaging with residues of hazardous substances",
    "16 01 07": "oil filters",
    "16 01 14": "antifreeze with hazardous substances",
    "16 02 09": "transformers and capacitors with PCB",
    "16 02 10": "other equipment with PCB",
    "16 02 11": "equipment with CFC, HCFC or HFC",
    "16 02 12": "equipment with free asbestos",
    "16 02 13": "equipment with other hazardous components",
    "16 02 15": "hazardous components taken out of equipment",
    "16 06 01": "lead batteries",
    "16 06 02": "nickel-cadmium batteries",
    "16 06 03": "batteries with mercury",
    "16 06 06": "electrolyte of batteries",
    "17 04 09": "metal with hazardous substances",
    "17 04 10": "cables with oil or tar",
    "20 01 21": "fluorescent tubes",
    "20 01 23": "municipal: equipment with CFC",
    "20 01 33": "municipal: batteries with lead, cadmium or mercury, or unsorted",
    "20 01 35": "municipal: electrical equipment with hazardous components",
}
#: Codes of waste that is not hazardous.
HARMLESS = {
    "15 01 01": "packaging of paper and cardboard",
    "15 01 02": "packaging of plastic",
    "15 01 03": "packaging of wood",
    "15 01 06": "mixed packaging",
    "16 01 15": "antifreeze without hazardous substances",
    "16 02 14": "equipment without hazardous components",
    "16 02 16": "components taken out of equipment, not hazardous",
    "16 06 04": "alkaline batteries",
    "16 06 05": "other batteries, as lithium-ion",
    "17 04 01": "copper, bronze, brass",
    "17 04 02": "aluminium",
    "17 04 05": "iron and steel",
    "17 04 07": "mixed metals",
    "17 04 11": "cables without hazardous substances",
    "20 01 34": "municipal: other batteries",
    "20 01 36": "municipal: electrical equipment without hazardous components",
    "20 01 40": "municipal: metals",
}


def waste_code(text: str) -> str:
    """A code as the list writes it: ``160213*`` becomes ``16 02 13*``; empty stays empty.

    ValueError, with what would be right, where it has no six digits, where the list has no such
    chapter, or where the star contradicts the table.
    """
    if not text.strip():
        return ""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None or int(shape[1]) not in _CHAPTERS:
        raise ValueError("A code has six digits, as 16 02 14, and a star if hazardous: 16 02 13*.")
    code, star = " ".join(shape.groups()[:3]), shape[4]
    if code in HAZARDOUS and not star:
        raise ValueError(f"It is hazardous ({HAZARDOUS[code]}): write {code}*.")
    if code in HARMLESS and star:
        raise ValueError(f"It is not hazardous ({HARMLESS[code]}): write {code}.")
    return code + star


def is_hazardous(code: str) -> bool:
    """Whether a code of the list says so."""
    return code.endswith("*")
