"""Where obligations start: chosen once with a reason, in force when the three parties have signed."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from yunheng.contracts.access import CONTRACT, decisions_on
from yunheng.contracts.actions.signing import ask_three, outcome, withdraw_open
from yunheng.contracts.events import AnchorSigned
from yunheng.contracts.models import Contract
from yunheng.foundation import access, audit, decisions, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Decision
from yunheng.foundation.writing import writing

ANCHOR = "anchor"


def sign_anchor(
    *, contract: Contract, kind: str, day: date, reason: str, actor: Actor, now: datetime, paper: str = ""
) -> Contract:
    """Propose the anchor and ask the three parties to sign. ``paper``: number of the paper on which they have signed
    already; only the system (an import) may vouch for that.

    Raises Conflict when an anchor was chosen before: another one is an amendment of the contract.
    """
    access.require(actor, "propose", CONTRACT, contract.scope, now, reference=contract.number)
    if paper and not actor.is_system:
        raise Refused(_("A signature on paper comes in with the contract's import."))
    _check(contract, kind, day, reason)
    with writing():
        changed = Contract.objects.filter(pk=contract.pk, anchor_kind="").update(
            anchor_kind=kind, anchor_date=day, anchor_reason=reason.strip()
        )
        if not changed:
            raise Conflict(
                _("The start anchor was chosen already."),
                way_out=_("Another one later is an amendment of the contract."),
            )
        contract.refresh_from_db()
        _tell(contract, "propose-anchor", {"anchor": kind, "day": day, "reason": reason.strip()}, actor, now)
        if ask_three(contract=contract, question=ANCHOR, actor=actor, now=now, paper=paper):
            _put_in_force(contract, actor, now)
    return contract


def answer_anchor(
    *, contract: Contract, decision: Decision, approve: bool, reason: str, actor: Actor, now: datetime
) -> Contract:
    """One party signs or declines; a no frees the choice again."""
    access.require(actor, "sign", CONTRACT, contract.scope, now, reference=contract.number)
    with writing():
        decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        found = outcome(contract, ANCHOR)
        if found == Decision.State.REJECTED:
            withdraw_open(contract, ANCHOR, now)
            # A later proposal asks anew: what was answered belongs to this one.
            _close(contract, now)
            contract.anchor_kind, contract.anchor_date, contract.anchor_reason = "", None, ""
            contract.save(update_fields=["anchor_kind", "anchor_date", "anchor_reason"])
            _tell(contract, "decline-anchor", {"reason": reason}, actor, now)
        elif found == Decision.State.APPROVED:
            _put_in_force(contract, actor, now)
    return contract


def announce_anchor(contract: Contract, now: datetime) -> None:
    assert contract.anchor_date is not None  # contract_anchor_complete
    events.publish(
        AnchorSigned(contract.number, contract.scope_id, contract.anchor_kind, contract.anchor_date.isoformat()),
        scope=contract.scope,
        aggregate=f"{CONTRACT}:{contract.number}",
        now=now,
    )


def _put_in_force(contract: Contract, actor: Actor, now: datetime) -> None:
    contract.anchor_signed_at = now
    contract.save(update_fields=["anchor_signed_at"])
    _tell(contract, "sign-anchor", {"anchor": contract.anchor_kind, "day": contract.anchor_date}, actor, now)
    announce_anchor(contract, now)


def _close(contract: Contract, now: datetime) -> None:
    decisions_on(contract).filter(question=ANCHOR).update(question=f"{ANCHOR} {now:%Y%m%dT%H%M%S%f}")


def _check(contract: Contract, kind: str, day: date, reason: str) -> None:
    fields = {}
    if kind not in Contract.Anchor.values:
        fields["kind"] = _("Choose where obligations start.")
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if not contract.service_from <= day <= contract.service_to:
        fields["day"] = _("Choose a day of the service period.")
    if fields:
        raise Invalid(_("The start anchor cannot be proposed yet."), fields=fields)


def _tell(contract: Contract, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(
        scope=contract.scope, actor=actor, now=now, verb=verb, kind=CONTRACT, reference=contract.number, facts=facts
    )
