"""The workbook's own formulas, computed by LibreOffice: they give what the form says."""

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from reports.regimes import REGIMES
from reports.write import WRITERS
from tests.unit.alpha import form_of

SOFFICE = shutil.which("soffice")
WITH_RATIOS = [key for key, regime in REGIMES.items() if regime.ratios]
pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (libreoffice-calc) is not there"
)


def without_cached_values(book: bytes) -> bytes:
    """The workbook as if nobody had computed its formulas yet."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(memory, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(name, content)
    return memory.getvalue()


def computed(book: bytes, folder):
    """The workbook after LibreOffice has opened, computed and saved it."""
    (folder / "form.xlsx").write_bytes(without_cached_values(book))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = [SOFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*asked, "--outdir", folder / "out", folder / "form.xlsx"],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return openpyxl.load_workbook(folder / "out" / "form.xlsx", data_only=True)


@pytest.mark.slow
@pytest.mark.parametrize("key", WITH_RATIOS)
def test_libreoffice_computes_what_the_form_files(tmp_path, key):
    form = form_of(REGIMES[key]) if REGIMES[key].first_year <= 2025 else None
    if form is None:
        pytest.skip(f"{key} begins after the figures of the test")
    rows = computed(WRITERS["xlsx"](form), tmp_path)["Indicators"].iter_rows(
        min_row=2, values_only=True
    )

    found = {code: (live, filed, agrees) for code, _, _, live, filed, _, agrees in rows if code}

    assert set(found) == {ratio.code for ratio in form.ratios}
    for code, (live, filed, agrees) in found.items():
        cell = form.cell(code)
        assert filed == pytest.approx(float(cell.number), abs=1e-12), code
        assert round(live, cell.decimals) == pytest.approx(
            float(cell.number), abs=10**-cell.decimals
        )
        assert agrees == "yes", code
