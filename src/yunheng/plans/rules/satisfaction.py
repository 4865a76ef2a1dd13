"""One record may fulfil several rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DoneWork:
    """A done occurrence of a row: the period it covers, when it was done, the objects its record names."""

    number: str
    period: tuple[date, date]
    done_at: datetime
    objects: frozenset[str]


def satisfied_by(
    needed: Sequence[str],
    objects: Collection[str],
    period: tuple[date, date],
    done: Mapping[str, Sequence[DoneWork]],
) -> tuple[DoneWork, ...] | None:
    """One done occurrence of every listed row inside the covered period, each naming the objects of this row;
    None when one is wanting. The time of the whole is the latest ``done_at``."""
    found = []
    wanted = frozenset(objects)
    for row in needed:
        inside = [
            work
            for work in done.get(row, ())
            if period[0] <= work.period[0] and work.period[1] <= period[1] and wanted <= work.objects
        ]
        if not inside:
            return None
        found.append(min(inside, key=lambda work: (work.done_at, work.number)))
    return tuple(found) if found else None


def latest(works: Sequence[DoneWork]) -> DoneWork:
    return max(works, key=lambda work: (work.done_at, work.number))
