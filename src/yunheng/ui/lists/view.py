"""A list as a page, as the part of a page that htmx swaps, or as a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone

from yunheng.ui.lists import cells, export, keyset
from yunheng.ui.lists.asked import Asked, address, read
from yunheng.ui.lists.declaration import Choice, Column, Condition, ListPage, Period, Text


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; ``address`` sorts by it, ``sorted`` is "ascending", "descending" or empty."""

    column: Column
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Control:
    """A filter as the form shows it."""

    kind: str
    name: str
    label: Any
    options: list[tuple[str, Any, bool]]
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything the template draws."""

    listing: ListPage
    heads: list[Head]
    rows: list[cells.Row]
    controls: list[Control]
    search: Text | None
    asked: Asked
    next_address: str
    previous_address: str
    clear_address: str
    count: int | None
    counted_all: bool
    exports: list[tuple[str, str]]
    order_label: Any
    lost_place: bool

    @property
    def looks(self) -> bool:
        return self.listing.look is not None

    @property
    def empty(self) -> bool:
        return not self.rows


def render_list(
    request: HttpRequest,
    listing: ListPage,
    queryset: QuerySet[Any],
    scopes: Collection[int],
    *,
    template: str = "ui/list.html",
    context: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> HttpResponseBase:
    """The rows of ``queryset`` in ``scopes`` (from `access.visible_scopes`), as the address asks.

    ``template`` extends `ui/list.html`. Raises Invalid when the address asks for what the list does not declare.
    """
    now = now or timezone.now()
    asked = read(listing, queryset.model, request.GET)
    reading = keyset.Reading(
        queryset,
        tuple(scopes),
        asked.order,
        asked.branches,
        asked.condition,
        listing.scope_field,
        asked.contains,
    )
    wanted = request.GET.get("export", "")
    if wanted and listing.exports:
        return export.answer(request, listing, reading, asked, wanted, now)
    values = {**(context or {}), "view": view_of(request.GET, listing, reading, asked, now), "now": now}
    fragment = request.headers.get("HX-Target") == "list"
    response = render(request, "ui/list_body.html" if fragment else template, values)
    response["Vary"] = "HX-Target"
    return response


def view_of(query: QueryDict, listing: ListPage, reading: keyset.Reading, asked: Asked, now: datetime) -> View:
    part, earlier, later, lost = _page(listing, reading, asked)
    count = None if asked.contains or not listing.count_up_to else keyset.count_up_to(reading, listing.count_up_to)
    first, last = (part[0], part[-1]) if part else (None, None)
    return View(
        listing=listing,
        heads=[_head(listing, column, asked, query) for column in listing.columns],
        rows=cells.rows_of(listing, part, now),
        controls=_controls(listing, asked),
        search=next((item for item in listing.filters if isinstance(item, Text)), None),
        asked=asked,
        next_address=address(query, after=getattr(last, listing.key)) if later else "",
        previous_address=address(query, before=getattr(first, listing.key)) if earlier else "",
        clear_address=address(QueryDict(), sort=query.get("sort") or None),
        count=count if count is None or count <= listing.count_up_to else listing.count_up_to,
        counted_all=count is not None and count <= listing.count_up_to,
        exports=[(name.upper(), address(query, export=name)) for name in export.FORMATS] if listing.exports else [],
        order_label=next((sort.label for sort in listing.sorts if sort.field == asked.field), asked.field),
        lost_place=lost,
    )


def _page(listing: ListPage, reading: keyset.Reading, asked: Asked) -> tuple[list[Any], bool, bool, bool]:
    """Rows, whether there are earlier and later ones, and whether the row of the address is gone."""
    size = listing.page_size
    key = asked.before or asked.after
    place = keyset.place_of(reading, listing.key, key) if key else None
    if place is None:
        part = keyset.take(reading, size)
        return part.rows, False, part.more, bool(key)
    if asked.before:
        back = keyset.take(reading.backwards(), size, place)
        return back.rows[::-1], back.more, True, False
    part = keyset.take(reading, size, place)
    return part.rows, True, part.more, False


def _head(listing: ListPage, column: Column, asked: Asked, query: QueryDict) -> Head:
    sort = next((sort for sort in listing.sorts if sort.field == column.name), None)
    current = asked.field == column.name
    direction = ("descending" if asked.descending else "ascending") if current else ""
    if sort is None or (asked.forced_order and not current):
        return Head(column, "", direction)
    wanted = sort.order
    if current:
        wanted = asked.field if asked.descending else f"-{asked.field}"
    return Head(column, address(query, sort=wanted), direction)


def _controls(listing: ListPage, asked: Asked) -> list[Control]:
    controls = []
    for item in listing.filters:
        if isinstance(item, Choice | Condition):
            chosen = asked.chosen.get(item.name, [])
            options = [(option.value, option.label, option.value in chosen) for option in item.offered()]
            controls.append(Control("choice", item.name, item.label, options))
        elif isinstance(item, Period):
            first, last = asked.chosen.get(item.name, ["", ""])
            controls.append(Control("period", item.name, item.label, [], first, last))
    return controls
