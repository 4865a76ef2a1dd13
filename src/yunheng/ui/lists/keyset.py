"""Pages by position, over many scopes, without counting.

An index leads with the scope, so one `scope IN (…) ORDER BY …` would have to collect and sort everything. Instead
each scope (and each chosen value of a filter) gives its own first rows in order from its own stretch of the index,
one UNION ALL gathers them, and the rows themselves are fetched by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Q, QuerySet

#: SQLite takes 500 parts in one compound statement.
MOST_PARTS = 400
#: A word search looks at this many rows of every part, however many there are.
LEAST_REACH = 100


EVERYTHING = Q()


@dataclass(frozen=True, slots=True)
class Place:
    """A row's position in the order."""

    value: Any
    key: Any


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a list: the rows it may show, by scope and branch, in which order."""

    queryset: QuerySet[Any]
    scopes: Sequence[int]
    order: str
    branches: Sequence[Q] = (EVERYTHING,)
    condition: Q = EVERYTHING
    scope_field: str = "scope"
    contains: tuple[str, tuple[str, ...], int] | None = None

    @property
    def field(self) -> str:
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")

    def backwards(self) -> Reading:
        return replace(self, order=self.field if self.descending else f"-{self.field}")


@dataclass(frozen=True, slots=True)
class Slice:
    """``rows`` in the order of the list; ``more`` says that rows follow in the direction of reading."""

    rows: list[Any]
    more: bool


def place_of(reading: Reading, key_field: str, key: str) -> Place | None:
    """Where the row with this key stands; None when there is no such row in these scopes."""
    found = (
        reading.queryset.filter(**{f"{reading.scope_field}__in": list(reading.scopes), key_field: key})
        .order_by()
        .values_list(reading.field, "pk")
        .first()
    )
    return Place(*found) if found else None


def take(reading: Reading, size: int, after: Place | None = None) -> Slice:
    """The next ``size`` rows after a place, or the first ones."""
    keys = _keys(reading, size + 1, after)
    more = len(keys) > size
    keys = keys[:size]
    by_key = {row.pk: row for row in reading.queryset.filter(pk__in=keys).order_by()}
    return Slice([by_key[key] for key in keys if key in by_key], more)


def walk(reading: Reading, chunk: int = 2_000) -> Iterator[Any]:
    """Every row of the list in order; each chunk is a query of its own, so nothing is held open."""
    after: Place | None = None
    while True:
        part = take(reading, chunk, after)
        yield from part.rows
        if not part.more or not part.rows:
            return
        last = part.rows[-1]
        after = Place(getattr(last, reading.field), last.pk)


def count_up_to(reading: Reading, most: int) -> int:
    """How many rows, counted no further than ``most + 1``."""
    total = 0
    for chunk in _chunks(_parts(reading)):
        pieces = [_sql(part.order_by().values_list("pk")[: most + 1]) for part in chunk]
        rows = _gather([piece for piece in pieces if piece], "SELECT COUNT(*) FROM ({}) AS counted", (), reading)
        total += rows[0][0] if rows else 0
        if total > most:
            return most + 1
    return total


def _parts(reading: Reading) -> list[QuerySet[Any]]:
    base = reading.queryset.filter(reading.condition).select_related(None).prefetch_related(None)
    return [
        base.filter(branch, **{reading.scope_field: scope})
        for scope in sorted(reading.scopes)
        for branch in reading.branches
    ]


def _keys(reading: Reading, size: int, after: Place | None) -> list[Any]:
    """Primary keys in order."""
    direction = "DESC" if reading.descending else "ASC"
    order = [f"-{name}" if reading.descending else name for name in ("list_value", "list_key")]
    gathered: list[tuple[Any, Any]] = []
    parts = [part.filter(stretch) for part in _parts(reading) for stretch in _stretches(reading, after)]
    for chunk in _chunks(parts):
        pieces = []
        for part in chunk:
            named = part.annotate(list_value=F(reading.field), list_key=F("pk")).order_by(*order)
            if reading.contains:
                piece = _within(named, reading.contains, size, len(parts))
            else:
                piece = _sql(named.values_list("list_value", "list_key")[:size])
            if piece:
                pieces.append(piece)
        ends = f"ORDER BY list_value {direction}, list_key {direction} LIMIT %s"
        outer = f"SELECT list_value, list_key FROM ({{}}) AS gathered {ends}"  # noqa: S608 (constants)
        gathered += [(row[0], row[1]) for row in _gather(pieces, outer, (size,), reading)]
    if len(parts) > MOST_PARTS:
        gathered.sort(reverse=reading.descending)
    return [key for _value, key in gathered[:size]]


def _stretches(reading: Reading, after: Place | None) -> list[Q]:
    """The rows behind a place: the rest of those with its value, then all values further on.

    As two conditions, because SQLite does not use `(value, id) < (?, ?)` on an index whose id is the row's own.
    """
    if after is None:
        return [EVERYTHING]
    sign = "lt" if reading.descending else "gt"
    return [
        Q(**{reading.field: after.value, f"pk__{sign}": after.key}),
        Q(**{f"{reading.field}__{sign}": after.value}),
    ]


def _within(
    part: QuerySet[Any], contains: tuple[str, tuple[str, ...], int], size: int, shares: int
) -> tuple[str, tuple[Any, ...]] | None:
    """Rows among this part's share of the ``reach`` that contain the words; reading stops there in any case."""
    words, columns, reach = contains
    inner = _sql(part.values_list("list_value", "list_key", *columns)[: max(reach // shares, LEAST_REACH)])
    if inner is None:
        return None
    text, params = inner
    connection = connections[part.db]
    quote, like = connection.ops.quote_name, "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    found = " OR ".join(f"{quote(column)} {like} %s ESCAPE '\\'" for column in columns)
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return (
        f"SELECT list_value, list_key FROM ({text}) AS near WHERE {found} LIMIT %s",  # noqa: S608 (names are quoted)
        (*params, *[pattern] * len(columns), size),
    )


def _sql(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]] | None:
    """The query as the database would get it; None when it can find nothing."""
    try:
        text, params = queryset.query.get_compiler(using=queryset.db).as_sql()
    except EmptyResultSet:
        return None
    return text, tuple(params)


def _gather(
    pieces: Sequence[tuple[str, tuple[Any, ...]]], outer: str, limits: tuple[Any, ...], reading: Reading
) -> list[tuple[Any, ...]]:
    if not pieces:
        return []
    union = " UNION ALL ".join(f"SELECT * FROM ({text}) AS part{number}" for number, (text, _p) in enumerate(pieces))  # noqa: S608 (compiled SQL)
    params = [value for _text, values in pieces for value in values]
    with connections[reading.queryset.db].cursor() as cursor:
        cursor.execute(outer.format(union), [*params, *limits])
        return list(cursor.fetchall())


def _chunks(parts: list[QuerySet[Any]]) -> Iterable[list[QuerySet[Any]]]:
    for start in range(0, len(parts), MOST_PARTS):
        yield parts[start : start + MOST_PARTS]
