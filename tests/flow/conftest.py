"""Estates that several tests look at and none of them changes."""

import pytest

from tests.flow.eventful import eventful_estate, eventful_files
from tests.flow.small_estate import done, write_file


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The eventful estate after one backfill of everything at once."""
    folder = eventful_estate(tmp_path_factory.mktemp("undisturbed") / "estate")
    for name, content in eventful_files().items():
        write_file(folder / "inbox" / name, content)
    done("backfill", folder, "--now", "2025-06-01T00:00Z")
    return folder
