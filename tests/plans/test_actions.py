from __future__ import annotations

import pytest
from tests.assets.builders import a_system
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import (
    EARLY,
    a_draft,
    a_paper,
    a_plan,
    a_plan_file,
    at,
    settle_events,
    the_occurrence,
    the_row,
)

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, Source
from yunheng.plans.actions import (
    complete_occurrence,
    confirm_completion,
    generate,
    open_on_demand,
    record_submission,
    retract_completion,
    settle_satisfied_by,
    start_plan,
    waive,
)
from yunheng.plans.models import DocumentDue, Occurrence


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    return cast


def complete(
    cast: Cast, number: str, done: str, *, recorded: str = "", mark: str = "完成", who: str = "engineer"
) -> Occurrence:
    occurrence = the_occurrence(number)
    complete_occurrence(
        occurrence=occurrence,
        mark=mark,
        occurred_at=at(done),
        actor=getattr(cast, who).actor,
        now=at(recorded or done),
    )
    return the_occurrence(number)


# ---------------------------------------------------------------- doing


def test_work_recorded_on_the_spot_counts_at_once(office: Cast) -> None:
    a_plan(office)
    done = complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    assert (done.state, done.is_late, done.done_at) == ("done", False, at("2021-08-20 15:00"))
    assert done.completions.get().source == Source.ON_SITE


def test_work_recorded_later_is_back_filled_and_waits_for_somebody_else(office: Cast) -> None:
    a_plan(office)
    waiting = complete(office, "R33/2021-08/1", "2021-08-20 15:00", recorded="2021-09-03 09:00")
    assert (waiting.state, waiting.waits_for_confirmation) == ("open", True)
    completion = waiting.completions.get()
    assert completion.source == Source.BACK_FILLED
    with pytest.raises(Refused):
        confirm_completion(completion=completion, actor=office.engineer.actor, now=at("2021-09-03 10:00"))
    confirm_completion(completion=completion, actor=office.supervisor.actor, now=at("2021-09-03 10:00"))
    done = the_occurrence("R33/2021-08/1")
    assert (done.state, done.waits_for_confirmation, done.is_late) == ("done", False, False)


def test_nobody_confirms_what_he_recorded_himself(office: Cast) -> None:
    a_plan(office)
    waiting = complete(office, "R33/2021-08/1", "2021-08-20 15:00", recorded="2021-09-03 09:00", who="supervisor")
    with pytest.raises(Invalid):
        confirm_completion(
            completion=waiting.completions.get(), actor=office.supervisor.actor, now=at("2021-09-03 10:00")
        )


def test_work_after_the_due_day_is_late_in_calendar_days(office: Cast) -> None:
    a_plan(office)
    done = complete(office, "R33/2021-08/1", "2021-09-02 15:00")
    assert (done.is_late, done.late_days) == (True, 2)


def test_both_marks_have_to_be_met(office: Cast) -> None:
    a_plan(office, a_draft("R17", "每月1次，每月5号前提交"))
    assert complete(office, "R17/2021-08/1", "2021-08-30 10:00").state == "open"
    assert complete(office, "R17/2021-08/1", "2021-09-06 10:00", mark="提交").state == "done"


def test_work_in_the_future_an_unknown_mark_and_doing_it_twice_are_refused(office: Cast) -> None:
    a_plan(office)
    with pytest.raises(Invalid):
        complete(office, "R33/2021-08/1", "2021-08-20 15:00", recorded="2021-08-20 14:00")
    with pytest.raises(Invalid):
        complete(office, "R33/2021-08/1", "2021-08-20 15:00", mark="召开")
    complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    with pytest.raises(Conflict):
        complete(office, "R33/2021-08/1", "2021-08-21 15:00")


def test_another_vendor_does_not_see_the_work_and_the_auditor_may_not_do_it(office: Cast) -> None:
    a_plan(office)
    with pytest.raises(Unseen):
        complete(office, "R33/2021-08/1", "2021-08-20 15:00", who="outsider")
    with pytest.raises(Refused):
        complete(office, "R33/2021-08/1", "2021-08-20 15:00", who="auditor")


