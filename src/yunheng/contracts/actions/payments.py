"""Money: instalments whose condition is met, payments, corrections. A payment is a fact and stays as entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from yunheng.contracts.access import PAYMENT
from yunheng.contracts.actions.projects import fault_words
from yunheng.contracts.events import PaymentRecorded
from yunheng.contracts.models import Contract, Payment, PaymentNode
from yunheng.contracts.rules.money import fault_of
from yunheng.foundation import access, audit, events, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Scope, Source
from yunheng.foundation.writing import writing

SERIES = "PAY"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """``amount`` in yuan, ``paid_on`` the day the treasury paid, ``voucher`` the number of its paper."""

    paid_on: date
    amount: Decimal
    voucher: str
    note: str = ""
    source: str = Source.ON_SITE


def record_payment(
    *,
    contract: Contract,
    facts: PaymentFacts,
    node: PaymentNode | None = None,
    actor: Actor,
    now: datetime,
    number: str = "",
) -> Payment:
    """Paying an instalment whose condition is not met is possible and needs ``facts.note`` as its reason.

    ``number`` was reserved by an import. Raises Conflict when this voucher of that day was entered before.
    """
    access.require(actor, "record", PAYMENT, contract.scope, now, reference=contract.number)
    _check(contract, facts, now)
    if facts.amount == 0:
        raise Invalid(_("A payment of nothing is no payment."), fields={"amount": _("Write the amount.")})
    if node is not None and node.contract_id != contract.pk:
        raise Invalid(_("This payment node belongs to another contract."), fields={"node": _("Choose again.")})
    if node is not None and node.state == PaymentNode.State.WAITING and not facts.note.strip():
        raise Invalid(
            _("The condition of this payment node is not met yet."),
            fields={"note": _("Write why it was paid all the same.")},
        )
    with writing():
        payment = _append(contract, facts, node, None, number, actor, now)
        if node is not None:
            _mark_paid(node, payment, actor, now)
    return payment


def correct_payment(*, payment: Payment, facts: PaymentFacts, actor: Actor, now: datetime) -> Payment:
    """A new fact that names the wrong one; amount 0 says it never happened. ``facts.note`` is the reason."""
    access.require(actor, "record", PAYMENT, payment.scope, now, reference=payment.number)
    _check(payment.contract, facts, now)
    if not facts.note.strip():
        raise Invalid(_("A correction needs its reason."), fields={"note": _("Write why.")})
    with writing():
        return _append(payment.contract, facts, payment.node, payment, "", actor, now)


def confirm_payment(*, payment: Payment, actor: Actor, now: datetime) -> Payment:
    """A back-filled payment counts once somebody else of owner or supervisor has confirmed it."""
    access.require(actor, "confirm", PAYMENT, payment.scope, now, reference=payment.number)
    if payment.recorded_by_id is not None and payment.recorded_by_id == actor.id:
        raise Refused(_("Who entered a payment does not confirm it."))
    with writing():
        changed = Payment.objects.filter(pk=payment.pk, source=Source.BACK_FILLED, confirmed_at__isnull=True).update(
            confirmed_at=now, confirmed_by_id=actor.id, confirmed_by=actor.label
        )
        if not changed:
            raise Conflict(_("This payment needs no confirmation."))
        _tell(payment.scope, payment.number, "confirm", {"amount": payment.amount}, actor, now)
    payment.refresh_from_db()
    return payment


def payment_condition_met(*, scope: Scope, reference: str, actor: Actor, now: datetime) -> list[PaymentNode]:
    """A verdict on a project or contract was sealed (``reference``): instalments that waited for it may be paid."""
    access.require(actor, "declare_met", PAYMENT, scope, now, reference=reference)
    with writing():
        waiting = list(
            PaymentNode.objects.filter(
                Q(contract__scope=scope) | Q(contract__scope__parent=scope),
                needs_verdict=True,
                state=PaymentNode.State.WAITING,
            ).select_related("contract__scope")
        )
        for node in waiting:
            _meet(node, reference, "", actor, now)
    return waiting


def declare_condition_met(
    *, node: PaymentNode, reference: str = "", reason: str = "", actor: Actor, now: datetime
) -> PaymentNode:
    """The owner's word, by a paper (``reference``) or in spite of a missing one (``reason``)."""
    scope = node.contract.scope
    access.require(actor, "declare_met", PAYMENT, scope, now, reference=node.contract.number)
    if not reference.strip() and not reason.strip():
        raise Invalid(
            _("Name the paper that proves it, or say why it is paid without one."),
            fields={"reference": _("Write the number of the paper, or a reason below.")},
        )
    with writing():
        if node.state != PaymentNode.State.WAITING:
            raise Conflict(_("The condition of this payment node is met already."))
        _meet(node, reference.strip(), reason.strip(), actor, now)
    return node


