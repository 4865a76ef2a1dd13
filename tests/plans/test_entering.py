"""A day's work entered in one go, and the sheets that fill themselves from it."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import a_draft, a_paper, a_plan, at, settle_events, the_occurrence

from yunheng.foundation.errors import Conflict, Invalid, Unseen
from yunheng.foundation.models import AuditEntry, Source
from yunheng.plans.actions import Work, complete_many, fill_sheets
from yunheng.plans.models import Completion, DocumentDue, Occurrence

JULY, AUGUST = "R33/2021-07/1", "R33/2021-08/1"
EVENING = at("2021-07-20 17:00")


def a_monthly_plan(cast: Cast) -> None:
    an_office(cast)
    a_plan(cast, a_draft("R33"), a_draft("R34"), documents=[a_paper("D31", ("R33", "R34"), name="巡检记录")])


def enter(cast: Cast, *work: Work, by: str = "engineer") -> list[Completion]:
    return complete_many(tenant=cast.tenant, work=work, actor=getattr(cast, by).actor, now=EVENING)


def test_every_piece_is_recorded_with_its_own_time_and_line_in_the_chain(cast: Cast) -> None:
    a_monthly_plan(cast)
    enter(cast, Work(JULY, "完成", at("2021-07-20 15:30")), Work("R34/2021-07/1", "完成", at("2021-07-20 16:00")))
    assert the_occurrence(JULY).done_at == at("2021-07-20 15:30")
    assert the_occurrence("R34/2021-07/1").state == Occurrence.State.DONE
    assert AuditEntry.objects.filter(kind="plans.occurrence", verb="complete").count() == 2


def test_what_was_done_long_before_it_is_entered_is_back_filled_and_waits(cast: Cast) -> None:
    a_monthly_plan(cast)
    [made] = enter(cast, Work(JULY, "完成", at("2021-07-19 09:00")))
    assert made.source == Source.BACK_FILLED
    assert the_occurrence(JULY).waits_for_confirmation


def test_one_wrong_line_keeps_the_whole_sheet_out(cast: Cast) -> None:
    a_monthly_plan(cast)
    with pytest.raises(Invalid, match=AUGUST):
        enter(cast, Work(JULY, "完成", at("2021-07-20 15:30")), Work(AUGUST, "完成", at("2021-08-02 09:00")))
    assert not Completion.objects.exists()


def test_the_same_mark_twice_on_one_sheet_is_refused(cast: Cast) -> None:
    a_monthly_plan(cast)
    line = Work(JULY, "完成", at("2021-07-20 15:30"))
    with pytest.raises(Conflict, match="R33"):
        enter(cast, line, line)


def test_work_that_nobody_planned_is_named(cast: Cast) -> None:
    a_monthly_plan(cast)
    with pytest.raises(Invalid, match="R99"):
        enter(cast, Work("R99/2021-07/1", "完成", at("2021-07-20 15:30")))


def test_another_vendors_engineer_enters_nothing_here(cast: Cast) -> None:
    a_monthly_plan(cast)
    with pytest.raises(Unseen):
        enter(cast, Work(JULY, "完成", at("2021-07-20 15:30")), by="outsider")


def test_a_sheet_is_filled_once_work_of_its_period_is_done_and_names_the_last(cast: Cast) -> None:
    a_monthly_plan(cast)
    enter(cast, Work(JULY, "完成", at("2021-07-20 15:30")), Work("R34/2021-07/1", "完成", at("2021-07-20 16:00")))
    settle_events(EVENING)
    now = at("2021-09-10 02:00")
    assert fill_sheets(project=cast.project, sheets=["D31"], actor=cast.vendor.actor, now=now) == 1
    filled = DocumentDue.objects.get(entry__doc_id="D31", period_from="2021-07-01")
    assert (filled.state, filled.document, filled.done_at) == (
        *(DocumentDue.State.ACCEPTED, "R34/2021-07/1", at("2021-07-20 16:00")),
    )
    assert not filled.is_late


def test_a_sheet_whose_period_saw_no_work_stays_empty(cast: Cast) -> None:
    a_monthly_plan(cast)
    now = at("2021-09-10 02:00")
    assert fill_sheets(project=cast.project, sheets=["D31"], actor=cast.vendor.actor, now=now) == 0