def test_an_entry_taken_back_opens_the_work_again(office: Cast) -> None:
    a_plan(office)
    done = complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    entry = done.completions.get()
    with pytest.raises(Invalid):
        retract_completion(completion=entry, reason=" ", actor=office.vendor.actor, now=at("2021-08-21 09:00"))
    retract_completion(completion=entry, reason="记错了机房", actor=office.vendor.actor, now=at("2021-08-21 09:00"))
    assert the_occurrence("R33/2021-08/1").state == "open"
    with pytest.raises(Conflict):
        retract_completion(completion=entry, reason="再次", actor=office.vendor.actor, now=at("2021-08-21 10:00"))
    assert complete(office, "R33/2021-08/1", "2021-08-25 15:00").state == "done"


def test_every_change_is_in_the_audit_chain(office: Cast) -> None:
    a_plan(office)
    done = complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    retract_completion(
        completion=done.completions.get(), reason="记错", actor=office.vendor.actor, now=at("2021-08-21 09:00")
    )
    waive(occurrence=done, reason="停电", actor=office.owner.actor, now=at("2021-08-22 09:00"))
    verbs = AuditEntry.objects.filter(reference="R33/2021-08/1").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["complete", "retract", "waive"]


# ---------------------------------------------------------------- waiving and need


def test_only_the_owner_waives_and_only_with_a_reason(office: Cast) -> None:
    a_plan(office)
    occurrence = the_occurrence("R33/2021-08/1")
    with pytest.raises(Refused):
        waive(occurrence=occurrence, reason="停电", actor=office.vendor.actor, now=at("2021-08-22 09:00"))
    with pytest.raises(Invalid):
        waive(occurrence=occurrence, reason="", actor=office.owner.actor, now=at("2021-08-22 09:00"))
    waive(occurrence=occurrence, reason="机房停电检修", actor=office.owner.actor, now=at("2021-08-22 09:00"))
    assert the_occurrence("R33/2021-08/1").state == "waived"
    with pytest.raises(Conflict):
        complete(office, "R33/2021-08/1", "2021-08-25 15:00")


def test_work_by_need_is_opened_once_per_trigger(office: Cast) -> None:
    a_plan(office, a_draft("R20", "按需"))
    row = the_row("R20")
    assert not row.occurrences.exists()
    for _again in range(2):
        open_on_demand(
            row=row,
            happened_at=at("2021-08-20 10:00"),
            actor=office.engineer.actor,
            now=at("2021-08-20 11:00"),
            trigger_kind="servicedesk.ticket",
            trigger_reference="INC-2021-000001",
        )
    assert row.occurrences.get().number == "R20/2021-08/1"


def test_work_by_need_lies_in_the_service_period_and_other_rows_open_by_themselves(office: Cast) -> None:
    a_plan(office, a_draft("R20", "按需"), a_draft("R33"))
    with pytest.raises(Invalid):
        open_on_demand(
            row=the_row("R20"),
            happened_at=at("2021-06-20 10:00"),
            actor=office.engineer.actor,
            now=at("2021-08-20 11:00"),
        )
    with pytest.raises(Invalid):
        open_on_demand(
            row=the_row("R33"),
            happened_at=at("2021-08-20 10:00"),
            actor=office.engineer.actor,
            now=at("2021-08-20 11:00"),
        )


# ---------------------------------------------------------------- one record, several rows


def test_the_morning_check_fulfils_the_daily_check_exactly_once(office: Cast) -> None:
    drafts = [
        a_draft("R15", "工作日8:30分前完成，9点前提交晨检报告"),
        a_draft("R18", "每日", satisfied_by=("R15",), satisfied_by_on=True),
    ]
    a_plan(office, *drafts)
    complete(office, "R15/2021-08-20/1", "2021-08-20 08:20")
    settle_events(at("2021-08-20 08:21"))
    assert the_occurrence("R18/2021-08-20/1").state == "open"
    complete(office, "R15/2021-08-20/1", "2021-08-20 08:50", mark="提交")
    for _again in range(2):
        settle_events(at("2021-08-20 08:51"))
    fulfilled = the_occurrence("R18/2021-08-20/1")
    assert (fulfilled.state, fulfilled.done_at) == ("done", at("2021-08-20 08:50"))
    assert fulfilled.completions.get().reference == "R15/2021-08-20/1"