def _append(
    contract: Contract,
    facts: PaymentFacts,
    node: PaymentNode | None,
    corrects: Payment | None,
    number: str,
    actor: Actor,
    now: datetime,
) -> Payment:
    payment = Payment(
        scope=contract.scope,
        contract=contract,
        node=node,
        number=number or numbering.next_number(contract.scope, SERIES, facts.paid_on.year),
        paid_on=facts.paid_on,
        amount=facts.amount,
        voucher=facts.voucher.strip(),
        note=facts.note.strip(),
        occurred_at=datetime.combine(facts.paid_on, datetime.min.time(), ZoneInfo(contract.scope.zone)),
        recorded_at=now,
        source=facts.source,
        corrects=corrects,
    )
    payment.signed_by(actor)
    try:
        with writing():
            payment.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            _("This payment was corrected already.") if corrects else _("This voucher was entered already."),
            way_out=_("Open the payment that has it."),
        ) from None
    earlier = corrects.number if corrects else ""
    _tell(
        contract.scope,
        payment.number,
        "correct" if corrects else "record",
        {
            "contract": contract.number,
            "paid_on": payment.paid_on,
            "amount": payment.amount,
            "voucher": payment.voucher,
            "note": payment.note,
            "source": payment.source,
            "corrects": earlier,
        },
        actor,
        now,
    )
    events.publish(
        PaymentRecorded(payment.number, contract.scope_id, str(payment.paid_on), str(payment.amount), earlier),
        scope=contract.scope,
        aggregate=f"{PAYMENT}:{contract.number}",
        now=now,
    )
    return payment


def _check(contract: Contract, facts: PaymentFacts, now: datetime) -> None:
    fields = {}
    if fault := fault_of(facts.amount):
        fields["amount"] = fault_words(fault)
    if not facts.voucher.strip():
        fields["voucher"] = _("Write the number of the voucher.")
    if facts.paid_on > now.astimezone(ZoneInfo(contract.scope.zone)).date():
        fields["paid_on"] = _("This day has not come yet.")
    if fields:
        raise Invalid(_("The payment cannot be recorded yet."), fields=fields)


def _meet(node: PaymentNode, reference: str, reason: str, actor: Actor, now: datetime) -> None:
    node.state, node.met_at, node.met_by = PaymentNode.State.CONDITION_MET, now, actor.label
    node.met_reference, node.met_reason = reference, reason
    node.save(update_fields=["state", "met_at", "met_by", "met_reference", "met_reason"])
    facts = {"node": node.no, "reference": reference, "reason": reason}
    _tell(node.contract.scope, node.contract.number, "condition-met", facts, actor, now)


def _mark_paid(node: PaymentNode, payment: Payment, actor: Actor, now: datetime) -> None:
    if node.state == PaymentNode.State.WAITING:
        _meet(node, "", payment.note, actor, now)
    node.state = PaymentNode.State.PAID
    node.save(update_fields=["state"])


def _tell(scope: Scope, reference: str, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(scope=scope, actor=actor, now=now, verb=verb, kind=PAYMENT, reference=reference, facts=facts)
