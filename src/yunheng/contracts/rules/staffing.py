"""Was every required post filled by qualified people, month by month?

A post may be vacant for some workdays while an approved replacement is on the way: such a vacancy counts as filled
when it is not longer than the grace. Without approval, or longer, every workday of it is a gap.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Presence:
    """A person on a post from ``since`` to the day before ``until``. ``vacated`` is the first day without the person
    whom he replaced, when the replacement was approved."""

    reference: str
    since: date
    until: date | None
    certificate: str = ""
    certificate_until: date | None = None
    vacated: date | None = None
    source: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    post: str
    required: int
    certificates: tuple[str, ...] = ()
    grace_days: int = 5


@dataclass(frozen=True, slots=True)
class PostMonth:
    """One post in one month: ``fewest`` people on any workday, ``present`` person-days, over ``workdays``.

    ``gap`` workdays had too few; ``forgiven`` workdays were bridged by an approved replacement; ``source`` is the
    least immediate of the postings' sources.
    """

    post: str
    month: date
    required: int
    workdays: int
    fewest: int
    present: int
    at_end: int
    gap: int
    forgiven: int
    source: int

    @property
    def filled(self) -> bool:
        return self.gap == 0


def certificates_of(text: str) -> tuple[str, ...]:
    """`"ITIL、网络工程师"` as its parts."""
    return tuple(part.strip() for part in re.split(r"[、,，;；/]", text) if part.strip())


def is_qualified(presence: Presence, need: Need, day: date) -> bool:
    """Every certificate that the contract asks for is named by the person's and valid on that day."""
    if not need.certificates:
        return True
    if presence.certificate_until is not None and presence.certificate_until < day:
        return False
    held = presence.certificate.casefold()
    return all(wanted.casefold() in held for wanted in need.certificates)


def post_months(need: Need, people: Sequence[Presence], workdays: Sequence[date]) -> list[PostMonth]:
    """By month; ``workdays`` of the period in order. A month without a workday has nothing to judge and is left out."""
    bridged = _bridged(need, people, workdays)
    by_month: dict[date, list[tuple[int, int, int]]] = {}
    for day in workdays:
        present = [one for one in people if _there(one, day) and is_qualified(one, need, day)]
        worst = max((one.source for one in present), key=_distance, default=0)
        by_month.setdefault(day.replace(day=1), []).append((len(present), bridged.get(day, 0), worst))
    return [_month(need, month, days) for month, days in sorted(by_month.items())]


def _month(need: Need, month: date, days: Sequence[tuple[int, int, int]]) -> PostMonth:
    covered = [present + bridge for present, bridge, _source in days]
    return PostMonth(
        post=need.post,
        month=month,
        required=need.required,
        workdays=len(days),
        fewest=min(present for present, _bridge, _source in days),
        present=sum(covered),
        at_end=covered[-1],
        gap=sum(count < need.required for count in covered),
        forgiven=sum(present < need.required <= present + bridge for present, bridge, _source in days),
        source=max((source for _present, _bridge, source in days), key=_distance),
    )


def _there(one: Presence, day: date) -> bool:
    return one.since <= day and (one.until is None or day < one.until)


def _bridged(need: Need, people: Sequence[Presence], workdays: Sequence[date]) -> dict[date, int]:
    """Workday → people on the way whose vacancy is within the grace."""
    found: dict[date, int] = {}
    for one in people:
        if one.vacated is None or one.vacated >= one.since:
            continue
        vacant = workdays[bisect_left(workdays, one.vacated) : bisect_left(workdays, one.since)]
        if len(vacant) <= need.grace_days:
            for day in vacant:
                found[day] = found.get(day, 0) + 1
    return found


def _distance(source: int) -> int:
    """How far a source is from the fact itself: on the spot, measured, imported, back-filled (codes 0, 3, 2, 1)."""
    return {0: 0, 3: 1, 2: 2, 1: 3}[source]
