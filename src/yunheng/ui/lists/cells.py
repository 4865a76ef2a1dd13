"""Values of a row as cells of a page and as cells of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from yunheng.ui.components import Clock
from yunheng.ui.lists.declaration import Badge, Column, ListPage
from yunheng.ui.templatetags import ui as tags

NOTHING: SafeString = mark_safe('<span class="quiet">—</span>')


@dataclass(frozen=True, slots=True)
class Cell:
    html: SafeString
    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: Sequence[Cell]
    address: str
    look: str


def rows_of(listing: ListPage, records: Sequence[Any], now: datetime) -> list[Row]:
    getters = [getter(column) for column in listing.columns]
    styles = [(column, _css(column), str(column.label)) for column in listing.columns]
    drawn = []
    for record in records:
        address = listing.address(record) if listing.address else ""
        cells = []
        for get, (column, css, label) in zip(getters, styles, strict=True):
            html = shown(get(record), now)
            if column.link and address:
                html = format_html('<a href="{}" data-open>{}</a>', address, html)
            cells.append(Cell(html, css, label))
        look = listing.look(record) if listing.look else ""
        drawn.append(Row(str(getattr(record, listing.key)), cells, address, look))
    return drawn


def getter(column: Column) -> Callable[[Any], Any]:
    source = column.value
    if callable(source):
        return source
    path = attrgetter(source or column.name)

    def get(record: Any) -> Any:
        found = path(record)
        return found() if callable(found) else found

    return get


def shown(value: Any, now: datetime) -> SafeString:
    """A value as HTML."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, SafeString):
        return value
    if isinstance(value, Badge):
        return tags.state_badge(value.state, value.label, value.icon)
    if isinstance(value, Clock):
        return tags.clock_chip(value, now)
    if isinstance(value, datetime):
        return tags.instant(value)
    if isinstance(value, date):
        return tags.day(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return conditional_escape(tags.figure(value))
    return conditional_escape(value)


def plain(value: Any, now: datetime) -> Any:
    """A value for a file: numbers, days and instants of the reader's zone as themselves, everything else as text."""
    if value is None:
        return ""
    if isinstance(value, Badge):
        return str(value.label)
    if isinstance(value, Clock):
        return strip_tags(tags.clock_chip(value, now))
    if isinstance(value, SafeString):
        return strip_tags(value)
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, int | float | Decimal | date) and not isinstance(value, bool):
        return value
    return str(value)


def _css(column: Column) -> str:
    names = {"main": column.link, "numeric": column.numeric, "wide": column.wide, "bare": column.bare}
    return " ".join(name for name, wanted in names.items() if wanted)
