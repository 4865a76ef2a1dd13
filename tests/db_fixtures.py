"""Fixtures that need the database; loaded by the conftest of each package with database tests.

Imports nothing from Django at the top: a package's conftest is read for its pure tests too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast
    from yunheng.people.models import User


@pytest.fixture
def cast(db: None) -> Cast:
    from tests.cast import assemble

    return assemble()


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    from django.test import Client

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
