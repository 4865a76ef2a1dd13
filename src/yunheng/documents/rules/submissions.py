"""When a paper counts as handed in, and what may become of a submission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

DAYS_TO_REPAIR = 5
"""Workdays after the day of the return; a proposal of ours, the contract may say otherwise."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One submission: handed in, then returned or accepted or still waiting."""

    submitted_at: datetime
    returned_at: datetime | None = None
    accepted_at: datetime | None = None


def paper_time(
    submissions: Sequence[Standing],
    *,
    zone: tzinfo,
    workday_after: Callable[[date, int], date],
    days: int = DAYS_TO_REPAIR,
) -> datetime | None:
    """The instant by which a paper's punctuality is judged; None while none of its submissions is accepted.

    It is the first submission when that was accepted as handed in, or when the paper was accepted by the end of
    the ``days``-th workday after the day of its first return; otherwise the submission that was accepted.
    ``workday_after(day, n)`` is the n-th workday after a day.
    """
    ordered = sorted(submissions, key=lambda submission: submission.submitted_at)
    accepted = next((submission for submission in ordered if submission.accepted_at is not None), None)
    if accepted is None or accepted.accepted_at is None:
        return None
    first = ordered[0]
    if accepted is first or first.returned_at is None:
        return first.submitted_at
    last_day = workday_after(first.returned_at.astimezone(zone).date(), days)
    in_time = accepted.accepted_at.astimezone(zone).date() <= last_day
    return first.submitted_at if in_time else accepted.submitted_at
