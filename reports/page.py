"""Templates into pages: one environment for every HTML report."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import numbers


def asset(name: str) -> str:
    """The text of a file in ``reports/assets``."""
    return (files("reports") / "assets" / name).read_text(encoding="utf-8")


def template(name: str) -> str:
    """The text of a file in ``reports/templates``."""
    return (files("reports") / "templates" / name).read_text(encoding="utf-8")


def stylesheet() -> str:
    """The style of every page."""
    return template("style.css")


@cache
def environment(explained: str = "") -> Environment:
    """The templates' environment: autoescaped, and a name nobody passed is an error.

    Args:
        explained: where the trails of figures are; empty on a page that is a file.
    """
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["stylesheet"] = Markup(stylesheet())  # our own file, not a user's text
    made.globals["explained"] = explained
    made.filters["number"] = numbers.number
    made.filters["share"] = numbers.share
    made.filters["coverage"] = numbers.coverage_text
    return made


def render(template: str, **context: object) -> str:
    """One page as text.

    Args:
        template: file name in ``reports/templates``.
        context: what the template names; a missing name raises ``UndefinedError``.
    """
    return environment().get_template(template).render(**context)


def blocks(explained: str = "") -> Callable[[str, object], str]:
    """A writer of single parts of a page, by the names that ``blocks.html.j2`` gives them."""
    module = environment(explained).get_template("blocks.html.j2").module
    return lambda name, part: str(getattr(module, name)(part))
