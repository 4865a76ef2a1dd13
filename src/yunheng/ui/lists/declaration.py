"""What a list offers: columns, filters, sorts. Only what is declared can be asked for, and each has its index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.ui.components import Text as Words

SEARCH: Words = _("Search")
NOTHING_YET: Words = _("Nothing here yet")


@dataclass(frozen=True, slots=True)
class Badge:
    """A state of a row: colour, icon and word (`{% state_badge %}`)."""

    state: str
    label: Words
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``value`` is an attribute path (`"system.name"`) or a function of the row; default ``name``.

    What it returns decides the look: text, int or Decimal, datetime, date, `Badge`, `Clock`, safe HTML, None.
    ``link`` makes it the way to the record; ``export`` gives another value for files.
    """

    name: str
    label: Words
    value: str | Callable[[Any], Any] | None = None
    link: bool = False
    numeric: bool = False
    wide: bool = False
    bare: bool = False  # no label before it on the phone
    export: Callable[[Any], Any] | None = None
    in_export: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter; ``keep`` are the column's values it stands for (default: the value itself)."""

    value: str
    label: Words
    keep: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows whose ``field`` (default ``name``) has one of the chosen values. Needs an index (scope, field, sort)."""

    name: str
    label: Words
    options: Sequence[Option | tuple[Any, Any]] | Callable[[], Sequence[Option | tuple[Any, Any]]]
    field: str = ""

    @property
    def column(self) -> str:
        return self.field or self.name

    def offered(self) -> list[Option]:
        options = self.options() if callable(self.options) else self.options
        return [
            option if isinstance(option, Option) else Option(str(option[0]), option[1], (option[0],))
            for option in options
        ]


@dataclass(frozen=True, slots=True)
class Condition:
    """Named conditions that are no plain equality, as (value, label, Q). Each must hold for many rows or be indexed."""

    name: str
    label: Words
    conditions: Sequence[tuple[str, Words, models.Q]]

    def offered(self) -> list[Option]:
        return [Option(value, label) for value, label, _condition in self.conditions]


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from and to, both inclusive, on a date or instant. While in force the list is sorted by it."""

    name: str
    label: Words
    field: str = ""

    @property
    def column(self) -> str:
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class Text:
    """A search box. A number (`INC-2021…`) is looked up by its beginning in ``field``, which then sorts the list.

    Other words are looked for inside the ``contains`` columns of ``reach`` rows from the beginning of the list
    (shared evenly by the scopes), and the page says how far it looked. Needs an index (scope, field).
    """

    name: str = "q"
    label: Words = SEARCH
    field: str = "number"
    contains: tuple[str, ...] = ()
    reach: int = 20_000


Filter = Choice | Condition | Period | Text


@dataclass(frozen=True, slots=True)
class Sort:
    """An order that may be asked for, `"-reported_at"` for newest first; the opposite comes with it.

    Needs an index (scope, field) and a column that is never null.
    """

    order: str
    label: Words

    @property
    def field(self) -> str:
        return self.order.removeprefix("-")


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something to do with picked rows: posts their keys as ``uid`` to ``url_name``."""

    label: Words
    url_name: str
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list. ``address`` gives the page of a row, ``look`` what the drawer shows of it."""

    kind: str
    columns: Sequence[Column]
    sorts: Sequence[Sort]
    title: Words = ""
    filters: Sequence[Filter] = ()
    page_size: int = 50
    address: Callable[[Any], str] | None = None
    look: Callable[[Any], str] | None = None
    actions: Sequence[BulkAction] = ()
    empty_title: Words = NOTHING_YET
    empty_hint: Words = ""
    empty_url: str = ""
    empty_label: Words = ""
    scope_field: str = "scope"
    key: str = "uid"
    exports: bool = True
    count_up_to: int = 1_000

    def __post_init__(self) -> None:
        names = [item.name for item in self.filters]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.kind}: two filters of one name")
        if not self.sorts:
            raise ValueError(f"{self.kind}: a list needs a sort to be paged by")


def missing_indexes(listing: ListPage, model: type[models.Model]) -> list[str]:
    """Indexes that the declared sorts and filters need and the model lacks, in sentences; a domain's test wants []."""
    have = [tuple(name.removeprefix("-") for name in index.fields) for index in model._meta.indexes]
    have += [tuple(constraint.fields) for constraint in model._meta.constraints if hasattr(constraint, "fields")]
    have += [tuple(group) for group in model._meta.unique_together]
    wanted = [(listing.scope_field, sort.field) for sort in listing.sorts]
    for item in listing.filters:
        if isinstance(item, Choice | Period):
            wanted.append((listing.scope_field, item.column))
        elif isinstance(item, Text):
            wanted.append((listing.scope_field, item.field))
    found = [
        f"{listing.kind}: no index begins with ({', '.join(columns)})"
        for columns in dict.fromkeys(wanted)
        if not any(index[: len(columns)] == columns for index in have)
    ]
    found += [
        f"{listing.kind}: {sort.field} may be null and cannot be paged by"
        for sort in listing.sorts
        if getattr(model._meta.get_field(sort.field), "null", False)
    ]
    return found
