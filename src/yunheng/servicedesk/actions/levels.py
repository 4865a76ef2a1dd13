"""Changing the level. Upward takes effect at once; downward, which loosens the deadlines, waits for the owner."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation import decisions
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Decision, Source
from yunheng.people.roles import Role
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.change import Change, changing
from yunheng.servicedesk.actions.watching import record_overdue
from yunheng.servicedesk.models import Ticket, TicketFact
from yunheng.servicedesk.queries.logs import instant
from yunheng.servicedesk.queries.targets import TargetBook
from yunheng.servicedesk.rules.levels import DEGREES, level_of

QUESTION = "downgrade"


def change_level(
    *, ticket: Ticket, impact: int, urgency: int, reason: str, actor: Actor, now: datetime
) -> Decision | None:
    """None when the new level is in force; the open decision when the owner has to agree first.

    Deadlines are computed anew from the report, pauses kept. What was already missed is recorded before, and stays.
    """
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if impact not in DEGREES or urgency not in DEGREES:
        fields["impact"] = _("Impact and urgency are 1, 2 or 3.")
    if fields:
        raise Invalid(_("A change of level needs a reason."), fields=fields)
    level = level_of(impact, urgency)
    decision = None
    with changing(ticket, actor=actor, now=now, verb="change_level", step="change_level") as change:
        old = change.ticket.level
        if level == old and (impact, urgency) == (change.ticket.impact, change.ticket.urgency):
            raise Invalid(_("This is the level it has."), fields={"impact": _("Choose another.")})
        value = {"level": level, "from": old, "impact": impact, "urgency": urgency, "reason": reason.strip()}
        is_owner = access.may(actor, "approve_level", ticket, now)
        if level > old and not is_owner:
            _refuse_second_request(change)
            change.fact("level_changed", now, value | {"needs_approval": True}, source=Source.ON_SITE)
            decision = decisions.ask(
                scope=change.ticket.scope,
                subject_kind=access.KIND,
                subject_reference=change.ticket.number,
                question=QUESTION,
                role=Role.OWNER_LEAD,
                actor=actor,
                now=now,
            )
        else:
            record_overdue(change)
            change.fact("level_changed", now, value, source=Source.ON_SITE, agreed=is_owner)
            if level != old:
                _retarget(change, level)
    return decision


def decide_level(
    *, ticket: Ticket, decision: Decision, approve: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """The owner answers a request to lower the level."""
    with changing(ticket, actor=actor, now=now, verb="approve_level") as change:
        decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        fact = _waiting(change)
        if fact is None:
            raise Conflict(_("Nothing waits for this decision any more."), place=ticket.number)
        if approve:
            record_overdue(change)
            change.agree(fact)
            change.audit("confirm_level", {"level": fact.value["level"], "from": fact.value["from"]})
            _retarget(change, fact.value["level"])
        else:
            value = {"level": change.ticket.level, "reason": reason.strip()}
            change.fact("level_kept", now, value, source=Source.ON_SITE, corrects=fact)


def _retarget(change: Change, level: int) -> None:
    reported_at = change.occurred("reported") or change.ticket.reported_at
    setting = TargetBook(change.ticket.scope, change.calendars).setting(level, reported_at)
    change.entry("retarget", change.now, value=setting | {"because": "level"})


def _waiting(change: Change) -> TicketFact | None:
    found = TicketFact.objects.filter(
        ticket=change.ticket, kind="level_changed", confirmed_at__isnull=True, value__needs_approval=True
    )
    return found.filter(corrections__isnull=True).order_by("-id").first()


def _refuse_second_request(change: Change) -> None:
    waiting = _waiting(change)
    if waiting is not None:
        raise Conflict(
            _("A change to level %(level)s waits for the owner since %(at)s.")
            % {"level": waiting.value["level"], "at": instant(int(waiting.occurred_at.timestamp())).date()},
            place=change.ticket.number,
        )
