from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.db_fixtures import cast, signed_in
from tests.site.commands import yunheng

__all__ = ["cast", "signed_in"]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `yunheng migrate`, to be copied."""
    data = tmp_path_factory.mktemp("migrated") / "data"
    done = yunheng(data, "migrate")
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def office(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "office"))
