"""What the home page says of tickets: clocks that run, and what waits for this person's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.servicedesk import access
from yunheng.servicedesk.queries.pages import running
from yunheng.servicedesk.web.lists import Chips

MOST = 5


def clocks(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    sight = access.sight(actor, now, within=project)
    if not sight.scopes:
        return None
    tickets = sight.narrow(access.in_force()).only(
        "uid", "number", "title", "excluded", "late", "paused_since", "next_due_at", "next_clock", "next_calendar",
        "tenant_id", "reported_at",
    )  # fmt: skip
    chips = Chips(now)
    return {"tickets": [(ticket, chips(ticket)) for ticket in running(tickets, limit=MOST)], "now": now}


def confirmations(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    scopes = ground.visible_scopes(actor, access.KIND, "confirm", now, within=project)
    if not scopes:
        return None
    waiting = access.in_force().filter(scope_id__in=scopes, awaiting__gt=0).order_by("reported_at", "id")
    found = list(waiting.only("uid", "number", "title", "awaiting")[: MOST + 1])
    return {"tickets": found[:MOST], "more": len(found) > MOST}
