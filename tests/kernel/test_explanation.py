from __future__ import annotations

from datetime import date, datetime

from yunheng.kernel.business_time import Pauses, WorkingTime
from yunheng.kernel.calendars import ServiceCalendar, built_in
from yunheng.kernel.explanation import Step
from yunheng.kernel.reading import epoch
from yunheng.kernel.words import say


def office() -> WorkingTime:
    return WorkingTime.of(built_in("cn-5x8"), date(2021, 7, 1), date(2022, 6, 30))


def at(text: str) -> int:
    return epoch(datetime.fromisoformat(f"{text}+08:00"))


def told(steps: list[Step]) -> list[str]:
    return [str(step.words) for step in steps]


def test_a_deadline_over_a_holiday_is_told_day_by_day() -> None:
    still = Pauses.of([[(at("2021-10-08T09:00"), at("2021-10-08T10:00"))]])
    steps = office().explain_due(at("2021-09-30T16:30"), 8 * 3600, still)
    assert told(steps) == [
        "The clock starts at 2021-09-30 16:30.",
        "2021-09-30 16:30-17:30: 1 h.",
        "2021-10-01 to 2021-10-07: National Day, nothing counts.",
        "Paused from 2021-10-08 09:00 to 2021-10-08 10:00: 1 h of working time does not count.",
        "2021-10-08 08:30-09:00, 10:00-12:00, 14:00-17:30: 6 h.",
        "2021-10-09 (make-up workday) 08:30-09:30: 1 h.",
        "Due at 2021-10-09 09:30: 8 h used up.",
    ]
    assert sum(step.seconds for step in steps) == 8 * 3600
    assert steps[-1].instant == at("2021-10-09T09:30")


def test_the_same_in_chinese() -> None:
    steps = office().explain_due(at("2021-09-25T10:00"), 3600)
    assert [say(step.words, "zh-hans") for step in steps] == [
        "2021-09-25 10:00 不在工作时间内（休息日），从 2021-09-26 08:30 起计时。",
        "2021-09-26（调休上班）08:30-09:30：1 小时。",
        "到期时间 2021-09-26 09:30：用满 1 小时。",
    ]


def test_a_long_run_of_ordinary_days_is_one_step() -> None:
    steps = told(office().explain_due(at("2021-10-11T08:30"), 40 * 3600))
    assert steps[1] == "2021-10-11 to 2021-10-15: 5 whole working days, 35 h."
    assert steps[2] == "2021-10-16 to 2021-10-17: weekly day off, nothing counts."


def test_a_start_outside_the_hours_of_a_working_day() -> None:
    first = told(office().explain_due(at("2021-09-13T12:30"), 90))[0]
    assert (
        first
        == "2021-09-13 12:30 is not working time (outside the hours of the day); the clock starts at 2021-09-13 14:00."
    )


def test_amounts_are_said_in_hours_minutes_and_seconds() -> None:
    assert (
        told(office().explain_due(at("2021-09-13T14:00"), 90))[-1]
        == "Due at 2021-09-13 14:01:30: 0 h 1 min 30 s used up."
    )
    assert told(office().explain_due(at("2021-09-13T14:00"), 2700))[-1] == "Due at 2021-09-13 14:45: 45 min used up."
    assert (
        told(office().explain_due(at("2021-09-13T14:00"), 5400))[-1] == "Due at 2021-09-13 15:30: 1 h 30 min used up."
    )


def test_working_days_tell_only_what_is_not_ordinary() -> None:
    steps = told(office().explain_due_days(at("2021-09-25T10:00"), 7))
    assert steps == [
        "2021-09-25 10:00 is not working time (weekly day off); the clock starts at 2021-09-26 08:30.",
        "2021-10-01 to 2021-10-07: National Day, nothing counts.",
        "2021-10-10: weekly day off, nothing counts.",
        "Due at 2021-10-11 08:30: 7 working day(s) after 2021-09-26 08:30.",
    ]


def test_working_days_with_a_pause_say_so() -> None:
    still = Pauses.of([[(at("2021-09-13T11:00"), at("2021-09-13T12:00"))]])
    steps = told(office().explain_due_days(at("2021-09-13T10:20"), 1, still))
    assert steps[-1] == "Due at 2021-09-14 11:20: 1 working day(s) after 2021-09-13 10:20, and the paused working time."


def test_a_day_that_was_paused_whole_is_told_by_its_pause() -> None:
    still = Pauses.of([[(at("2021-09-14T00:00"), at("2021-09-15T00:00"))]])
    steps = told(office().explain_due(at("2021-09-13T14:00"), 5 * 3600, still))
    assert not [step for step in steps if step.startswith("2021-09-14")]
    assert "Paused from 2021-09-14 00:00 to 2021-09-15 00:00: 7 h of working time does not count." in steps


def test_a_provisional_year_is_said() -> None:
    steps = told(office().explain_due(at("2026-12-31T17:00"), 3600))
    assert steps[-1] == "The holidays of 2027 are not announced yet or not on file: provisional."


def test_elapsed_time_is_told_too() -> None:
    working = office()
    assert told(working.explain_elapsed(at("2021-09-17T17:00"), at("2021-09-18T12:00")))[-1] == "Elapsed: 4 h."
    assert told(working.explain_elapsed(at("2021-10-01T00:00"), at("2021-10-03T00:00"))) == [
        "No working time from 2021-10-01 00:00 to 2021-10-03 00:00."
    ]


def test_a_special_date_is_told_as_such() -> None:
    calendar = ServiceCalendar.parse(
        {
            "weekly": {name: [["09:00", "10:00"]] for name in ("mon", "tue", "wed", "thu", "fri")},
            "special": {"2021-09-14": [["09:00", "09:30"]], "2021-09-15": []},
        }
    )
    working = WorkingTime.of(calendar, date(2021, 9, 1), date(2021, 9, 30))
    assert told(working.explain_due(at("2021-09-14T09:00"), 3600))[1:3] == [
        "2021-09-14 (special hours) 09:00-09:30: 30 min.",
        "2021-09-15: closed by a special date, nothing counts.",
    ]
