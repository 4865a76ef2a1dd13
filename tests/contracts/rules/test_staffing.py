"""I01: every post filled, every month; a vacancy bridged by an approved replacement is forgiven for a few workdays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yunheng.contracts.rules.staffing import Need, PostMonth, Presence, certificates_of, post_months

MONDAY = date(2021, 8, 2)
WORKDAYS = [
    day for day in (date(2021, 7, 1) + timedelta(days=n) for n in range(92)) if day.weekday() < 5
]  # July to September


def someone(
    name: str = "a", since: date = WORKDAYS[0], until: date | None = None, vacated: date | None = None, **more: object
) -> Presence:
    return Presence(name, since, until, vacated=vacated, **more)  # type: ignore[arg-type]  # certificate and source


def months(people: list[Presence], required: int = 1, *, certificates: tuple[str, ...] = ()) -> list[PostMonth]:
    return post_months(Need("desk", required, certificates), people, WORKDAYS)


def verdicts(people: list[Presence], required: int = 1) -> list[bool]:
    return [month.filled for month in months(people, required)]


def test_three_of_three_fill_the_post_in_every_month() -> None:
    assert verdicts([someone(name) for name in "abc"], 3) == [True, True, True]


def test_two_of_three_in_one_month_leave_it_unfilled() -> None:
    people = [someone("a"), someone("b"), someone("c", until=date(2021, 9, 1))]
    assert verdicts(people, 3) == [True, True, False]


@pytest.mark.parametrize(
    ("workdays", "approved", "filled"), [(5, True, True), (6, True, False), (1, False, False), (0, False, True)]
)
def test_the_examples_of_the_grace(workdays: int, approved: bool, filled: bool) -> None:
    back = WORKDAYS[WORKDAYS.index(MONDAY) + workdays]
    people = [someone(until=MONDAY), someone("b", since=back, vacated=MONDAY if approved else None)]
    assert verdicts(people)[1] is filled


def test_a_gap_over_the_turn_of_a_month_is_one_gap() -> None:
    left, back = date(2021, 7, 29), date(2021, 8, 6)  # two workdays in July, four in August
    found = months([someone(until=left), someone("b", since=back, vacated=left)])
    assert [(month.gap, month.forgiven) for month in found] == [(2, 0), (4, 0), (0, 0)]


def test_a_weekend_inside_a_vacancy_does_not_count() -> None:
    friday, next_friday = date(2021, 8, 6), date(2021, 8, 13)
    found = months([someone(until=friday), someone("b", since=next_friday, vacated=friday)])
    assert (found[1].gap, found[1].forgiven, found[1].fewest) == (0, 5, 0)


def test_two_vacancies_one_after_the_other_are_forgiven_each() -> None:
    second = MONDAY + timedelta(days=7)
    third = second + timedelta(days=7)
    people = [
        someone("a", until=MONDAY),
        someone("b", until=second),
        someone("c", since=second, vacated=MONDAY),
        someone("d", since=third, vacated=second),
    ]
    assert verdicts(people, 2)[1] is True


def test_who_lacks_the_certificate_does_not_fill_the_post() -> None:
    assert not months([someone()], certificates=("ITIL",))[0].filled
    assert months([someone(certificate="itil Foundation")], certificates=("ITIL",))[0].filled


def test_a_certificate_fills_the_post_until_its_last_day() -> None:
    people = [someone(certificate="ITIL", certificate_until=date(2021, 8, 31))]
    found = months(people, certificates=("ITIL",))
    assert [month.filled for month in found] == [True, True, False]


def test_the_source_is_the_least_immediate_one() -> None:
    assert months([someone(source=0), someone("b", source=1), someone("c", source=2)])[0].source == 1


def test_certificates_are_read_as_people_write_them() -> None:
    assert certificates_of("ITIL、网络工程师，  PMP ") == ("ITIL", "网络工程师", "PMP")
    assert certificates_of("") == ()
