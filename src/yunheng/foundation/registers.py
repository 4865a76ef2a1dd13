"""Was a register kept? Empty tables are no proof that nothing happened; somebody has to vouch for every month.

A domain that keeps a register says how many records it holds of a month (`declare`), the domain that collects the
parties' monthly word answers which months they vouched for (`vouch_by`); measures ask `kept`.
Months are the first day of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

INCIDENTS, SECURITY_EVENTS, COMPLAINTS = "incidents", "security_events", "complaints"

#: (scope id, month) → records of that month
Count = Callable[[int, date], int]
#: (scope id, register, months, as_of) → the months somebody vouched for, as known at ``as_of`` (None: now)
Keeper = Callable[[int, str, frozenset[date], datetime | None], Iterable[date]]


@dataclass(frozen=True, slots=True)
class KeptRegister:
    name: str
    label: Any
    count: Count


_registers: dict[str, KeptRegister] = {}
_keepers: dict[str, Keeper] = {}


def declare(name: str, *, label: Any, count: Count) -> None:
    _registers[name] = KeptRegister(name, label, count)


def declared() -> dict[str, KeptRegister]:
    return dict(sorted(_registers.items()))


def count(name: str, scope_id: int, month: date) -> int | None:
    """Records of the month; None when nobody keeps a register of that name."""
    found = _registers.get(name)
    return None if found is None else found.count(scope_id, month)


def vouch_by(name: str, keeper: Keeper) -> None:
    """Let ``keeper`` (called ``name``) answer for registers; several keepers add up."""
    _keepers[name] = keeper


def kept(scope_id: int, register: str, months: Iterable[date], *, as_of: datetime | None = None) -> set[date]:
    """The months for which nobody vouched that the register of this scope was kept: empty when all is well."""
    open_months = {month.replace(day=1) for month in months}
    for keeper in _keepers.values():
        if not open_months:
            break
        open_months -= set(keeper(scope_id, register, frozenset(open_months), as_of))
    return open_months


def months_between(first: date, last: date) -> list[date]:
    """Every month that has a day in the inclusive period."""
    months = []
    month = first.replace(day=1)
    while month <= last:
        months.append(month)
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return months
