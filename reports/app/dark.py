"""The viewer in the dark: the same words for colours, other lights."""

from reports.charts.palette import BLUE, GREEN, INK, OCHRE, PLUM, QUIET, RULE, STEEL

#: What style sheets call colours.
NAMED = {
    "ink": "#e4e9ee",
    "quiet": "#a6b1bc",
    "rule": "#36414c",
    "soft": "#1c242c",
    "blue": "#84bce4",
    "ochre": "#eda257",
    "red": "#f29a96",
    "green": "#8fce93",
    "paper": "#12181e",
    "edge": "#7c8894",
    "alarm": "#331d1b",
    "calm": "#172a1e",
    "mark": "#3d3417",
}
#: What drawings carry in their attributes, and what stands for it. Shades of a ramp stay: they
#: are told apart by lightness, on a ground of their own.
DRAWN = {
    INK: NAMED["ink"],
    QUIET: NAMED["quiet"],
    RULE: NAMED["rule"],
    BLUE: NAMED["blue"],
    OCHRE: NAMED["ochre"],
    GREEN: NAMED["green"],
    PLUM: "#d3a3e0",
    STEEL: "#6fa8d0",
    "#fff": NAMED["paper"],
    "#a9c5d9": "#2f5876",
    "#c3d6e4": "#2b4a61",
    "#e6eaee": "#27313a",
    "#76808b": "#66727e",
}


def dark() -> str:
    """Rules for whoever likes it dark, by the system's wish or by the page's own switch; paper is
    white whatever the screen is."""
    named = "".join(f"--{name}: {colour};" for name, colour in NAMED.items())
    rules = [f"ROOT {{ color-scheme: dark; {named} }}"]
    for light, shade in DRAWN.items():
        rules.append(f'ROOT svg [fill="{light}"] {{ fill: {shade}; }}')
        rules.append(f'ROOT svg [stroke="{light}"] {{ stroke: {shade}; }}')
    rules.append(f"ROOT svg text {{ fill: {NAMED['ink']}; }}")
    rules.append(f"ROOT svg .tick {{ fill: {NAMED['quiet']}; }}")
    wished = "\n".join(rule.replace("ROOT", ':root:not([data-theme="light"])') for rule in rules)
    chosen = "\n".join(rule.replace("ROOT", ':root[data-theme="dark"]') for rule in rules)
    return (
        f"@media screen and (prefers-color-scheme: dark) {{\n{wished}\n}}\n"
        f"@media screen {{\n{chosen}\n}}\n"
    )
