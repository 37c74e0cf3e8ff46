"""Pages put together: the frame around them, and tables that every page writes the same way."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reports import numbers
from reports.app.access import Right
from reports.app.dark import dark
from reports.app.desk import desk_of, session_of
from reports.app.german import in_german
from reports.page import asset, stylesheet, template
from schemas.errors import ConfigurationError

#: Places of the navigation, and what one needs to see them.
PLACES = (
    ("estate", "/", "Estate", Right.READ),
    ("filings", "/filings", "Filings", Right.READ),
    ("quality", "/quality", "Data quality", Right.READ),
    ("equipment", "/equipment", "Equipment", Right.READ),
    ("engineering", "/engineering", "Engineering", Right.OPERATE),
    ("audit", "/audit", "Audit log", Right.AUDIT),
    ("shared", "/shared", "Shared with me", Right.SHARED),
)


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page."""

    title: str
    href: str


@cache
def assets() -> dict[str, tuple[bytes, str]]:
    """What pages load, by a name that changes with its content; the type beside it."""
    own = files("reports.app") / "assets"
    content = {
        "style.css": "\n".join(
            (
                stylesheet(),
                template("form.css"),
                (own / "app.css").read_text(encoding="utf-8"),
                dark(),
            )
        ).encode(),
        "app.js": (own / "app.js").read_bytes(),
        "htmx.js": (own / "htmx.min.js").read_bytes(),
        "plotly.js": asset("plotly-basic.min.js").encode(),
        "draw.js": asset("draw.js").encode(),
    }
    kinds = {"css": "text/css", "js": "text/javascript"}
    return {
        f"{sha256(body).hexdigest()[:12]}/{name}": (body, kinds[name.rsplit(".", 1)[1]])
        for name, body in content.items()
    }


def asset_path(name: str) -> str:
    """Where a page finds an asset."""
    return next(f"/assets/{key}" for key in assets() if key.endswith(f"/{name}"))


@cache
def environment() -> Environment:
    """The viewer's templates, and below them those of the reports."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader("reports.app", "templates"), PackageLoader("reports", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["explained"] = "/explain/"
    made.globals["asset"] = asset_path
    made.filters["number"] = numbers.number
    made.filters["share"] = numbers.share
    made.filters["coverage"] = numbers.coverage_text
    return made


def shown(
    request: Request,
    template: str,
    *,
    title: str,
    place: str = "",
    crumbs: tuple[Crumb, ...] = (),
    status: int = 200,
    **context: Any,  # noqa: ANN401 - what the template names
) -> Response:
    """A page in its frame; a part of one where htmx asks for it."""
    desk, session = desk_of(request), session_of(request)
    person = session.person if session else None
    text = (
        environment()
        .get_template(template)
        .render(
            title=title,
            place=place,
            crumbs=crumbs,
            person=person,
            csrf=session.csrf if session else "",
            places=[one for one in PLACES if person is not None and person.may(one[3])],
            login=desk.settings.login,
            local=desk.local is not None,
            language=language(request),
            here=f"{request.url.path}?{request.url.query}".rstrip("?"),
            **context,
        )
    )
    if language(request) == "de":
        text = in_german(text)
    return HTMLResponse(text, status_code=status, headers={"Vary": "Accept-Language, Cookie"})


#: The languages there are, as they call themselves.
LANGUAGES = {"en": "English", "de": "Deutsch"}
LANGUAGE = "wattledger_language"


def language(request: Request) -> str:
    """What was chosen on a page, else what the browser prefers, else English."""
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    preferred = [
        part.split(";")[0].strip()[:2].lower()
        for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((one for one in preferred if one in LANGUAGES), "en")


def refusal(request: Request, error: Exception, *, title: str, status: int) -> Response:
    """A page that says what is wrong and what to do next; the same as JSON for the API."""
    problems = (
        [str(one) for one in error.problems]
        if isinstance(error, ConfigurationError)
        else [str(error)]
    )
    return shown(request, "refused.html.j2", title=title, status=status, problems=problems)
