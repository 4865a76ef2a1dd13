"""Rows to arrays: what a rule over many records is fed with."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, DateTimeField, Expression, F, Func, Model, QuerySet, Value
from django.db.models.fields import BooleanField, IntegerField
from django.db.models.functions import Coalesce

MISSING = -(2**62)  # "not known" in an integer column
_ROWS = 5_000  # at a time: what the processor's cache holds


class EpochSecond(Func):
    """Whole seconds since 1970-01-01T00:00:00Z."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Cut to whole seconds first: unixepoch rounds, and a second must be the same one on every database.
        return self.as_sql(compiler, connection, template="unixepoch(substr(%(expressions)s, 1, 19))", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="floor(extract(epoch from %(expressions)s))::bigint", **context
        )


def columns(
    queryset: QuerySet[Any, Any], wanted: Mapping[str, str | Expression]
) -> dict[str, npt.NDArray[np.int64] | list[Any]]:
    """Name → column. Instants become int64 epoch seconds, numbers and booleans int64 (NULL: MISSING), the rest a list.

    ``wanted`` maps a name to a field path or to an expression whose output field is known.
    """
    expressions: dict[str, Any] = {}
    integer: list[bool] = []
    for name, source in wanted.items():
        expression = source if isinstance(source, Expression) else F(source)
        field = source.output_field if isinstance(source, Expression) else _field(queryset.model, str(source))
        if isinstance(field, DateTimeField):
            expression = EpochSecond(expression)
            integer.append(True)
        else:
            integer.append(isinstance(field, IntegerField | BooleanField) or field.is_relation)
        if integer[-1]:
            expression = (
                Coalesce(expression, Value(MISSING), output_field=BigIntegerField())
                if not isinstance(field, BooleanField)
                else expression
            )
        expressions[f"column_{name}"] = expression
    selected = queryset.values_list(*expressions.values())
    gathered: list[list[Any]] = [[] for _ in expressions]
    try:
        sql, params = selected.query.sql_with_params()
    except EmptyResultSet:  # `pk__in=[]` and the like: Django knows that nothing can come
        sql = ""
    if sql:
        _gather(queryset.db, sql, params, gathered, integer)
    return {
        name: (np.concatenate(parts) if parts else np.empty(0, np.int64))
        if is_integer
        else [value for part in parts for value in part]
        for name, is_integer, parts in zip(wanted, integer, gathered, strict=True)
    }


def _gather(database: str, sql: str, params: Any, gathered: list[list[Any]], integer: list[bool]) -> None:
    with connections[database].cursor() as cursor, _no_cycles():
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_ROWS):
            for column, is_integer, values in zip(gathered, integer, zip(*rows, strict=True), strict=True):
                column.append(np.array(values, dtype=np.int64) if is_integer else list(values))


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Rows of numbers and texts hold no cycles; looking for some takes a fifth of the time of reading a million."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _field(model: type[Model], path: str) -> Any:
    field: Any = None
    for part in path.split("__"):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        if field.is_relation and field.related_model is not None:
            model = field.related_model
    return field
