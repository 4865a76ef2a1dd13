"""The ground on PostgreSQL: the same tests again. They run in the pass whose DATABASE_URL names one."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.foundation.test_columns import *  # noqa: F403 - the tests themselves
from tests.foundation.test_ground import *  # noqa: F403
from tests.foundation.test_jobs_and_events import *  # noqa: F403

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("DATABASE_URL names no PostgreSQL")
