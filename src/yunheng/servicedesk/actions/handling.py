"""The steps of a ticket from accepting to closing. Each appends one fact with the time at which it happened."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.events import WorkDone
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.change import changing
from yunheng.servicedesk.events import TicketReopened, TicketResolved
from yunheng.servicedesk.models import Ticket

RESTORED_BY = ("temporary", "spare", "repair")


def accept(*, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None) -> Ticket:
    with changing(ticket, actor=actor, now=now, verb="work", step="accept") as change:
        change.fact("accepted", occurred_at or now)
    return ticket


def assign(
    *,
    ticket: Ticket,
    assignee: Actor,
    actor: Actor,
    now: datetime,
    team: str = "",
    occurred_at: datetime | None = None,
) -> Ticket:
    with changing(ticket, actor=actor, now=now, verb="work", step="assign") as change:
        value = {"assignee_id": assignee.id, "assignee": assignee.label, "team": team.strip()}
        change.fact("assigned", occurred_at or now, value)
    return ticket


def respond(
    *, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None, note: str = ""
) -> Ticket:
    """The first answer of a person to whoever has the trouble; an automatic receipt is none."""
    with changing(ticket, actor=actor, now=now, verb="work", step="respond") as change:
        change.fact("responded", occurred_at or now, _noted(note))
        if ticket.assignee_id is None and actor.id is not None:
            change.fact("assigned", now, {"assignee_id": actor.id, "assignee": actor.label, "team": ticket.team})
    return ticket


def arrive(*, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None) -> Ticket:
    with changing(ticket, actor=actor, now=now, verb="work", step="arrive") as change:
        change.fact("arrived", occurred_at or now)
    return ticket


def restore(
    *, ticket: Ticket, how: str, actor: Actor, now: datetime, occurred_at: datetime | None = None, note: str = ""
) -> Ticket:
    """The service works again for now: by a temporary measure, by spare equipment, or because it is repaired."""
    if how not in RESTORED_BY:
        raise Invalid(_("Say how the service was restored."), fields={"how": _("Choose one.")})
    with changing(ticket, actor=actor, now=now, verb="work", step="restore") as change:
        change.fact("restored", occurred_at or now, {"how": how, **_noted(note)})
    return ticket


def resolve(
    *, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None, note: str = ""
) -> Ticket:
    if not note.strip():
        raise Invalid(_("Say what was done."), fields={"note": _("One sentence is enough.")})
    with changing(ticket, actor=actor, now=now, verb="work", step="resolve") as change:
        fact = change.fact("resolved", occurred_at or now, _noted(note))
        at = fact.occurred_at.isoformat()
        locked = change.ticket
        change.event(TicketResolved(locked.number, locked.kind, locked.level, locked.scope_id, at))
        objects = [one.code for one in (ticket.system, ticket.device) if one is not None]
        change.event(WorkDone(access.KIND, locked.number, locked.scope_id, at, objects))
    return ticket


def confirm_result(
    *, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None, note: str = ""
) -> Ticket:
    """Whoever reported it (or the owner for him) agrees that it is solved."""
    with changing(ticket, actor=actor, now=now, verb="accept_result", step="confirm") as change:
        change.fact("confirmed", occurred_at or now, _noted(note), agreed=True)
    return ticket


def close(*, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None) -> Ticket:
    with changing(ticket, actor=actor, now=now, verb="close", step="close") as change:
        change.fact("closed", occurred_at or now)
    return ticket


def reopen(*, ticket: Ticket, reason: str, actor: Actor, now: datetime, occurred_at: datetime | None = None) -> Ticket:
    """It was not solved: restore and repair clocks go on where they stood."""
    if not reason.strip():
        raise Invalid(_("Reopening needs a reason."), fields={"reason": _("Write why.")})
    with changing(ticket, actor=actor, now=now, verb="reopen", step="reopen") as change:
        fact = change.fact("reopened", occurred_at or now, {"reason": reason.strip()})
        locked = change.ticket
        change.event(TicketReopened(locked.number, locked.scope_id, fact.occurred_at.isoformat()))
    return ticket


def _noted(note: str) -> dict[str, str]:
    return {"note": note.strip()} if note.strip() else {}
