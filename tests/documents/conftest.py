from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.db_fixtures import cast, signed_in

if TYPE_CHECKING:
    from pytest_django import Settings

__all__ = ["cast", "media", "signed_in"]


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    """An empty folder for files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
