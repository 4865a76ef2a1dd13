"""A time was wrong, a back-filled fact is true after all: a new fact names the old one, nothing is edited."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.assets.models import Device, System
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Source
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.change import changing
from yunheng.servicedesk.models import Ticket, TicketFact

CORRECTABLE = frozenset({"reported", "accepted", "responded", "arrived", "restored", "resolved", "confirmed", "closed"})


def correct_fact(*, fact: TicketFact, occurred_at: datetime, reason: str, actor: Actor, now: datetime) -> TicketFact:
    """The vendor's correction waits for a confirmation; supervisor and owner confirm theirs by making it."""
    if fact.kind not in CORRECTABLE:
        raise Invalid(_("Only times can be corrected this way."))
    if not reason.strip():
        raise Invalid(_("A correction needs a reason."), fields={"reason": _("Write why.")})
    agreed = access.may(actor, "confirm", fact.ticket, now)
    with changing(fact.ticket, actor=actor, now=now, verb="confirm" if agreed else "work", step="correct") as change:
        if TicketFact.objects.filter(corrects=fact).exists():
            raise Conflict(_("This fact has been corrected already."), place=fact.ticket.number)
        value = {key: item for key, item in fact.value.items() if key != "correction"}
        correction = change.fact(
            fact.kind,
            occurred_at,
            value | {"correction": reason.strip()},
            source=Source.BACK_FILLED,
            corrects=fact,
            agreed=agreed,
            verb="correct",
        )
        change.lifts_breaches = agreed
    return correction


def confirm_fact(*, fact: TicketFact, actor: Actor, now: datetime) -> TicketFact:
    """The supervisor or the owner vouches for a back-filled fact: from now on it counts."""
    with changing(fact.ticket, actor=actor, now=now, verb="confirm") as change:
        locked = TicketFact.objects.get(pk=fact.pk)
        waits_for_owner = locked.value.get("needs_approval", False)
        if locked.confirmed_at is not None or locked.corrections.exists() or waits_for_owner:
            raise Conflict(_("There is nothing to confirm here any more."), place=fact.ticket.number)
        change.agree(locked)
        change.audit("confirm_fact", {"fact": locked.kind, "occurred_at": locked.occurred_at})
        change.lifts_breaches = True
    return locked


def place(*, ticket: Ticket, system: System | None, device: Device | None, actor: Actor, now: datetime) -> Ticket:
    """Name the system or device that the ticket is about."""
    for found in (system, device):
        if found is not None and found.scope_id != ticket.scope_id:
            raise Invalid(_("This object belongs to another contract."))
    with changing(ticket, actor=actor, now=now, verb="work") as change:
        value = {"system": system.code if system else "", "device": device.code if device else ""}
        change.fact("placed", change.ticket.reported_at, value, source=Source.ON_SITE)
    return ticket
