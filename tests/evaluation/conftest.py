from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from tests.db_fixtures import cast, signed_in

__all__ = ["cast", "signed_in"]


@pytest.fixture(autouse=True)
def _messages_in_english() -> Iterator[None]:
    with translation.override("en"):
        yield
