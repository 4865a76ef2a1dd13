"""Many rows at once: plain INSERT statements without model instances, about five times faster than bulk_create."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

Instant = Callable[[int], Any]


def instant_writer() -> Instant:
    """Epoch seconds → what the driver stores for a datetime column."""
    if connection.vendor == "sqlite":
        known: dict[int, str] = {}

        def text(at: int) -> str:
            found = known.get(at)
            if found is None:
                if len(known) > 100_000:
                    known.clear()
                found = known[at] = datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat(" ")
            return found

        return text
    return lambda at: datetime.fromtimestamp(at, UTC)


def written(instant: datetime) -> Any:
    """One exact instant, microseconds included, as the driver stores it."""
    return connection.ops.adapt_datetimefield_value(instant)


json_text = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else will get; inside a write transaction (on SQLite the gate makes the highest id ours)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 (a table name of ours)
            [highest] = cursor.fetchone()
            cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            [given] = cursor.fetchone()
            first = max(int(highest), int(given)) + 1
            return list(range(first, first + count))
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [int(found) for (found,) in cursor.fetchall()]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows in the order of ``columns`` (column names, not field names)."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})',  # noqa: S608 (names of ours)
            list(rows),
        )
