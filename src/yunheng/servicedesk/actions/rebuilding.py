"""Rows made anew from their logs: after a change of the rules, or to show that nobody edited them."""

from __future__ import annotations

from collections.abc import Sequence

from yunheng.foundation.models import Source
from yunheng.foundation.writing import writing
from yunheng.servicedesk.models import Ticket
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import CHUNK, differences, fields_of, logs_of, objects_named
from yunheng.servicedesk.rules.projection import project


def rebuild_projection(ticket_ids: Sequence[int]) -> dict[str, list[str]]:
    """Number → columns that were not what the log says, and now are. Empty when every row was right."""
    changed: dict[str, list[str]] = {}
    for begin in range(0, len(ticket_ids), CHUNK):
        with writing():
            found = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=ticket_ids[begin : begin + CHUNK])
            tickets = list(found.order_by("tenant_id", "id"))
            for tenant_id in dict.fromkeys(ticket.tenant_id for ticket in tickets):
                changed |= _rebuild(tenant_id, [one for one in tickets if one.tenant_id == tenant_id])
    return changed


def _rebuild(tenant_id: int, tickets: list[Ticket]) -> dict[str, list[str]]:
    logs = logs_of([ticket.pk for ticket in tickets])
    rows = project([logs[ticket.pk] for ticket in tickets], PinnedCalendars(tenant_id))
    objects = objects_named(rows, tenant_id)
    changed = {}
    for ticket, row in zip(tickets, rows, strict=True):
        wrong = differences(ticket, row, objects)
        if wrong:
            for name, value in fields_of(row, objects).items():
                setattr(ticket, name, value)
            if row.back_filled:
                ticket.source = Source.BACK_FILLED
            ticket.save()
            changed[ticket.number] = wrong
    return changed
