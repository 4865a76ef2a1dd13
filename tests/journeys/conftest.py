from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.demo_office import DemoOffice, lived_through


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> DemoOffice:
    """The demo office with its drafts, not to be changed."""
    return lived_through(tmp_path_factory, request.config)


@pytest.fixture
def demo_office(demo: DemoOffice, tmp_path: Path) -> DemoOffice:
    """A copy of the demo office that a test may change."""
    return demo.copy(tmp_path)
