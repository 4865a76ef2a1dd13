"""Taking a ticket out of the count, and back: who says so and why stays with it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Source
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.change import changing
from yunheng.servicedesk.models import Exclusion, Ticket


def exclude(*, ticket: Ticket, as_: str, reason: str, actor: Actor, now: datetime, duplicate_of: str = "") -> Ticket:
    """The exclusion holds from the report on: a duplicate was one from the beginning."""
    fields = {}
    if as_ not in Exclusion.values:
        fields["as_"] = _("Choose why it does not count.")
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if as_ == Exclusion.DUPLICATE:
        original = access.tickets(actor, now).filter(number=duplicate_of.strip()).first()
        if original is None or original.pk == ticket.pk:
            fields["duplicate_of"] = _("Give the number of the ticket that it repeats.")
        elif original.excluded == Exclusion.DUPLICATE:
            fields["duplicate_of"] = _("That ticket is itself a duplicate of %(number)s.") % {
                "number": original.duplicate_of
            }
    if fields:
        raise Invalid(_("The ticket stays in the count."), fields=fields)
    with changing(ticket, actor=actor, now=now, verb="exclude", step="exclude") as change:
        value = {"as": as_, "reason": reason.strip()[:200]}
        if as_ == Exclusion.DUPLICATE:
            value["duplicate_of"] = duplicate_of.strip()
        change.fact("excluded", change.ticket.reported_at, value, source=Source.ON_SITE, agreed=True)
    return ticket


def include(*, ticket: Ticket, reason: str, actor: Actor, now: datetime) -> Ticket:
    if not reason.strip():
        raise Invalid(_("Putting it back into the count needs a reason."), fields={"reason": _("Write why.")})
    with changing(ticket, actor=actor, now=now, verb="exclude", step="include") as change:
        value = {"reason": reason.strip()[:200]}
        change.fact("included", change.ticket.reported_at, value, source=Source.ON_SITE, agreed=True)
    return ticket
