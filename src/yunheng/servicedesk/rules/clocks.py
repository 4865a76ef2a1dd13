"""The four clocks of a ticket: when each is due, and what became of it. Instants are int64 epoch seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yunheng.kernel.business_time import Pauses, WorkingTime

RESPONSE, ON_SITE, RESTORE, REPAIR = CLOCKS = ("response", "on_site", "restore", "repair")

NONE = -(2**62)  # not known, not set
NEVER = 2**62  # no deadline reaches this far

Seconds = npt.NDArray[np.int64]
Pair = tuple[int, int]
CalendarKey = tuple[str, str]  # calendar code, revisions in force as people.queries names them
Calendars = Callable[[CalendarKey], WorkingTime]

# What became of a clock.
NO_TARGET, RUNNING, IN_TIME, LATE, OVERDUE = range(5)


@dataclass(frozen=True, slots=True)
class Target:
    """What a clock is set to: working seconds or working days of a calendar; ``clause`` is the contract's."""

    calendar: CalendarKey
    seconds: int | None = None
    days: int | None = None
    clause: str = ""


def due(time: WorkingTime, start: Seconds, seconds: Seconds, days: Seconds, pauses: Pauses | None = None) -> Seconds:
    """Deadline per row on one calendar. A row has seconds or, where those are NONE, whole working days."""
    by_day = seconds == NONE
    if not by_day.any():
        return time.due(start, seconds, pauses)
    answer = np.empty(len(start), np.int64)
    for rows, compute, amount in ((~by_day, time.due, seconds), (by_day, time.due_days, days)):
        if rows.any():
            answer[rows] = compute(start[rows], amount[rows], _of_rows(pauses, rows))
    return answer


def _of_rows(pauses: Pauses | None, rows: npt.NDArray[np.bool_]) -> Pauses | None:
    """The pauses of the chosen rows, owners counted anew."""
    if pauses is None:
        return None
    kept = rows[pauses.owner]
    position = np.cumsum(rows) - 1
    return Pauses(position[pauses.owner[kept]], pauses.start[kept], pauses.end[kept])


@dataclass(frozen=True, slots=True)
class Setting:
    """One clock to be computed: its start, target and the stretches in which it stood still."""

    start: int
    target: Target
    pauses: Sequence[Pair] = ()


def deadlines(settings: Sequence[Setting], calendars: Calendars) -> list[int]:
    """Due instants in the order given; one pass of arrays per calendar revision."""
    answer = [0] * len(settings)
    by_calendar: dict[CalendarKey, list[int]] = {}
    for index, setting in enumerate(settings):
        by_calendar.setdefault(setting.target.calendar, []).append(index)
    for key, indices in by_calendar.items():
        chosen = [settings[index] for index in indices]
        start = np.array([setting.start for setting in chosen], np.int64)
        seconds = np.array([_or_none(setting.target.seconds) for setting in chosen], np.int64)
        days = np.array([_or_none(setting.target.days) for setting in chosen], np.int64)
        paused = any(setting.pauses for setting in chosen)
        pauses = Pauses.of([setting.pauses for setting in chosen]) if paused else None
        for index, found in zip(indices, due(calendars(key), start, seconds, days, pauses).tolist(), strict=True):
            answer[index] = found
    return answer


def outcomes(due_at: Seconds, stopped: Seconds, breached: Seconds, now: int) -> npt.NDArray[np.int8]:
    """What became of each clock by ``now``. On time is up to and including the deadline; late is strictly after.

    A recorded breach stays a breach, whatever the deadline has become since.
    """
    answer = np.full(len(due_at), RUNNING, np.int8)
    done = stopped != NONE
    answer[done] = np.where(stopped[done] <= due_at[done], IN_TIME, LATE)
    answer[~done & (now > due_at)] = OVERDUE
    answer[due_at == NONE] = NO_TARGET
    broken = breached != NONE
    answer[broken] = np.where(done[broken], LATE, OVERDUE)
    return answer


def outside_hours(hours: WorkingTime, start: Seconds) -> npt.NDArray[np.bool_]:
    """Whether each instant lies outside the office's hours (the moment of closing does)."""
    return np.asarray(hours.first_open(start) != start, np.bool_)


def _or_none(value: int | None) -> int:
    return NONE if value is None else value
