"""On hold and on again. A pause names its reason and whose minutes it costs; it stops a clock once it is confirmed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.servicedesk.actions.change import changing
from yunheng.servicedesk.models import ClockEntry, PauseParty, PauseReason, Ticket
from yunheng.servicedesk.queries.logs import instant
from yunheng.servicedesk.rules.projection import pauses_of, standing

#: Whose minutes a reason costs, unless somebody says otherwise.
PARTY_OF = {
    PauseReason.WAITING_USER: PauseParty.OWNER,
    PauseReason.OWNER_PARTS: PauseParty.OWNER,
    PauseReason.MAINTENANCE_WINDOW: PauseParty.OWNER,
    PauseReason.THIRD_PARTY: PauseParty.THIRD_PARTY,
    PauseReason.FORCE_MAJEURE: PauseParty.NOBODY,
    PauseReason.VENDOR_SUPPLY: PauseParty.VENDOR,
}


def pause(
    *,
    ticket: Ticket,
    reason: str,
    actor: Actor,
    now: datetime,
    party: str = "",
    note: str = "",
    occurred_at: datetime | None = None,
) -> ClockEntry:
    if reason not in PauseReason.values:
        raise Invalid(_("Choose a reason for the pause."), fields={"reason": _("Choose one.")})
    party = party or PARTY_OF[PauseReason(reason)]
    if party not in PauseParty.values:
        raise Invalid(_("Say who is waited for."), fields={"party": _("Choose one.")})
    with changing(ticket, actor=actor, now=now, verb="work", step="pause") as change:
        begins = _checked(occurred_at or now, ticket.reported_at, now)
        return change.entry("pause", begins, reason=reason, party=party, note=note.strip())


def resume(*, ticket: Ticket, actor: Actor, now: datetime, occurred_at: datetime | None = None) -> ClockEntry:
    with changing(ticket, actor=actor, now=now, verb="work", step="resume") as change:
        begun = [one.start for one in pauses_of(standing(change.log.entries)) if one.end is None]
        ends = _checked(occurred_at or now, instant(max(begun)), now)
        return change.entry("resume", ends)


def confirm_pause(*, entry: ClockEntry, actor: Actor, now: datetime) -> ClockEntry:
    """The supervisor or the owner agrees that the clock stood still. A breach that this shows to be none is lifted."""
    with changing(entry.ticket, actor=actor, now=now, verb="confirm") as change:
        locked = _still_open(entry)
        change.agree(locked)
        change.audit("confirm_pause", {"occurred_at": locked.occurred_at, "reason": locked.reason})
        change.lifts_breaches = True
    return locked


def refuse_pause(*, entry: ClockEntry, reason: str, actor: Actor, now: datetime) -> ClockEntry:
    """The pause is struck from the log by an entry that names it; the clock never stood still."""
    if not reason.strip():
        raise Invalid(_("A refusal needs a reason."), fields={"reason": _("Write why.")})
    with changing(entry.ticket, actor=actor, now=now, verb="confirm") as change:
        locked = _still_open(entry)
        return change.entry("refuse", locked.occurred_at, corrects=locked, note=reason.strip()[:200])


def _still_open(entry: ClockEntry) -> ClockEntry:
    locked = ClockEntry.objects.select_related("ticket").get(pk=entry.pk)
    if locked.action != "pause" or locked.confirmed_at is not None or locked.corrections.exists():
        raise Conflict(_("This pause has been decided already."), place=locked.ticket.number)
    return locked


def _checked(at: datetime, earliest: datetime, now: datetime) -> datetime:
    problem = ""
    if at > now:
        problem = _("This lies in the future.")
    elif at < earliest.replace(microsecond=0):
        problem = _("This lies before an earlier step of the ticket.")
    if problem:
        raise Invalid(problem, fields={"occurred_at": problem})
    return at
