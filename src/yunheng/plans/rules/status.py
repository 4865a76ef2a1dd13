"""Whether an occurrence is on time, late, missing or waived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

WHOLE_DAY = time(23, 59)  # a due time that stands for the whole day: on time until the day ends


class Status(StrEnum):
    OPEN = "open"  # not due yet, or waiting for its event
    OVERDUE = "overdue"  # past due, the following period has not ended
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that an occurrence asks for; without ``due`` an event decides and it is never late."""

    name: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``done_at``: when the last mark was met; ``late_days``: calendar days after the due day, 0 on the same day."""

    status: Status
    done_at: datetime | None = None
    late_days: int = 0

    @property
    def is_done(self) -> bool:
        return self.status in (Status.ON_TIME, Status.LATE)


def judge(
    marks: Sequence[Mark],
    met: Mapping[str, datetime],
    *,
    missing_from: datetime | None,
    at: datetime,
    zone: tzinfo,
    waived: bool = False,
) -> Verdict:
    """The standing of one occurrence at an instant. ``met`` maps a mark to the instant at which it was met.

    A periodic occurrence is missing once the following period has ended (``missing_from``), any other one as soon
    as it is overdue. What was done after that stays missing, its instant is shown.
    """
    if waived:
        return Verdict(Status.WAIVED)
    if all(mark.name in met for mark in marks):
        done_at = max(met[mark.name] for mark in marks)
        late_days = [days_late(mark.due, met[mark.name], zone) for mark in marks if is_late(mark, met[mark.name], zone)]
        if missing_from is not None and done_at >= missing_from:
            return Verdict(Status.MISSING, done_at, max(late_days, default=0))
        return Verdict(Status.LATE if late_days else Status.ON_TIME, done_at, max(late_days, default=0))
    over = [mark for mark in marks if mark.name not in met and is_late(mark, at, zone)]
    if not over:
        return Verdict(Status.OPEN)
    gone = missing_from is None or at >= missing_from
    return Verdict(
        Status.MISSING if gone else Status.OVERDUE, None, max(days_late(mark.due, at, zone) for mark in over)
    )


def is_late(mark: Mark, at: datetime, zone: tzinfo) -> bool:
    return mark.due is not None and at >= end_of_grace(mark.due, zone)


def end_of_grace(due: datetime, zone: tzinfo) -> datetime:
    """The first instant that is late: 23:59 lasts until the day ends, 10:00:00 is on time and 10:00:01 is not."""
    local = due.astimezone(zone)
    if local.time() == WHOLE_DAY:
        return due + timedelta(minutes=1)
    return due + timedelta(seconds=1)


def days_late(due: datetime | None, at: datetime, zone: tzinfo) -> int:
    if due is None:
        return 0
    return max(0, (at.astimezone(zone).date() - due.astimezone(zone).date()).days)
