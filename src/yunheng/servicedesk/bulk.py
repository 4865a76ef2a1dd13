"""Many rows at once: plain INSERT statements without model instances, about five times faster than bulk_create."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection, models


def instants(values: Iterable[int]) -> Mapping[int, Any]:
    """Epoch second → what the driver stores for a datetime column, for all the values that a batch will need."""
    wanted = list(set(values))
    if connection.vendor != "sqlite":
        return {at: datetime.fromtimestamp(at, UTC) for at in wanted}
    return dict(zip(wanted, texts(wanted, " "), strict=True))


def texts(values: Sequence[int], between: str) -> list[str]:
    """UTC wall times as text, with ``between`` the day and the time."""
    written = np.datetime_as_string(np.array(values, "datetime64[s]")).tolist()
    return written if between == "T" else [text.replace("T", between) for text in written]


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
