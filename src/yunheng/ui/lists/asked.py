"""What an address asks of a list: chosen filters, order and place. Anything undeclared is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

from django.db.models import DateTimeField, Model, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.foundation.errors import Invalid
from yunheng.ui.lists.declaration import Choice, Condition, ListPage, Option, Period, Text

#: More parts than this would cost more than they save; the remaining choice becomes one IN condition.
MOST_BRANCHES = 24


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: what it is, what it is set to, and the address without it."""

    name: str
    label: str
    address: str


@dataclass(slots=True)
class Asked:
    """``branches`` are conditions that exclude one another; the list is their union, each read from its index."""

    order: str
    forced_order: bool = False
    branches: list[Q] = field(default_factory=lambda: [Q()])
    condition: Q = field(default_factory=Q)
    contains: tuple[str, tuple[str, ...], int] | None = None
    after: str = ""
    before: str = ""
    chips: list[Chip] = field(default_factory=list)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""

    @property
    def filtered(self) -> bool:
        return bool(self.chips)

    @property
    def field(self) -> str:
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")


def read(listing: ListPage, model: type[Model], query: QueryDict) -> Asked:
    """Raises Invalid for a sort, a choice or a day that this list does not have."""
    asked = Asked(_order(listing, query.get("sort", "")), after=query.get("after", ""), before=query.get("before", ""))
    per_filter: list[list[Q]] = []
    for item in listing.filters:
        if isinstance(item, Choice):
            per_filter += _choice(item, asked, query)
        elif isinstance(item, Condition):
            _condition(item, asked, query)
        elif isinstance(item, Period):
            _period(item, model, asked, query)
        else:
            _text(item, asked, query)
    asked.branches = _branches(per_filter)
    return asked


def address(query: QueryDict, **changes: Any) -> str:
    """The same list with some parameters changed (None removes), from its first page."""
    changed = query.copy()
    for name in ("after", "before", "export"):
        changed.pop(name, None)
    for name in [name for name in changed if not any(changed.getlist(name))]:
        del changed[name]
    for name, value in changes.items():
        changed.pop(name, None)
        if isinstance(value, list):
            if value:
                changed.setlist(name, value)
        elif value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _order(listing: ListPage, wanted: str) -> str:
    if not wanted:
        return listing.sorts[0].order
    if wanted.removeprefix("-") not in {sort.field for sort in listing.sorts}:
        raise _unknown(_("This list cannot be sorted by “%(name)s”.") % {"name": wanted})
    return wanted


def _unknown(message: str) -> Invalid:
    return Invalid(message, way_out=_("Open the list without the part after the question mark in the address."))


def _picked(name: str, options: Sequence[Option], query: QueryDict) -> list[Option]:
    by_value = {option.value: option for option in options}
    picked = []
    for value in dict.fromkeys(part for part in query.getlist(name) if part):
        if value not in by_value:
            raise _unknown(_("The filter “%(name)s” has no choice “%(value)s”.") % {"name": name, "value": value})
        picked.append(by_value[value])
    return picked


def _remember(asked: Asked, name: str, label: object, picked: list[Option], query: QueryDict) -> None:
    values = [option.value for option in picked]
    asked.chosen[name] = values
    asked.chips += [
        Chip(
            str(label),
            str(option.label),
            address(query, **{name: [value for value in values if value != option.value]}),
        )
        for option in picked
    ]


def _choice(item: Choice, asked: Asked, query: QueryDict) -> list[list[Q]]:
    picked = _picked(item.name, item.offered(), query)
    _remember(asked, item.name, item.label, picked, query)
    if not picked:
        return []
    values = dict.fromkeys(value for option in picked for value in (option.keep or (option.value,)))
    return [[Q(**{item.column: value}) for value in values]]


def _condition(item: Condition, asked: Asked, query: QueryDict) -> None:
    picked = _picked(item.name, item.offered(), query)
    _remember(asked, item.name, item.label, picked, query)
    conditions = {value: condition for value, _label, condition in item.conditions}
    either = Q()
    for option in picked:
        either |= conditions[option.value]
    asked.condition &= either


def _period(item: Period, model: type[Model], asked: Asked, query: QueryDict) -> None:
    names = (f"{item.name}_from", f"{item.name}_to")
    first, last = (_day(query.get(name, "")) for name in names)
    asked.chosen[item.name] = [day.isoformat() if day else "" for day in (first, last)]
    if first is None and last is None:
        return
    if first and last and last < first:
        raise _unknown(_("The period ends before it begins."))
    edge: Callable[[date], Any] = (
        _midnight if isinstance(model._meta.get_field(item.column), DateTimeField) else lambda day: day
    )
    if first:
        asked.condition &= Q(**{f"{item.column}__gte": edge(first)})
    if last:
        asked.condition &= Q(**{f"{item.column}__lt": edge(last + timedelta(days=1))})
    if first and last:
        words = f"{first.isoformat()} – {last.isoformat()}"
    else:
        words = _("from %(day)s") % {"day": first} if first else _("until %(day)s") % {"day": last}
    asked.chips.append(Chip(str(item.label), words, address(query, **dict.fromkeys(names))))
    _lead(asked, item.column)


def _text(item: Text, asked: Asked, query: QueryDict) -> None:
    words = " ".join(query.get(item.name, "").split())[:100]
    asked.words = words
    if not words:
        return
    asked.chips.append(Chip(str(item.label), words, address(query, **{item.name: None})))
    if item.contains and not _is_number(words):
        asked.contains = (words, item.contains, item.reach)
        return
    beginning = words.upper()
    column = item.field
    asked.condition &= Q(
        **{f"{column}__gte": beginning, f"{column}__lt": f"{beginning}zzzz", f"{column}__startswith": beginning}
    )
    _lead(asked, column)


def _is_number(words: str) -> bool:
    """`INC-2021-0001`, also unfinished: ASCII without blanks, with a digit or a hyphen."""
    return words.isascii() and " " not in words and any(sign.isdigit() or sign == "-" for sign in words)


def _lead(asked: Asked, column: str) -> None:
    """A range reads its own index, so it decides the order as well; the first range wins."""
    if asked.forced_order or asked.field == column:
        asked.forced_order = True
        return
    asked.order, asked.forced_order = f"-{column}", True


def _branches(per_filter: list[list[Q]]) -> list[Q]:
    """Every combination of chosen values as its own condition, as long as these stay few."""
    size = 1
    parts: list[list[Q]] = []
    for conditions in per_filter:
        if size * len(conditions) > MOST_BRANCHES:
            either = Q()
            for condition in conditions:
                either |= condition
            parts.append([either])
        else:
            size *= len(conditions)
            parts.append(conditions)
    branches = []
    for combination in product(*parts):
        together = Q()
        for condition in combination:
            together &= condition
        branches.append(together)
    return branches


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unknown(_("“%(text)s” is not a day; write it like 2021-09-18.") % {"text": text}) from None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
