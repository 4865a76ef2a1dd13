"""When a paper counts as handed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from yunheng.documents.rules.submissions import Standing, paper_time

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 10) -> datetime:
    """An hour of a day of September 2021 in Shanghai."""
    return datetime(2021, 9, day, hour, tzinfo=ZONE).astimezone(UTC)


def weekday_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def time_of(*submissions: Standing) -> datetime | None:
    return paper_time(submissions, zone=ZONE, workday_after=weekday_after)


def test_nothing_accepted_has_no_time() -> None:
    assert time_of() is None
    assert time_of(Standing(at(1)), Standing(at(2), returned_at=at(3))) is None


def test_accepted_as_handed_in_counts_from_the_submission_however_long_the_answer_took() -> None:
    assert time_of(Standing(at(1), accepted_at=at(28))) == at(1)


def test_repaired_within_five_workdays_of_the_return_counts_from_the_first_submission() -> None:
    returned = Standing(at(1), returned_at=at(2))  # Thursday the 2nd: the fifth workday is Thursday the 9th
    assert time_of(returned, Standing(at(8), accepted_at=at(9, 23))) == at(1)


def test_repaired_later_counts_from_the_submission_that_was_accepted() -> None:
    returned = Standing(at(1), returned_at=at(2))
    assert time_of(returned, Standing(at(8), accepted_at=at(10, 0))) == at(8)


def test_a_return_on_a_day_off_leaves_five_whole_workdays() -> None:
    returned = Standing(at(3), returned_at=at(4))  # Saturday: Monday the 6th to Friday the 10th
    assert time_of(returned, Standing(at(9), accepted_at=at(10, 17))) == at(3)


def test_submissions_may_come_in_any_order() -> None:
    submissions = (Standing(at(8), accepted_at=at(9)), Standing(at(1), returned_at=at(2)))
    assert time_of(*submissions) == at(1)
