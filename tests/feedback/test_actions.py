from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.cast import Cast
from tests.feedback.builders import a_complaint, a_signed_month, at

from yunheng.feedback import access
from yunheng.feedback.actions import (
    comment_on_complaint,
    dispose_of_complaint,
    open_complaint,
    prepare_month,
    retract_signature,
    sign_month,
)
from yunheng.feedback.queries import parties_of
from yunheng.foundation import registers
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry
from yunheng.secops.actions import report_event

WHEN = at("2021-09-11 09:00")
SEPTEMBER = date(2021, 9, 1)


# ---------------------------------------------------------------- complaints


def test_a_clerk_complains_and_sees_his_own_complaint_only(cast: Cast) -> None:
    mine = open_complaint(scope=cast.contract, subject="没人修", actor=cast.clerk.actor, now=WHEN)
    a_complaint(cast.contract)
    assert mine.number == "CMP-2021-000001"
    assert list(access.complaints(cast.clerk.actor, WHEN)) == [mine]
    assert access.complaints(cast.owner.actor, WHEN).count() == 2
    assert not access.complaints(cast.outsider.actor, WHEN).exists()


def test_the_owner_alone_disposes_and_with_a_reason(cast: Cast) -> None:
    complaint = a_complaint(cast.contract)
    for who, error in (("vendor", Refused), ("supervisor", Refused), ("clerk", Refused), ("engineer", Unseen)):
        with pytest.raises(error):
            dispose_of_complaint(
                complaint=complaint, disposition="accepted", reason="属实", actor=getattr(cast, who).actor, now=WHEN
            )
    with pytest.raises(Invalid) as refused:
        dispose_of_complaint(complaint=complaint, disposition="to_ticket", reason="", actor=cast.owner.actor, now=WHEN)
    assert set(refused.value.fields) == {"reason", "ticket"}
    dispose_of_complaint(
        complaint=complaint, disposition="accepted", reason="属实", actor=cast.owner.actor, now=WHEN, substantiated=True
    )
    assert (complaint.disposition, complaint.decided_by, complaint.substantiated) == ("accepted", "owner", True)


def test_vendor_and_supervisor_may_comment(cast: Cast) -> None:
    complaint = a_complaint(cast.contract)
    comment_on_complaint(complaint=complaint, text="已上门", actor=cast.vendor.actor, now=WHEN)
    comment_on_complaint(complaint=complaint, text="情况属实", actor=cast.supervisor.actor, now=WHEN)
    assert complaint.facts.filter(kind="commented").count() == 2
    with pytest.raises(Refused):
        comment_on_complaint(complaint=complaint, text="?", actor=cast.auditor.actor, now=WHEN)


def test_the_chain_holds_no_name_of_a_complainant(cast: Cast) -> None:
    open_complaint(scope=cast.contract, subject="没人修", complainant="王某", actor=cast.owner.actor, now=WHEN)
    body = bytes(AuditEntry.objects.get(verb="received").body).decode()
    assert "王某" not in body
    assert "hmac:" in body


# ---------------------------------------------------------------- monthly signatures


def test_a_month_is_vouched_for_by_owner_or_supervisor_not_by_the_vendor(cast: Cast) -> None:
    def open_months() -> set[date]:
        return registers.kept(cast.contract.pk, registers.COMPLAINTS, [SEPTEMBER])

    signature = a_signed_month(cast, cast.contract, SEPTEMBER, who=("vendor",))
    assert open_months() == {SEPTEMBER}
    sign_month(signature=signature, actor=cast.supervisor.actor, now=at("2022-07-05 10:00"))
    assert open_months() == set()
    assert parties_of([signature])[signature.pk] == {"vendor", "supervisor"}


def test_a_signature_is_known_from_when_it_was_given_until_it_is_taken_back(cast: Cast) -> None:
    signature = a_signed_month(cast, cast.contract, SEPTEMBER, now=at("2021-10-08 09:00"))

    def gap(as_of: str) -> set[date]:
        return registers.kept(cast.contract.pk, registers.INCIDENTS, [SEPTEMBER], as_of=at(as_of))

    assert gap("2021-10-08 08:00") == {SEPTEMBER}
    assert gap("2021-10-08 10:00") == set()
    with pytest.raises(Refused):
        retract_signature(
            signing=signature.signings.get(), reason="有误", actor=cast.vendor.actor, now=at("2021-10-09 09:00")
        )
    retract_signature(
        signing=signature.signings.get(), reason="有误", actor=cast.owner.actor, now=at("2021-10-09 09:00")
    )
    assert gap("2021-10-09 10:00") == {SEPTEMBER}
    assert gap("2021-10-08 10:00") == set()


def test_a_nil_return_cannot_contradict_a_register(cast: Cast) -> None:
    report_event(
        scope=cast.contract, title="网页被改", occurred_at=at("2021-09-10 10:00"), actor=cast.owner.actor, now=WHEN
    )
    with pytest.raises(Invalid) as refused:
        a_signed_month(cast, cast.contract, SEPTEMBER)
    assert set(refused.value.fields) == {"nil_security"}
    a_signed_month(cast, cast.contract, SEPTEMBER, nil_security=False)


def test_an_empty_register_has_to_be_called_empty(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        a_signed_month(cast, cast.contract, SEPTEMBER, nil_complaints=False)
    assert set(refused.value.fields) == {"nil_complaints"}


def test_a_month_is_signed_after_its_end_once_per_party_and_then_stands(cast: Cast) -> None:
    words: dict[str, Any] = {"nil_incidents": True, "nil_security": True, "nil_complaints": True}
    signature = prepare_month(scope=cast.contract, month=SEPTEMBER, actor=cast.vendor.actor, now=WHEN, **words)
    with pytest.raises(Invalid):
        sign_month(signature=signature, actor=cast.vendor.actor, now=at("2021-09-30 23:59"))
    sign_month(signature=signature, actor=cast.vendor.actor, now=at("2021-10-01 00:00"))
    with pytest.raises(Conflict):
        sign_month(signature=signature, actor=cast.vendor.actor, now=at("2021-10-01 00:01"))
    with pytest.raises(Conflict):
        prepare_month(scope=cast.contract, month=SEPTEMBER, actor=cast.owner.actor, now=at("2021-10-02 09:00"))
    for who, error in (("engineer", Refused), ("auditor", Refused), ("outsider", Unseen)):
        with pytest.raises(error):
            sign_month(signature=signature, actor=getattr(cast, who).actor, now=at("2021-10-03 09:00"))


def test_a_month_is_signed_per_contract(cast: Cast) -> None:
    with pytest.raises(Invalid):
        prepare_month(scope=cast.project, month=SEPTEMBER, actor=cast.owner.actor, now=WHEN)
