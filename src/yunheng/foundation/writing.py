"""The one way to begin a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: all of it, or nothing.

    On SQLite the backend takes the write gate and begins IMMEDIATE (foundation.sqlite); on PostgreSQL it is an
    ordinary transaction. Inside another ``writing()`` it is a savepoint of the outer one.
    """
    with transaction.atomic():
        yield
