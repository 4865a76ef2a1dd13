"""A deadline told step by step: when the clock started, what each day gave, what stood still and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from yunheng.kernel.calendars import ServiceCalendar
from yunheng.kernel.intervals import Intervals
from yunheng.kernel.reading import date_of
from yunheng.kernel.timetable import Timetable
from yunheng.kernel.words import Words, duration

FULL_DAYS_TOLD = 3  # a longer run of ordinary full days is told as one step


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence; the epoch second it leads to; the working seconds it adds to the clock."""

    words: Words
    instant: int
    seconds: int


@dataclass(frozen=True, slots=True)
class _Day:
    number: int
    why: Words
    counted: Intervals
    ordinary: bool  # a whole working day of which nothing was paused


def explained(
    table: Timetable,
    calendar: ServiceCalendar,
    start: int,
    end: int,
    stopped: Sequence[tuple[int, int]],
    goal: str = "due",
    days: int = 0,
) -> list[Step]:
    """Steps from start to end, both in the timetable. `goal`: due, days (so many working days), or elapsed."""
    opened = _opening(table, start)
    pauses = Intervals.of(stopped) & Intervals.of([(opened, end)])
    steps = [_beginning(table, calendar, start, opened)]
    told = _days(table, calendar, opened, end, pauses)
    if goal == "days":
        steps += [step for run in _runs(told) if not run[0].counted.total for step in _off(table, run)]
    else:
        steps += _hours_told(table, told)
    steps = sorted([*steps, *_pauses_told(table, pauses)], key=lambda step: step.instant)
    total = duration(sum(step.seconds for step in steps))
    if goal == "elapsed":
        return [*steps, Step(Words("Elapsed: %(total)s.", {"total": total}), end, 0)]
    arguments = {"due": table.shown(end), "total": total, "days": days, "opened": table.shown(opened)}
    last = Words("Due at %(due)s: %(total)s used up.", arguments)
    if goal == "days":
        last = Words("Due at %(due)s: %(days)s working day(s) after %(opened)s.", arguments)
        if pauses.total:
            last = Words(
                "Due at %(due)s: %(days)s working day(s) after %(opened)s, and the paused working time.", arguments
            )
    steps.append(Step(last, end, 0))
    due_day = date_of(table.day_at(end))
    if calendar.provisional(due_day):
        words = Words(
            "The holidays of %(year)s are not announced yet or not on file: provisional.", {"year": due_day.year}
        )
        steps.append(Step(words, end, 0))
    return steps


def _opening(table: Timetable, start: int) -> int:
    return int(table.opening(np.array([start], np.int64))[0])


def _beginning(table: Timetable, calendar: ServiceCalendar, start: int, opened: int) -> Step:
    if start == opened:
        return Step(Words("The clock starts at %(at)s.", {"at": table.shown(start)}), opened, 0)
    day = date_of(table.day_at(start))
    why = Words("outside the hours of the day") if calendar.windows(day) else calendar.version_on(day).described(day)
    arguments = {"at": table.shown(start), "why": why, "opened": table.shown(opened)}
    return Step(Words("%(at)s is not working time (%(why)s); the clock starts at %(opened)s.", arguments), opened, 0)


def _days(table: Timetable, calendar: ServiceCalendar, start: int, end: int, pauses: Intervals) -> Iterator[_Day]:
    span = Intervals.of([(start, end)])
    for number in range(table.day_at(start), table.day_at(end) + 1):
        mine = table.day == number
        whole = Intervals(table.start[mine], table.end[mine])
        inside = whole & span
        counted = inside - pauses
        day = date_of(number)
        ordinary = bool(whole.total) and counted.total == whole.total
        yield _Day(number, calendar.version_on(day).described(day), counted, ordinary)


def _runs(days: Iterator[_Day]) -> list[list[_Day]]:
    """Days off for one reason, or ordinary days, side by side."""

    def alike(day: _Day) -> tuple[object, ...]:
        return (day.why, True) if not day.counted.total else ("day", day.ordinary)

    return [list(run) for _, run in groupby(days, alike)]


def _hours_told(table: Timetable, days: Iterator[_Day]) -> Iterator[Step]:
    for run in _runs(days):
        if not run[0].counted.total:
            yield from _off(table, run)
        elif run[0].ordinary and len(run) > FULL_DAYS_TOLD:
            seconds = sum(day.counted.total for day in run)
            words = Words(
                "%(first)s to %(last)s: %(days)s whole working days, %(counted)s.",
                {**_bounds(run), "days": len(run), "counted": duration(seconds)},
            )
            yield Step(words, int(run[-1].counted.end[-1]), seconds)
        else:
            for day in run:
                arguments = {
                    "day": date_of(day.number),
                    "windows": ", ".join(
                        f"{table.shown(begin)[11:]}-{table.shown(end)[11:]}" for begin, end in day.counted.pairs()
                    ),
                    "counted": duration(day.counted.total),
                }
                words = Words("%(day)s %(windows)s: %(counted)s.", arguments)
                if day.why.msgid != "working day":
                    words = Words("%(day)s (%(why)s) %(windows)s: %(counted)s.", {**arguments, "why": day.why})
                yield Step(words, int(day.counted.end[-1]), day.counted.total)


def _off(table: Timetable, run: list[_Day]) -> Iterator[Step]:
    """Days that give nothing. A working day of which all was paused, or cut off, is told by its pause or not at all."""
    if run[0].why.msgid in ("working day", "special hours", "make-up workday"):
        return
    arguments = {**_bounds(run), "why": run[0].why}
    words = Words("%(first)s: %(why)s, nothing counts.", arguments)
    if len(run) > 1:
        words = Words("%(first)s to %(last)s: %(why)s, nothing counts.", arguments)
    yield Step(words, table.midnight(run[-1].number + 1), 0)


def _bounds(run: list[_Day]) -> dict[str, object]:
    return {"first": date_of(run[0].number), "last": date_of(run[-1].number)}


def _pauses_told(table: Timetable, pauses: Intervals) -> Iterator[Step]:
    working = Intervals(table.start, table.end)
    for begin, end in pauses.pairs():
        stopped = (working & Intervals.of([(begin, end)])).total
        words = Words(
            "Paused from %(begin)s to %(end)s: %(stopped)s of working time does not count.",
            {"begin": table.shown(begin), "end": table.shown(end), "stopped": duration(stopped)},
        )
        yield Step(words, end, 0)