def test_taking_the_record_back_opens_what_it_fulfilled(office: Cast) -> None:
    a_plan(office, a_draft("R33"), a_draft("R19", "每月", satisfied_by=("R33",), satisfied_by_on=True))
    done = complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    settle_events(at("2021-08-20 15:01"))
    assert the_occurrence("R19/2021-08/1").state == "done"
    retract_completion(
        completion=done.completions.get(), reason="记错", actor=office.vendor.actor, now=at("2021-08-21 09:00")
    )
    assert the_occurrence("R19/2021-08/1").state == "open"


def test_a_proposal_fulfils_nothing_before_the_owner_confirms_it(office: Cast) -> None:
    a_plan(office, a_draft("R33"), a_draft("R19", "每季度", satisfied_by=("R33",)))
    complete(office, "R33/2021-08/1", "2021-08-20 15:00")
    settle_events(at("2021-08-20 15:01"))
    assert the_occurrence("R19/2021-07..09/1").state == "open"
    with pytest.raises(Refused):
        settle_satisfied_by(row=the_row("R19"), on=True, actor=office.vendor.actor, now=at("2021-08-21 09:00"))
    settle_satisfied_by(row=the_row("R19"), on=True, actor=office.owner.actor, now=at("2021-08-21 09:00"))
    complete(office, "R33/2021-09/1", "2021-09-20 15:00")
    settle_events(at("2021-09-20 15:01"))
    assert the_occurrence("R19/2021-07..09/1").state == "done"


def test_the_record_has_to_name_the_system(office: Cast) -> None:
    a_system(office.contract, "OA", name="协同办公系统")
    a_plan(
        office,
        a_draft("R16", "每周2次"),
        a_draft(
            "R39", "每周", systems=("协同办公系统",), systems_basis="named", satisfied_by=("R16",), satisfied_by_on=True
        ),
    )
    complete(office, "R16/2021-W31/1", "2021-08-03 15:00")
    settle_events(at("2021-08-03 15:01"))
    assert the_occurrence("R39/2021-W31/1").state == "open"
    complete_occurrence(
        occurrence=the_occurrence("R16/2021-W31/2"),
        mark="完成",
        occurred_at=at("2021-08-05 15:00"),
        actor=office.engineer.actor,
        now=at("2021-08-05 15:30"),
        objects=["OA"],
    )
    settle_events(at("2021-08-05 15:31"))
    assert the_occurrence("R39/2021-W31/1").state == "done"


# ---------------------------------------------------------------- generating


def test_generating_again_changes_nothing(office: Cast) -> None:
    a_plan(office, a_draft("R33"), a_draft("R16", "每周2次"))
    before = list(Occurrence.objects.values_list("number", flat=True))
    assert len(before) == 12 + 104
    assert generate(project=office.project, actor=SYSTEM, now=at("2021-07-02 09:00")) == 0
    assert list(Occurrence.objects.values_list("number", flat=True)) == before


def test_the_plan_comes_into_force_and_its_job_generates(office: Cast) -> None:
    start_plan(project=office.project, plan=a_plan_file(), actor=office.owner.actor, now=EARLY)
    assert not Occurrence.objects.exists()
    settle_events(EARLY)
    assert Occurrence.objects.count() == 12


def test_a_project_has_one_plan(office: Cast) -> None:
    a_plan(office)
    with pytest.raises(Conflict):
        start_plan(project=office.project, plan=a_plan_file(), actor=office.owner.actor, now=EARLY)


def test_rows_without_a_sub_project_are_owed_once_by_the_first_operations_contract(office: Cast) -> None:
    a_plan(office, a_draft("R01", "2021年7月", sub_project=None), a_draft("S201", "每周", sub_project=2))
    assert (the_row("R01").scope, the_row("R01").whole_project) == (office.contract, True)
    assert the_row("S201").scope == office.other_contract


