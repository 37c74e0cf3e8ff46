"""Colours, chosen once. Lines have at least 3:1 contrast on white; a test holds them to it."""

INK = "#1b2430"
QUIET = "#55606d"
RULE = "#d9dee4"

BLUE = "#1d5a86"
OCHRE = "#b05a00"
GREEN = "#3b7a3f"
PLUM = "#7b3f8c"
#: Areas, where a full blue would be too loud; still 3:1 on white.
STEEL = "#4f86ab"
#: At most four on one chart, each also told apart by dash, marker or a label at its end.
LINES = (BLUE, OCHRE, GREEN, PLUM)

#: From pale to dark, evenly falling in lightness, so it also reads in grey print.
RAMP = ("#f4ecc2", "#d5ddae", "#a3c7a4", "#6aaba2", "#3b8a9c", "#2a6790", "#27457a", "#1f2557")


def ramp(count: int) -> tuple[str, ...]:
    """``count`` colours spread over the whole ramp."""
    if count == 1:
        return (RAMP[len(RAMP) // 2],)
    last = len(RAMP) - 1
    return tuple(RAMP[round(place * last / (count - 1))] for place in range(count))


def contrast_on_white(colour: str) -> float:
    """WCAG contrast ratio of a ``#rrggbb`` colour against white."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
