"""When a system counts as maintained (各类系统维护完成率)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

ENOUGH = Fraction(95, 100)
DEFAULT, STRICT, ANY_RECORD = "default", "strict", "any"


@dataclass(frozen=True, slots=True)
class RowWork:
    """The due occurrences of one row: per covered period how many were due and how many done. Waived ones and those
    due after the cut-off are not among them."""

    row: str
    periods: Mapping[str, tuple[int, int]]

    @property
    def due(self) -> int:
        return sum(due for due, _done in self.periods.values())

    @property
    def done(self) -> int:
        return sum(done for _due, done in self.periods.values())

    @property
    def in_every_period(self) -> bool:
        return all(done > 0 for due, done in self.periods.values() if due > 0)


@dataclass(frozen=True, slots=True)
class Maintained:
    """``counts`` is None when nothing was planned for the system: missing, never vacuously done."""

    counts: bool | None
    done: int
    due: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.done, self.due) if self.due else None


def maintained(rows: Sequence[RowWork], reading: str = DEFAULT) -> Maintained:
    """By default: every kind of work was done at least once in each of its due periods, or 95 % of all due
    occurrences were done. Late is done."""
    due = sum(row.due for row in rows)
    done = sum(row.done for row in rows)
    if not due:
        return Maintained(None, done, due)
    if reading == ANY_RECORD:
        return Maintained(done > 0, done, due)
    if reading == STRICT:
        return Maintained(done == due, done, due)
    every_period = all(row.in_every_period for row in rows)
    return Maintained(every_period or Fraction(done, due) >= ENOUGH, done, due)
