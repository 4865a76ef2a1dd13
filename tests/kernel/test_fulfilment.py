from __future__ import annotations

from datetime import date, datetime

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.kernel.fulfilment import (
    EARLY,
    LATE,
    MISSING,
    ON_TIME,
    OPEN,
    Record,
    Submission,
    days_late,
    paper_time,
    satisfied_by,
    status,
)
from yunheng.kernel.periods import Period
from yunheng.kernel.recurrence import Mark, occurrences


def office() -> WorkingTime:
    return WorkingTime.of(built_in("cn-5x8"), date(2021, 7, 1), date(2022, 6, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def marks() -> tuple[Mark, ...]:
    """Work by 30 September, its paper by 8 October."""
    row = {
        "recurrence": {
            "kind": "periodic",
            "freq": "month",
            "marks": [
                {"name": "完成", "at": "period_end"},
                {"name": "提交", "at": "next_month:5", "shift": "next_workday"},
            ],
        }
    }
    return occurrences(row, office(), Period(date(2021, 9, 1), date(2021, 9, 30)))[0].marks


class TestPapers:
    def test_accepted_as_handed_in_it_counts_from_its_submission(self) -> None:
        handed_in = Submission(at("2021-09-06T10:00"), accepted_at=at("2021-10-20T10:00"))
        assert paper_time([handed_in], office()) == at("2021-09-06T10:00")

    def test_returned_and_accepted_within_five_workdays_it_keeps_its_first_time(self) -> None:
        first = Submission(at("2021-09-13T10:00"), returned_at=at("2021-09-14T10:00"))
        # Five workdays after Tuesday: Wed, Thu, Fri, Sat (make-up), Wed 22 September.
        again = Submission(at("2021-09-21T10:00"), accepted_at=at("2021-09-22T23:59"))
        assert paper_time([again, first], office()) == at("2021-09-13T10:00")

    def test_accepted_later_it_counts_from_the_submission_that_was_accepted(self) -> None:
        first = Submission(at("2021-09-13T10:00"), returned_at=at("2021-09-14T10:00"))
        again = Submission(at("2021-09-21T10:00"), accepted_at=at("2021-09-23T00:00"))
        assert paper_time([first, again], office()) == at("2021-09-21T10:00")

    def test_not_accepted_it_is_not_done(self) -> None:
        assert paper_time([Submission(at("2021-09-13T10:00"))], office()) is None
        assert paper_time([], office()) is None


class TestStatus:
    END_OF_NEXT = at("2021-11-01T00:00")

    def of(self, done: dict[str, datetime], now: str, **more: datetime | None) -> str:
        more.setdefault("missing_from", self.END_OF_NEXT)
        return status(marks(), done, now=at(now), **more)

    def test_both_marks_met_in_time_is_on_time(self) -> None:
        done = {"完成": at("2021-09-30T23:59:59"), "提交": at("2021-10-08T12:00")}
        assert self.of(done, "2021-12-01T00:00") == ON_TIME

    def test_one_mark_late_makes_it_late(self) -> None:
        done = {"完成": at("2021-10-01T00:00"), "提交": at("2021-10-08T12:00")}
        assert self.of(done, "2021-12-01T00:00") == LATE

    def test_a_mark_not_met_is_missing_from_the_end_of_the_next_period(self) -> None:
        done = {"完成": at("2021-09-20T10:00")}
        assert self.of(done, "2021-10-31T23:59") == OPEN
        assert self.of(done, "2021-11-01T00:00") == MISSING

    def test_other_rows_are_missing_once_they_are_past_due(self) -> None:
        assert self.of({}, "2021-09-30T12:00", missing_from=None) == OPEN
        assert self.of({}, "2021-10-01T00:00", missing_from=None) == MISSING

    def test_done_before_it_was_expected_is_early(self) -> None:
        done = {"完成": at("2021-08-20T10:00"), "提交": at("2021-08-30T12:00")}
        assert self.of(done, "2021-12-01T00:00", not_before=at("2021-09-01T00:00")) == EARLY

    def test_lateness_is_graded_in_calendar_days(self) -> None:
        work, _ = marks()
        assert days_late(work, at("2021-09-30T23:59:30"), office()) == 0
        assert days_late(work, at("2021-10-03T08:00"), office()) == 3

    def test_late_on_the_day_itself_is_one_day(self) -> None:
        exact = Mark("提交", at("2021-10-08T10:00"), date(2021, 10, 8), whole_day=False)
        assert days_late(exact, at("2021-10-08T10:01"), office()) == 1


class TestOtherRows:
    PERIOD = (date(2021, 9, 13), date(2021, 9, 19))

    def record(self, day: int, *objects: str) -> Record:
        return Record(date(2021, 9, day), at(f"2021-09-{day}T10:00"), frozenset(objects))

    def test_every_listed_row_needs_a_record_for_the_same_objects(self) -> None:
        records = {
            "R15": [self.record(14, "防火墙", "交换机"), self.record(15, "防火墙")],
            "R16": [self.record(16, "防火墙")],
        }
        assert satisfied_by(self.PERIOD, frozenset({"防火墙"}), records) == at("2021-09-16T10:00")

    def test_a_record_of_other_objects_or_of_another_week_does_not_do(self) -> None:
        wanted = frozenset({"防火墙"})
        assert satisfied_by(self.PERIOD, wanted, {"R15": [self.record(14, "交换机")]}) is None
        assert satisfied_by(self.PERIOD, wanted, {"R15": [self.record(20, "防火墙")]}) is None
        assert satisfied_by(self.PERIOD, wanted, {}) is None
