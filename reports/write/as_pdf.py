"""A form as a tagged PDF on A4: the HTML page, set by WeasyPrint. No PDF/A or PDF/UA is claimed."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from reports.form import Form
from reports.write.as_html import html_bytes
from schemas.errors import UsageError

#: The variable by which programs agree on a clock that stands still.
_CLOCK = "SOURCE_DATE_EPOCH"
_MISSING = (
    "a PDF cannot be written: the library Pango is not there.\n"
    "  On Debian and Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0\n"
    "  or ask for html, which prints on A4."
)


def pdf_bytes(form: Form) -> bytes:
    """The same form gives the same bytes on a machine with the same fonts.

    Raises:
        UsageError: the system library that sets type is not installed.
    """
    try:
        # Late, because Pango may be missing, and only a PDF needs it.
        from weasyprint import HTML, URLFetcher  # noqa: PLC0415
    except OSError as error:
        raise UsageError(_MISSING) from error
    page = html_bytes(form)
    # Of two versions of a form readers see that they are not the same document.
    identifier = hashlib.sha256(page).hexdigest()[:32].encode()
    # A form holds all that it shows: nothing is fetched, from nowhere.
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    with _at(form.period_end):
        pdf: bytes = HTML(string=page.decode(), url_fetcher=nothing).write_pdf(
            pdf_tags=True, pdf_identifier=identifier
        )
    return pdf


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """The moment that fonts are stamped with: a subset of a font says when it was cut, and would
    be other bytes every second."""
    before = os.environ.get(_CLOCK)
    os.environ[_CLOCK] = f"{moment.timestamp():.0f}"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CLOCK]
        else:
            os.environ[_CLOCK] = before