def test_a_signed_start_anchor_moves_the_window_of_its_contract(office: Cast) -> None:
    from yunheng.contracts.models import Contract

    Contract.objects.filter(scope=office.contract).update(anchor_date=at("2021-08-15 00:00").date())
    a_plan(office, a_draft("R33"))
    first = Occurrence.objects.order_by("due_at")[0]
    assert (first.number, str(first.period_from)) == ("R33/2021-08/1", "2021-08-15")


def test_numbers_of_a_second_project_carry_its_code(office: Cast) -> None:
    from tests.contracts.builders import a_contract

    from yunheng.contracts.models import Project, SubProject
    from yunheng.foundation.models import Scope, ScopeKind

    a_plan(office)
    other = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P2", name="另一项目", parent=office.tenant)
    scope = Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="P2C1", name="子项目1", parent=other)
    first = Project.objects.get(scope=office.project)
    project = Project.objects.create(
        scope=other, number="XM-2", name="另一项目", owner=first.owner, service_from=first.service_from,
        service_to=first.service_to, budget=1,
    )  # fmt: skip
    contract = a_contract(project, scope, no=3)
    assert contract.sub_project.kind == SubProject.Kind.OPERATIONS
    start_plan(project=other, plan=a_plan_file(a_draft("R33", sub_project=3)), actor=SYSTEM, now=EARLY)
    generate(project=other, actor=SYSTEM, now=EARLY)
    assert Occurrence.objects.filter(scope=scope).order_by("due_at")[0].number == "P2/R33/2021-07/1"


# ---------------------------------------------------------------- papers


def test_an_accepted_paper_meets_the_mark_of_its_row_at_its_own_time(office: Cast) -> None:
    a_plan(office, a_draft("R12", "每月5号前提交", obligation="document"), documents=[a_paper()])
    due = DocumentDue.objects.get(number="D18/2021-08/1")
    record_submission(due=due, document="DOC-1", paper_time=None, actor=SYSTEM, now=at("2021-09-06 10:01"))
    assert (due.state, the_occurrence("R12/2021-08/1").state) == ("submitted", "open")
    time = at("2021-09-06 10:00")
    record_submission(due=due, document="DOC-1", paper_time=time, actor=SYSTEM, now=at("2021-09-10 10:01"))
    occurrence = the_occurrence("R12/2021-08/1")
    assert (due.state, due.is_late) == ("accepted", False)
    assert (occurrence.state, occurrence.done_at, occurrence.is_late) == ("done", at("2021-09-06 10:00"), False)


def test_a_row_with_two_papers_is_done_when_both_are_accepted(office: Cast) -> None:
    a_plan(
        office,
        a_draft("R12", "每月5号前提交", obligation="document"),
        documents=[a_paper("D1"), a_paper("D2", name="附表")],
    )
    for number, done, day in (("D1/2021-08/1", "open", "02"), ("D2/2021-08/1", "done", "03")):
        record_submission(
            due=DocumentDue.objects.get(number=number),
            document=f"DOC-{number}",
            paper_time=at(f"2021-09-{day} 10:00"),
            actor=SYSTEM,
            now=at(f"2021-09-{day} 11:00"),
        )
        assert the_occurrence("R12/2021-08/1").state == done
    assert the_occurrence("R12/2021-08/1").done_at == at("2021-09-03 10:00")


def test_a_paper_is_not_the_work(office: Cast) -> None:
    a_plan(office, a_draft("R17", "每月1次，每月5号前提交", obligation="both"), documents=[a_paper(rows=["R17"])])
    record_submission(
        due=DocumentDue.objects.get(number="D18/2021-08/1"),
        document="DOC-1",
        paper_time=at("2021-09-02 10:00"),
        actor=SYSTEM,
        now=at("2021-09-03 10:01"),
    )
    occurrence = the_occurrence("R17/2021-08/1")
    assert occurrence.state == "open"
    assert [completion.mark for completion in occurrence.completions.all()] == ["提交"]
