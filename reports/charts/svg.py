"""A few lines of SVG: elements from names and attributes, escaped, with short numbers."""

from markupsafe import Markup, escape


def short(value: float) -> str:
    """A coordinate to a hundredth of a pixel, without needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(name: str, *content: str, **attributes: str | float) -> Markup:
    """One element. Underscores in attribute names become hyphens: ``text_anchor``, ``class_``."""
    parts = [
        Markup(' {}="{}"').format(
            key.strip("_").replace("_", "-"), value if isinstance(value, str) else short(value)
        )
        for key, value in attributes.items()
    ]
    inside = Markup().join(escape(part) for part in content)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), Markup().join(parts), inside)


def drawing(
    *content: str, id: str, width: float, height: float, label: str, **attributes: str
) -> Markup:
    """An SVG that scales with its column and reads as one image with a text alternative."""
    return element(
        "svg",
        element("title", label, id=f"{id}-title"),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {short(width)} {short(height)}",
        role="img",
        aria_labelledby=f"{id}-title",
        **attributes,
    )


def text(content: str, x: float, y: float, **attributes: str | float) -> Markup:
    """A line of text; ``class_`` chooses its style."""
    return element("text", content, x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def rect(x: float, y: float, width: float, height: float, **attributes: str | float) -> Markup:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, **attributes)


def hatch(id: str, *, across: float = 1, down: float = 1, ground: str = "#e6eaee") -> Markup:
    """The pattern for 'no data': grey strokes on a lighter ground, at 45° after scaling."""
    return element(
        "pattern",
        rect(0, 0, 5, 5, fill=ground),
        element("path", d="M0 0V5", stroke="#76808b", stroke_width=1.5),
        id=id,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        patternTransform=f"scale({1 / across:.5f} {1 / down:.5f}) rotate(45)",
    )


def dots(id: str, *, across: float = 1, down: float = 1) -> Markup:
    """The pattern laid over estimated values: white dots, the value shows through."""
    return element(
        "pattern",
        element("circle", cx=2, cy=2, r=1.15, fill="#fff", stroke="#1b2430", stroke_width=0.4),
        id=id,
        width=4,
        height=4,
        patternUnits="userSpaceOnUse",
        patternTransform=f"scale({1 / across:.5f} {1 / down:.5f})",
    )


def swatch(fill: str, *, definitions: str = "", over: str = "") -> Markup:
    """A small box for a legend."""
    return element(
        "svg",
        element("defs", definitions) if definitions else "",
        rect(0.5, 0.5, 21, 11, fill=fill, stroke="#8a939d", stroke_width=0.75),
        rect(0.5, 0.5, 21, 11, fill=over) if over else "",
        viewBox="0 0 22 12",
        width="22",
        height="12",
        aria_hidden="true",
    )
