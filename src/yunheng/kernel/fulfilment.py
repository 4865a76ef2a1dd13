"""Whether an occurrence was done, and when: time of a paper, status of an occurrence, records of other rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.reading import epoch
from yunheng.kernel.recurrence import Mark

GRACE_AFTER_RETURN = 5  # workdays within which a returned paper must be accepted to keep its first time

ON_TIME, EARLY, LATE, MISSING, OPEN = "on_time", "early", "late", "missing", "open"


@dataclass(frozen=True, slots=True)
class Submission:
    submitted_at: datetime
    returned_at: datetime | None = None
    accepted_at: datetime | None = None


def paper_time(submissions: Sequence[Submission], calendar: WorkingTime) -> datetime | None:
    """The time that counts for a paper; None while it is not accepted.

    Its first submission, when that was accepted as handed in or the paper was accepted by the end of the fifth
    workday after the day of its first return; otherwise the submission that was accepted.
    """
    ordered = sorted(submissions, key=lambda submission: submission.submitted_at)
    accepted = next((found for found in ordered if found.accepted_at is not None), None)
    if accepted is None or accepted.accepted_at is None:
        return None
    returns = [found.returned_at for found in ordered if found.returned_at is not None]
    if not returns:
        return ordered[0].submitted_at
    returned_on = calendar.local_date(epoch(min(returns)))
    last = calendar.next_workday(returned_on + timedelta(days=1), after=GRACE_AFTER_RETURN - 1)
    if calendar.local_date(epoch(accepted.accepted_at)) <= last:
        return ordered[0].submitted_at
    return accepted.submitted_at


def status(
    marks: Sequence[Mark],
    done: Mapping[str, datetime],
    *,
    now: datetime,
    missing_from: datetime | None,
    not_before: datetime | None = None,
) -> str:
    """State of an occurrence. `done`: when each mark was met, by name.

    `missing_from`: the end of the following period of the same frequency, for periodic rows; None for the others,
    which are missing once a mark is past due at `now`.
    """
    met = [done.get(mark.name) for mark in marks]
    if any(at is None for at in met):
        if missing_from is not None:
            return MISSING if now >= missing_from else OPEN
        overdue = any(at is None and not mark.on_time(now) for mark, at in zip(marks, met, strict=True))
        return MISSING if overdue else OPEN
    times = [at for at in met if at is not None]
    if not_before is not None and max(times) < not_before:
        return EARLY
    return ON_TIME if all(mark.on_time(at) for mark, at in zip(marks, times, strict=True)) else LATE


def days_late(mark: Mark, met: datetime, calendar: WorkingTime) -> int:
    """Calendar days after the due day; 0 when on time, at least 1 when late."""
    if mark.on_time(met):
        return 0
    behind = calendar.local_date(epoch(met)) - calendar.local_date(epoch(mark.due))
    return max(behind.days, 1)


@dataclass(frozen=True, slots=True)
class Record:
    on: date  # local date
    done_at: datetime
    objects: frozenset[str]


def satisfied_by(
    period: tuple[date, date], objects: frozenset[str], records: Mapping[str, Sequence[Record]]
) -> datetime | None:
    """When the records of other rows satisfy an occurrence: in its period every listed row has one for its objects.

    `records`: per listed row what was done. None while one of them has nothing; else the latest of the records that
    were first there.
    """
    latest: list[datetime] = []
    for done in records.values():
        fitting = [
            record.done_at for record in done if period[0] <= record.on <= period[1] and objects <= record.objects
        ]
        if not fitting:
            return None
        latest.append(min(fitting))
    return max(latest, default=None)
