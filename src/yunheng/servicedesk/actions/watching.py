"""The watch over deadlines: a missed one becomes an entry of the log, with its due time, once."""

from __future__ import annotations

from datetime import datetime

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.writing import writing
from yunheng.servicedesk.actions.change import Change
from yunheng.servicedesk.models import Ticket
from yunheng.servicedesk.queries.logs import seconds
from yunheng.servicedesk.rules.clocks import CLOCKS, ON_SITE, RESPONSE
from yunheng.servicedesk.rules.projection import Row, project

CHUNK = 100  # tickets per write transaction: others get their turn in between


def record_breaches(*, now: datetime, limit: int = 10_000) -> int:
    """Record what has become overdue by ``now``; returns the number of tickets. Costs what is due, not what is open."""
    done = 0
    while done < limit:
        with writing():
            found = list(
                Ticket.objects.select_for_update(of=("self",))
                .select_related("scope")
                .filter(next_due_at__lt=now)
                .order_by("next_due_at", "id")[:CHUNK]
            )
            for ticket in found:
                change = Change(ticket, SYSTEM, now)
                record_overdue(change)
                change.finish()
        done += len(found)
        if len(found) < CHUNK:
            break
    return done


def record_overdue(change: Change) -> None:
    """Breach entries for the running clocks of this ticket that are past their deadline."""
    [row] = project([change.log], change.calendars)
    for clock, due in overdue(row, seconds(change.now)).items():
        change.breach(clock, due, row.level)


def overdue(row: Row, now: int) -> dict[str, int]:
    """Running clocks past their deadline that no breach is recorded for: clock → due."""
    found = {}
    for clock in CLOCKS:
        due = row.due.get(clock)
        if due is None or due >= now or row.stop(clock) is not None or clock in row.breached or row.excluded:
            continue
        held = clock != RESPONSE and row.paused_since is not None and due > row.paused_since
        if not held and not (clock == ON_SITE and row.resolved is not None) and row.state != "closed":
            found[clock] = due
    return found
