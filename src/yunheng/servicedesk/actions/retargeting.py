"""Clocks of tickets that are already there follow a time limit that was confirmed late, or a corrected calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.servicedesk.actions.change import Change
from yunheng.servicedesk.models import ClockEntry, Ticket
from yunheng.servicedesk.queries.targets import TargetBook

CHUNK = 100


def retarget(*, scope: Scope, since: date, now: datetime, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Tickets of the contract reported on or after ``since`` whose clocks are set otherwise than the targets in force
    then; each gets a retarget entry, dated at its report because the promise held then. Returns how many changed."""
    start = datetime.combine(since, time(), ZoneInfo(scope.zone))
    changed, last = 0, 0
    while True:
        with writing():
            found = list(
                Ticket.objects.select_for_update(of=("self",))
                .select_related("scope")
                .filter(scope=scope, reported_at__gte=start, pk__gt=last)
                .order_by("pk")[:CHUNK]
            )
            for ticket in found:
                changed += _retarget(ticket, now)
        if len(found) < CHUNK:
            return changed
        last = found[-1].pk
        progress(changed)


def _retarget(ticket: Ticket, now: datetime) -> bool:
    change = Change(ticket, SYSTEM, now)
    setting = TargetBook(ticket.scope, change.calendars).setting(ticket.level, ticket.reported_at)
    newest = ClockEntry.objects.filter(ticket=ticket, action__in=["start", "retarget"]).order_by("-id").first()
    if newest is not None and newest.value.get("clocks") == setting["clocks"]:
        return False
    change.entry("retarget", ticket.reported_at, value=setting | {"because": "target"})
    change.finish()
    return True
