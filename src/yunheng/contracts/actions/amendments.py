"""A contract changes when the three parties have signed the change; what stood before is kept beside it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.contracts.access import CONTRACT
from yunheng.contracts.actions.anchors import announce_anchor
from yunheng.contracts.actions.projects import AMENDMENTS, fault_words
from yunheng.contracts.actions.signing import ask_three, outcome, withdraw_open
from yunheng.contracts.models import Amendment, Contract
from yunheng.contracts.rules.money import fault_of
from yunheng.foundation import access, audit, decisions, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Decision
from yunheng.foundation.writing import writing

Subject = Amendment.Subject


def propose_amendment(
    *, contract: Contract, subject: str, after: str, reason: str, actor: Actor, now: datetime
) -> Amendment:
    """``after`` is an amount for the price, a day for the end of service, `work_order 2021-07-15` for the anchor."""
    access.require(actor, "propose", CONTRACT, contract.scope, now, reference=contract.number)
    before = value_of(contract, subject)
    _check(contract, subject, before, after, reason)
    try:
        with writing():
            amendment = Amendment.objects.create(
                scope=contract.scope,
                number=numbering.next_number(contract.scope, AMENDMENTS, timezone.localtime(now).year),
                subject=subject,
                contract=contract,
                before=before,
                after=after,
                reason=reason.strip(),
                recorded_at=now,
                recorded_by_id=actor.id,
                recorded_by=actor.label,
            )
            _tell(amendment, "propose-amendment", actor, now)
            if ask_three(contract=contract, question=question_of(amendment), actor=actor, now=now):
                _put_in_force(amendment, actor, now)
    except IntegrityError:
        raise Conflict(_("Such an amendment waits for signatures already.")) from None
    return amendment


def answer_amendment(
    *, amendment: Amendment, decision: Decision, approve: bool, reason: str, actor: Actor, now: datetime
) -> Amendment:
    """One party signs or declines; the third yes puts it in force, a no ends it."""
    contract = amendment.contract
    if contract is None or decision.question != question_of(amendment):
        raise Conflict(_("This signature belongs to something else."))
    access.require(actor, "sign", CONTRACT, contract.scope, now, reference=contract.number)
    with writing():
        decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        found = outcome(contract, question_of(amendment))
        if found == Decision.State.REJECTED:
            withdraw_open(contract, question_of(amendment), now)
            amendment.state = Amendment.State.REJECTED
            amendment.save(update_fields=["state"])
            _tell(amendment, "decline-amendment", actor, now)
        elif found == Decision.State.APPROVED:
            _put_in_force(amendment, actor, now)
    return amendment


def question_of(amendment: Amendment) -> str:
    return f"amendment {amendment.number}"


def value_of(contract: Contract, subject: str) -> str:
    """What stands now, as an amendment writes it."""
    match subject:
        case Subject.PRICE:
            return str(contract.price)
        case Subject.SERVICE_TO:
            return contract.service_to.isoformat()
        case Subject.ANCHOR:
            return f"{contract.anchor_kind} {contract.anchor_date}" if contract.anchor_signed_at else ""
    raise Invalid(_("There is nothing of this kind to amend."), fields={"subject": _("Choose again.")})


def _put_in_force(amendment: Amendment, actor: Actor, now: datetime) -> None:
    contract = amendment.contract
    assert contract is not None  # amendment_names_its_record
    amendment.state, amendment.in_force_at = Amendment.State.IN_FORCE, now
    amendment.save(update_fields=["state", "in_force_at"])
    match amendment.subject:
        case Subject.PRICE:
            contract.price = Decimal(amendment.after)
        case Subject.SERVICE_TO:
            contract.service_to = date.fromisoformat(amendment.after)
        case Subject.ANCHOR:
            kind, day = amendment.after.split(" ")
            contract.anchor_kind, contract.anchor_date = kind, date.fromisoformat(day)
            contract.anchor_reason = amendment.reason
    contract.save()
    _tell(amendment, "amend", actor, now)
    if amendment.subject == Subject.ANCHOR:
        announce_anchor(contract, now)


def _check(contract: Contract, subject: str, before: str, after: str, reason: str) -> None:
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Write why.")
    try:
        match subject:
            case Subject.PRICE:
                if fault := fault_of(Decimal(after)):
                    fields["after"] = fault_words(fault)
            case Subject.SERVICE_TO:
                if date.fromisoformat(after) < contract.service_from:
                    fields["after"] = _("The period ends before it begins.")
            case _other:
                kind, day = after.split(" ")
                if kind not in Contract.Anchor.values or not before:
                    fields["subject"] = _("An anchor is amended once it was signed.")
                if not contract.service_from <= date.fromisoformat(day) <= contract.service_to:
                    fields["after"] = _("Choose a day of the service period.")
    except (ValueError, InvalidOperation):
        fields["after"] = _("Write an amount or a day.")
    if not fields and before == after:
        fields["after"] = _("This stands already.")
    if fields:
        raise Invalid(_("The amendment cannot be proposed yet."), fields=fields)


def _tell(amendment: Amendment, verb: str, actor: Actor, now: datetime) -> None:
    assert amendment.contract is not None
    audit.record(
        scope=amendment.scope,
        actor=actor,
        now=now,
        verb=verb,
        kind=CONTRACT,
        reference=amendment.contract.number,
        facts={
            "amendment": amendment.number,
            "subject": amendment.subject,
            "before": amendment.before,
            "after": amendment.after,
            "reason": amendment.reason,
        },
    )
