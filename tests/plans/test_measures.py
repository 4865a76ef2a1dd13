"""I02: systems maintained as planned, with the worked examples of the indicator."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from tests.assets.builders import a_system
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import WINDOW, a_draft, a_plan, at

from yunheng.contracts.queries import resolved
from yunheng.foundation import measures
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.measures import MeasureRequest, MeasureResult
from yunheng.foundation.models import Source
from yunheng.plans.actions import complete_occurrence, waive
from yunheng.plans.models import Completion, Occurrence

END = at("2022-07-31 23:59")


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    a_system(cast.contract, "OA", name="协同办公系统")
    return cast


def measure(
    office: Cast, *, both: bool = False, cut_off: datetime = END, as_of: datetime = END, **options: str
) -> MeasureResult:
    scopes = [office.contract, office.other_contract] if both else [office.contract]
    return measures.get("plans.systems_maintained").function(
        MeasureRequest(
            project=resolved(office.project),
            scopes=tuple(resolved(scope) for scope in scopes),
            first=WINDOW[0],
            last=WINDOW[1],
            start=at("2021-07-01 00:00"),
            end=at("2022-07-01 00:00"),
            cut_off=cut_off,
            as_of=as_of,
            options=options,
        )
    )


def named(row: str, schedule: str, **more: object) -> object:
    return a_draft(row, schedule, systems=("协同办公系统",), systems_basis="named", **more)


def do_first(row: str, count: int, source: str = Source.IMPORTED) -> None:
    """Complete the first so many occurrences of a row, each at the beginning of its period."""
    for occurrence in (
        Occurrence.objects.filter(row__row_id=row).select_related("scope", "row").order_by("due_at")[:count]
    ):
        assert occurrence.period_from is not None
        complete_occurrence(
            occurrence=occurrence,
            mark="完成",
            occurred_at=at(f"{occurrence.period_from} 10:00"),
            actor=SYSTEM,
            now=at("2022-07-01 09:00"),
            source=source,
        )


def plan_of_three(office: Cast) -> None:
    a_plan(office, named("R39", "每周"), named("R40", "每周"), named("R42", "每月"))  # type: ignore[arg-type]  # drafts


@pytest.mark.parametrize(
    ("done", "maintained", "counted"),
    [((52, 51, 10), True, (113, 116)), ((50, 49, 11), False, (110, 116))],
)
def test_the_examples_of_the_indicator(
    office: Cast, done: tuple[int, int, int], maintained: bool, counted: tuple[int, int]
) -> None:
    plan_of_three(office)
    for row, count in zip(("R39", "R40", "R42"), done, strict=True):
        do_first(row, count)
    result = measure(office)
    assert (result.state, result.numerator, result.denominator) == ("measured", Fraction(maintained), Fraction(1))
    assert result.counted is not None
    assert result.hit is not None
    assert (int(result.hit.sum()), int(result.counted.sum())) == counted
    assert measure(office, system_counts_as_maintained="strict").numerator == 0
    assert measure(office, system_counts_as_maintained="any").numerator == 1


def test_a_system_without_plan_rows_makes_the_value_missing_for_its_contract_only(office: Cast) -> None:
    a_system(office.other_contract, "HR", name="人员系统")
    plan_of_three(office)
    for row, count in (("R39", 52), ("R40", 52), ("R42", 12)):
        do_first(row, count)
    result = measure(office, both=True)
    assert (result.state, result.value) == ("missing", None)
    assert dict(result.parts) == {"C1": (Fraction(1), Fraction(1))}
    assert any("人员系统" in str(arguments) for _msgid, arguments in result.words)


def test_without_systems_it_does_not_apply(office: Cast) -> None:
    from yunheng.assets.models import InUsePeriod

    plan_of_three(office)
    InUsePeriod.objects.update(until=date(2021, 7, 1), since=date(2020, 1, 1), until_recorded_at=at("2021-07-01 09:00"))
    assert measure(office).state == "not_applicable"


def test_waived_work_and_work_due_after_the_cut_off_leave_both_counts(office: Cast) -> None:
    a_plan(office, named("R42", "每月"))  # type: ignore[arg-type]  # a draft
    do_first("R42", 5)
    sixth = Occurrence.objects.select_related("scope", "row").get(number="R42/2021-12/1")
    waive(occurrence=sixth, reason="停机", actor=office.owner.actor, now=at("2022-01-05 09:00"))
    result = measure(office, cut_off=at("2022-01-15 00:00"))
    assert result.register is not None
    assert result.left_out is not None
    by_number = dict(zip(result.register.references, result.left_out.tolist(), strict=True))
    assert by_number["R42/2021-12/1"] == 1
    assert by_number["R42/2022-01/1"] == 2
    assert result.numerator == 1
    before = measure(office, cut_off=at("2022-01-15 00:00"), as_of=at("2022-01-02 00:00"))
    assert before.numerator == 0  # nothing of it was known then


def test_late_work_is_done_and_work_after_the_following_period_is_not(office: Cast) -> None:
    a_plan(office, named("R42", "每季度"))  # type: ignore[arg-type]  # a draft
    do_first("R42", 4)
    late = Completion.objects.get(occurrence__number="R42/2021-07..09/1")
    Completion.objects.filter(pk=late.pk).update(occurred_at=at("2021-10-20 09:00"))
    assert measure(office).numerator == 1
    Completion.objects.filter(pk=late.pk).update(occurred_at=at("2022-02-20 09:00"))
    result = measure(office)
    assert result.numerator == 0
    assert result.register is not None
    assert result.register.columns["status"][0] == "missing"


def test_back_filled_work_counts_once_confirmed_and_is_marked_by_its_source(office: Cast) -> None:
    a_plan(office, named("R42", "每季度"))  # type: ignore[arg-type]  # a draft
    do_first("R42", 4, Source.BACK_FILLED)
    waiting = measure(office)
    assert waiting.numerator == 0
    assert any(arguments == {"count": 4} for _msgid, arguments in waiting.words)
    Completion.objects.update(confirmed_at=at("2022-07-02 09:00"), confirmed_by="监理")
    confirmed = measure(office)
    assert confirmed.numerator == 1
    assert confirmed.register is not None
    assert confirmed.register.sources.tolist() == [1, 1, 1, 1]


def test_rows_that_say_only_application_systems_count_by_option(office: Cast) -> None:
    a_plan(
        office,
        named("R42", "每季度"),  # type: ignore[arg-type]  # a draft
        a_draft("R60", "每季度1次", systems=("协同办公系统",), systems_basis="general"),
    )
    do_first("R42", 4)
    assert measure(office).numerator == 1
    assert measure(office, rows_counted="general").numerator == 0
