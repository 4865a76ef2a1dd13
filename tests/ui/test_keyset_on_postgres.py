"""The tests of pages by position once more, on PostgreSQL."""

import pytest
from tests.ui.test_keyset import *  # noqa: F403 (the same tests, another database)

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("notes")]
