"""From frozen scheme to seal: what is computed, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast
from tests.contracts.builders import a_node
from tests.evaluation.builders import BEFORE, Faults, a_weighed_office, plain, worked_example

from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.actions.schemes import SIGNERS, ask_late_freeze, freeze_scheme, propose_scheme
from yunheng.evaluation.actions.sealing import seal
from yunheng.evaluation.models import Evaluation, ManualValue, Scheme
from yunheng.evaluation.verification import verify
from yunheng.foundation import decisions
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.measures import MeasureResult
from yunheng.foundation.models import AuditEntry


@pytest.mark.parametrize(
    ("weights", "total", "grade"),
    [("points100", "91.96", "优"), ("equal", "89.09", "良"), ("cz2020", "91.99", "优"), ("level2", "92.06", "优")],
)
def test_the_worked_example_comes_out_by_every_weight_scheme(cast: Cast, weights: str, total: str, grade: str) -> None:
    project, _scheme = a_weighed_office(cast, weights=weights)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    assert (row.result["total"], row.result["grade"], row.result["blocking"]) == (total, grade, [])


def test_the_same_data_give_the_same_draft_whenever_they_are_asked(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example() as faults:
        first = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        second = evaluate(project=project, actor=cast.supervisor.actor, now=NOW + timedelta(days=3))
    assert first == second
    assert faults.calls == 2  # three measures share one register
    assert first.number == "EVA-2022-000001"


def test_the_share_of_back_filled_records_counts_each_record_once(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    assert row.result["back_filled_share"] == "9.52"  # 12 of 126


def test_one_contract_is_judged_by_its_own_row_of_the_matrix(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    contract = project.sub_projects.get(no=2).contract
    with worked_example():
        row = evaluate(project=project, contract=contract, actor=cast.owner.actor, now=NOW)
    states = {item["id"]: item["state"] for item in row.result["indicators"]}
    assert states["I09"] == "not_applicable"
    assert states["B01"] == "not_applicable"
    assert states["I04"] == "measured"


def test_another_frame_is_a_trial_whose_unmeasured_items_are_missing(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    frame = propose_scheme(
        project=project,
        code="frame",
        name="共性框架",
        kernel="cz2020-frame",
        weights=None,
        actor=cast.owner.actor,
        now=NOW,
    )
    with worked_example():
        row = evaluate(project=project, scheme=frame, actor=cast.owner.actor, now=NOW)
        assert verify(row, now=NOW).holds
    assert row.trial
    assert row.result["total"] is None
    assert "F01" in row.result["blocking"]


def test_weights_of_ones_own_are_a_trial_that_verifies(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, weights={"I04": "60", "I05": "40"}, actor=cast.owner.actor, now=NOW)
        assert verify(row, now=NOW).holds
    assert (row.trial, row.result["total"]) == (True, "98.51")


def test_nothing_is_weighed_before_a_scheme_is_frozen(cast: Cast) -> None:
    project, scheme = a_weighed_office(cast)
    Scheme.objects.filter(pk=scheme.pk).update(retired_at=NOW)
    with pytest.raises(Invalid, match="freezes its weights first"):
        evaluate(project=project, actor=cast.owner.actor, now=NOW)


def test_other_weights_are_a_trial_that_is_logged_and_never_sealed(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, weights="equal", actor=cast.owner.actor, now=NOW)
        assert row.trial
        assert row.result["total"] == "89.09"
        with pytest.raises(Invalid, match="trial is never sealed"):
            seal(evaluation=row, actor=cast.owner.actor, now=NOW)
    assert AuditEntry.objects.filter(verb="try", reference=row.number).exists()


def test_a_missing_value_leaves_no_total_and_blocks_the_seal_until_a_person_enters_it(cast: Cast) -> None:
    project, scheme = a_weighed_office(cast)
    with worked_example(plans__systems_maintained=lambda request: MeasureResult("missing")):
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        assert (row.result["total"], row.result["blocking"]) == (None, ["I02"])
        with pytest.raises(Invalid, match="I02"):
            seal(evaluation=row, actor=cast.owner.actor, now=NOW)
        ManualValue.objects.create(
            scope=project.scope,
            scheme=scheme,
            indicator="I02",
            first=row.first,
            last=row.last,
            state="measured",
            inputs={"numerator": 4, "denominator": 4},
            reason="逐月维护记录齐全",
            evidence="维护记录汇编第3册",
            entered_at=NOW,
            entered_by="owner",
            approved_at=NOW,
            approved_by="owner",
        )
        again = evaluate(project=project, actor=cast.owner.actor, now=NOW + timedelta(minutes=1))
    assert again.result["total"] == "91.96"
    entered = next(item for item in again.result["indicators"] if item["id"] == "I02")
    assert entered["manual"][0]["reason"] == "逐月维护记录齐全"


def test_a_value_entered_for_one_contract_is_pooled_with_the_measured_rest(cast: Cast) -> None:
    project, scheme = a_weighed_office(cast)
    from fractions import Fraction

    partly = MeasureResult("missing", parts={"C1": (Fraction(3), Fraction(3))})
    with worked_example(plans__systems_maintained=lambda request: partly):
        ManualValue.objects.create(
            scope=project.scope,
            scheme=scheme,
            indicator="I02",
            contract_code="C2",
            first=project.service_from,
            last=project.service_to,
            state="measured",
            inputs={"numerator": 1, "denominator": 1},
            reason="无计划行，按实际维护记录认定",
            evidence="月报",
            entered_at=NOW,
            entered_by="owner",
            approved_at=NOW,
            approved_by="owner",
        )
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    found = next(item for item in row.result["indicators"] if item["id"] == "I02")
    assert (found["numerator"], found["denominator"], found["score"]) == (4, 4, "100.00")


def test_only_the_owners_lead_seals_and_others_are_told_or_see_nothing(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        with pytest.raises(Refused):
            seal(evaluation=row, actor=cast.supervisor.actor, now=NOW)
        with pytest.raises(Unseen):
            seal(evaluation=row, actor=cast.vendor.actor, now=NOW)
        sealed = seal(evaluation=row, actor=cast.owner.actor, now=NOW)
    assert sealed.number == "SEAL-2022-000001"
    assert Evaluation.objects.get(pk=row.pk).state == "sealed"
    entry = AuditEntry.objects.get(sequence=sealed.chain_sequence)
    assert entry.verb == "seal"


def test_sealing_twice_is_one_seal_and_a_second_draft_cannot_be_sealed_beside_it(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        first = seal(evaluation=row, actor=cast.owner.actor, now=NOW)
        assert seal(evaluation=row, actor=cast.owner.actor, now=NOW) == first
    with worked_example(Faults(resolved=100)):
        other = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        with pytest.raises(Conflict, match="sealed already"):
            seal(evaluation=other, actor=cast.owner.actor, now=NOW)


def test_the_seal_lets_the_instalments_be_paid_that_waited_for_it(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    contract = project.sub_projects.get(no=1).contract
    early, last = a_node(contract, 1), a_node(contract, 2, needs_verdict=True)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        sealed = seal(evaluation=row, actor=cast.owner.actor, now=NOW)
    early.refresh_from_db()
    last.refresh_from_db()
    assert (early.state, last.state, last.met_reference) == ("waiting", "condition_met", sealed.number)


def test_a_draft_is_not_sealed_once_its_records_have_changed(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    with worked_example(Faults(restored=116)), pytest.raises(Conflict, match="EVA-2022-000002"):
        seal(evaluation=row, actor=cast.owner.actor, now=NOW)


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        seal(evaluation=row, actor=cast.owner.actor, now=NOW)
    with worked_example(Faults(resolved=119)):
        new = evaluate(
            project=project,
            corrects=row,
            correction="correction",
            correction_reason="漏计一起已排除的故障",
            actor=cast.owner.actor,
            now=NOW,
        )
        seal(evaluation=new, actor=cast.owner.actor, now=NOW)
        assert verify(new, now=NOW).holds
    row.refresh_from_db()
    assert (row.state, new.revision, new.seal.number) == ("replaced", 2, "SEAL-2022-000002")


def test_a_late_freeze_needs_a_reason_and_three_signatures(cast: Cast) -> None:
    project, scheme = a_weighed_office(cast)
    late = propose_scheme(project=project, code="2021", name="补", weights="equal", actor=cast.owner.actor, now=NOW)
    with pytest.raises(Invalid, match="three signatures"):
        freeze_scheme(scheme=late, late_reason="当年未定", actor=cast.owner.actor, now=NOW)
    asked = {decision.role: decision for decision in ask_late_freeze(scheme=late, actor=cast.owner.actor, now=NOW)}
    people = {"owner_lead": cast.owner, "vendor_manager": cast.vendor, "supervisor": cast.supervisor}
    assert set(asked) == set(SIGNERS)
    for role, decision in asked.items():
        if role != "vendor_manager":
            decisions.answer(decision=decision, approve=True, reason="同意", actor=people[role].actor, now=NOW)
    with pytest.raises(Invalid, match="Still to sign"):
        freeze_scheme(scheme=late, late_reason="当年未定", actor=cast.owner.actor, now=NOW)
    vendor = asked["vendor_manager"]
    decisions.answer(decision=vendor, approve=True, reason="同意", actor=cast.vendor.actor, now=NOW)
    frozen = freeze_scheme(scheme=late, late_reason="当年未定", actor=cast.owner.actor, now=NOW)
    scheme.refresh_from_db()
    assert frozen.was_late
    assert scheme.retired_at == NOW


@pytest.mark.parametrize(
    ("weights", "said"),
    [({"I04": "50"}, "sum to 50"), ("nonsense", "nonsense"), ({"I99": "100"}, "I99")],
)
def test_weights_that_make_no_sense_are_named(cast: Cast, weights: object, said: str) -> None:
    project, _scheme = a_weighed_office(cast)
    with pytest.raises(Invalid, match=said):
        propose_scheme(project=project, code="x", name="x", weights=weights, actor=cast.owner.actor, now=BEFORE)


def test_judging_asks_a_known_number_of_questions(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with (
        worked_example(contracts__staffing=plain(1)),
        CaptureQueriesContext(
            connection,
        ) as seen,
    ):
        evaluate(project=project, actor=cast.owner.actor, now=NOW)
    assert len(seen) <= 40
