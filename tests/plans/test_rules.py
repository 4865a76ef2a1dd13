"""Facts, periods, shared records and maintained systems: values in, values out."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from yunheng.plans.rules.facts import CompletionFact, met_marks, standing
from yunheng.plans.rules.maintenance import RowWork, maintained
from yunheng.plans.rules.periods import last_day_of_the_following, occurrence_number
from yunheng.plans.rules.satisfaction import DoneWork, latest, satisfied_by

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# ---------------------------------------------------------------- facts


def fact(number: int, occurred: str, recorded: str, **more: object) -> CompletionFact:
    values = {"source": "on_site", **more}
    return CompletionFact(number, "完成", at(occurred), at(recorded), **values)  # type: ignore[arg-type]  # shorthand


def test_back_filled_work_counts_once_it_is_confirmed() -> None:
    late = fact(1, "2021-08-01 09:00", "2021-08-20 09:00", source="back_filled")
    assert met_marks([late]) == {}
    confirmed = fact(
        1, "2021-08-01 09:00", "2021-08-20 09:00", source="back_filled", confirmed_at=at("2021-08-21 09:00")
    )
    assert met_marks([confirmed]) == {"完成": at("2021-08-01 09:00")}
    assert met_marks([confirmed], as_of=at("2021-08-20 12:00")) == {}


def test_a_correction_takes_the_place_of_the_fact_it_names() -> None:
    wrong = fact(1, "2021-08-01 09:00", "2021-08-01 09:00")
    right = fact(2, "2021-08-02 09:00", "2021-08-03 09:00", corrects=1)
    assert met_marks([wrong, right]) == {"完成": at("2021-08-02 09:00")}
    assert met_marks([wrong, right], as_of=at("2021-08-02 09:00")) == {"完成": at("2021-08-01 09:00")}


def test_a_retraction_leaves_nothing() -> None:
    wrong = fact(1, "2021-08-01 09:00", "2021-08-01 09:00")
    assert standing([wrong, fact(2, "2021-08-01 09:00", "2021-08-03 09:00", corrects=1, retracts=True)]) == []


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("freq", "period", "last"),
    [
        ("week", ("2021-07-01", "2021-07-04"), "2021-07-11"),
        ("month", ("2021-12-01", "2021-12-31"), "2022-01-31"),
        ("quarter", ("2021-10-01", "2021-12-31"), "2022-03-31"),
        ("halfyear", ("2021-07-01", "2021-12-31"), "2022-06-30"),
    ],
)
def test_the_following_period_ends(freq: str, period: tuple[str, str], last: str) -> None:
    first, end = (date.fromisoformat(day) for day in period)
    assert last_day_of_the_following(freq, (first, end), date(2021, 7, 1), None) == date.fromisoformat(last)


def test_numbers_name_row_period_and_sequence() -> None:
    assert occurrence_number("R16", "week", (date(2021, 8, 2), date(2021, 8, 8)), 2) == "R16/2021-W31/2"
    assert occurrence_number("R58", "quarter", (date(2021, 7, 1), date(2021, 9, 30)), 1) == "R58/2021-07..09/1"
    assert occurrence_number("R01", "", (date(2021, 7, 1), date(2021, 7, 31)), 1) == "R01/1"


# ---------------------------------------------------------------- satisfied by

WEEK = (date(2021, 8, 2), date(2021, 8, 8))


def work(number: str, done: str, *objects: str) -> DoneWork:
    day = at(done).date()
    return DoneWork(number, (day, day), at(done), frozenset(objects))


def test_every_listed_row_is_needed_and_the_latest_record_gives_the_time() -> None:
    done = {"R15": [work("R15/1", "2021-08-02 08:20")], "R16": [work("R16/1", "2021-08-04 15:00")]}
    found = satisfied_by(["R15", "R16"], [], WEEK, done)
    assert found is not None
    assert latest(found).number == "R16/1"
    assert satisfied_by(["R15", "R17"], [], WEEK, done) is None


def test_the_record_has_to_name_the_objects_of_the_row() -> None:
    done = {"R16": [work("R16/1", "2021-08-03 15:00", "WEB"), work("R16/2", "2021-08-05 15:00", "WEB", "OA")]}
    found = satisfied_by(["R16"], ["OA"], WEEK, done)
    assert found is not None
    assert found[0].number == "R16/2"


def test_a_record_of_another_period_does_not_help() -> None:
    assert satisfied_by(["R16"], [], WEEK, {"R16": [work("R16/9", "2021-08-09 15:00")]}) is None


# ---------------------------------------------------------------- maintained


def rows(**work: str) -> list[RowWork]:
    """`R39="51/52"`: one due per period, the first so many done."""
    found = []
    for row, text in work.items():
        done, due = map(int, text.split("/"))
        found.append(RowWork(row, {f"{row} {n}": (1, int(n < done)) for n in range(due)}))
    return found


@pytest.mark.parametrize(
    ("work", "done", "due", "counts", "strict"),
    [
        ({"R39": "52/52", "R40": "51/52", "R42": "10/12"}, 113, 116, True, False),
        ({"R39": "50/52", "R40": "49/52", "R42": "11/12"}, 110, 116, False, False),
        ({"R49": "52/52", "R51": "52/52"}, 104, 104, True, True),
    ],
)
def test_a_system_counts_as_maintained(work: dict[str, str], done: int, due: int, counts: bool, strict: bool) -> None:
    found = maintained(rows(**work))
    assert (found.done, found.due, found.counts) == (done, due, counts)
    assert found.share == Fraction(done, due)
    assert maintained(rows(**work), "strict").counts is strict
    assert maintained(rows(**work), "any").counts is True


def test_every_kind_of_work_once_in_each_period_is_enough() -> None:
    twice_a_week = RowWork("R16", {f"week {n}": (2, 1) for n in range(10)})
    assert maintained([twice_a_week]).counts is True
    assert maintained([twice_a_week], "strict").counts is False


def test_a_system_without_planned_work_is_missing_never_done() -> None:
    assert maintained([]).counts is None
