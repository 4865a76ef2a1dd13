"""释义, changes of the plan and withdrawal: what three parties sign."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import a_draft, a_plan, a_plan_file, at, settle_events, the_occurrence, the_row

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.plans.actions import (
    complete_occurrence,
    confirm_interpretation,
    decide_version,
    generate,
    propose_interpretation,
    propose_version,
    start_plan,
    withdraw_version,
)
from yunheng.plans.models import Occurrence, PlanVersion
from yunheng.plans.queries import active_rows
from yunheng.plans.rules.phrases import read_phrase

WHEN = at("2021-08-01 09:00")
QUARTERLY = read_phrase("每季度", (at("2021-07-01 00:00").date(), at("2022-06-30 00:00").date()))


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    return cast


def test_an_interpretation_takes_effect_when_three_parties_have_confirmed(office: Cast) -> None:
    a_plan(office)
    proposed = propose_interpretation(
        row=the_row("R33"), text="每月一次，月末前完成。", actor=office.vendor.actor, now=WHEN
    )
    for who in ("vendor", "owner", "supervisor"):
        assert the_row("R33").interpretation == ""
        confirm_interpretation(interpretation=proposed, approve=True, actor=getattr(office, who).actor, now=WHEN)
    row = the_row("R33")
    assert (row.interpretation, row.interpreted_at, row.revision) == ("每月一次，月末前完成。", WHEN, 1)


def test_one_no_rejects_an_interpretation_and_needs_a_reason(office: Cast) -> None:
    a_plan(office)
    proposed = propose_interpretation(row=the_row("R33"), text="每月一次。", actor=office.vendor.actor, now=WHEN)
    with pytest.raises(Invalid):
        confirm_interpretation(interpretation=proposed, approve=False, actor=office.owner.actor, now=WHEN)
    confirm_interpretation(
        interpretation=proposed, approve=False, reason="合同写的是每周", actor=office.owner.actor, now=WHEN
    )
    assert proposed.state == "rejected"
    propose_interpretation(row=the_row("R33"), text="每周一次。", actor=office.owner.actor, now=WHEN)


def test_only_a_party_is_asked_and_each_only_once(office: Cast) -> None:
    a_plan(office)
    proposed = propose_interpretation(row=the_row("R33"), text="每月一次。", actor=office.vendor.actor, now=WHEN)
    with pytest.raises(Conflict):
        propose_interpretation(row=the_row("R33"), text="另一种。", actor=office.owner.actor, now=WHEN)
    confirm_interpretation(interpretation=proposed, approve=True, actor=office.owner.actor, now=WHEN)
    for who, error in (("owner", Refused), ("engineer", Refused), ("auditor", Refused), ("outsider", Unseen)):
        with pytest.raises(error):
            confirm_interpretation(interpretation=proposed, approve=True, actor=getattr(office, who).actor, now=WHEN)


def test_another_reading_makes_a_new_revision_from_the_first_free_day(office: Cast) -> None:
    a_plan(office)
    complete_occurrence(
        occurrence=the_occurrence("R33/2021-07/1"),
        mark="完成",
        occurred_at=at("2021-07-20 09:00"),
        actor=office.engineer.actor,
        now=at("2021-07-20 09:30"),
    )
    assert QUARTERLY is not None
    proposed = propose_interpretation(
        row=the_row("R33"), text="按季度。", reading=QUARTERLY.reading, actor=office.vendor.actor, now=WHEN
    )
    for who in ("vendor", "owner", "supervisor"):
        confirm_interpretation(interpretation=proposed, approve=True, actor=getattr(office, who).actor, now=WHEN)
    settle_events(WHEN)
    row = the_row("R33")
    assert (row.label, row.reading["freq"], str(row.version.valid_from)) == ("R33.2", "quarter", "2021-08-01")
    assert [item.row_id for item in active_rows(office.project.pk)] == ["R33"]
    live = Occurrence.objects.exclude(state="withdrawn").order_by("due_at").values_list("number", flat=True)
    assert list(live) == [
        "R33/2021-07/1",
        "R33.2/2021-10..12/1",
        "R33.2/2022-01..03/1",
        "R33.2/2022-04..06/1",
    ]


def test_a_reading_that_the_calendar_cannot_follow_is_refused(office: Cast) -> None:
    a_plan(office)
    with pytest.raises(Invalid):
        propose_interpretation(
            row=the_row("R33"),
            text="…",
            reading={"kind": "periodic", "freq": "fortnight", "marks": []},
            actor=office.vendor.actor,
            now=WHEN,
        )


def changed(office: Cast, **more: object) -> PlanVersion:
    drafts = [a_draft("R33", "每季度"), a_draft("R34")]
    return propose_version(
        project=office.project,
        plan=a_plan_file(*drafts),
        valid_from=at("2021-10-01 00:00").date(),
        reason="补充协议第1号",
        actor=office.owner.actor,
        now=WHEN,
    )


def test_a_change_is_in_force_when_every_party_has_agreed(office: Cast) -> None:
    a_plan(office, a_draft("R33"), a_draft("R20", "按需"))
    version = changed(office)
    assert (version.state, the_row("R33").version == version) == ("proposed", True)
    assert {row.row_id: row.revision for row in active_rows(office.project.pk)} == {"R33": 1, "R20": 1}
    for who in ("owner", "vendor", "supervisor"):
        decide_version(version=version, approve=True, actor=getattr(office, who).actor, now=WHEN)
    settle_events(WHEN)
    assert {row.row_id: row.revision for row in active_rows(office.project.pk)} == {"R33": 2, "R34": 1}
    numbers = Occurrence.objects.exclude(state="withdrawn").values_list("number", flat=True)
    assert "R33/2021-09/1" in numbers
    assert "R33/2021-10/1" not in numbers
    assert "R33.2/2021-10..12/1" in numbers
    assert "R34/2021-10/1" in numbers
    assert "R34/2021-09/1" not in numbers


def test_a_rejected_change_leaves_the_plan_as_it_was(office: Cast) -> None:
    a_plan(office, a_draft("R33"), a_draft("R20", "按需"))
    version = changed(office)
    decide_version(version=version, approve=False, reason="不同意", actor=office.vendor.actor, now=WHEN)
    assert version.state == "rejected"
    assert {row.row_id: row.revision for row in active_rows(office.project.pk)} == {"R33": 1, "R20": 1}
    assert not Occurrence.objects.filter(state="withdrawn").exists()


def test_a_change_cannot_reach_behind_recorded_work_and_needs_a_reason(office: Cast) -> None:
    a_plan(office, a_draft("R33"))
    complete_occurrence(
        occurrence=the_occurrence("R33/2021-10/1"),
        mark="完成",
        occurred_at=at("2021-10-20 09:00"),
        actor=office.engineer.actor,
        now=at("2021-10-20 09:30"),
    )
    with pytest.raises(Invalid, match="R33"):
        changed(office)
    with pytest.raises(Invalid):
        propose_version(
            project=office.project,
            plan=a_plan_file(a_draft("R34")),
            valid_from=at("2021-11-01 00:00").date(),
            reason="",
            actor=office.owner.actor,
            now=WHEN,
        )


def test_an_import_can_be_withdrawn_until_work_was_recorded(office: Cast) -> None:
    version = a_plan(office)
    withdraw_version(version=version, reason="传错文件", actor=office.owner.actor, now=WHEN)
    assert not active_rows(office.project.pk).exists()
    assert set(Occurrence.objects.values_list("state", flat=True)) == {"withdrawn"}
    again = start_plan(project=office.project, plan=a_plan_file(), actor=office.owner.actor, now=WHEN)
    assert again.number == 2
    generate(project=office.project, actor=SYSTEM, now=WHEN)
    complete_occurrence(
        occurrence=the_occurrence("R33.2/2021-08/1"),
        mark="完成",
        occurred_at=at("2021-08-20 09:00"),
        actor=office.engineer.actor,
        now=at("2021-08-20 09:30"),
    )
    with pytest.raises(Conflict):
        withdraw_version(version=again, reason="传错文件", actor=office.owner.actor, now=WHEN)
