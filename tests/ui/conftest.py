"""The table of notes, and the fixtures with the cast."""

from __future__ import annotations

from typing import Any

import pytest
from tests.db_fixtures import cast, signed_in

__all__ = ["cast", "signed_in"]


@pytest.fixture(scope="session")
def notes_table(django_db_setup: None, django_db_blocker: Any) -> None:
    from tests.ui.models import make_table

    with django_db_blocker.unblock():
        make_table()


@pytest.fixture
def notes(notes_table: None, db: None) -> None:
    """A database with the table of notes."""


@pytest.fixture(autouse=True)
def own_templates(settings: Any) -> None:
    """The page with every component lies beside the tests."""
    from pathlib import Path

    templates = [dict(engine) for engine in settings.TEMPLATES]
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
