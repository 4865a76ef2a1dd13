"""The list of tickets: declared filters and sorts, each with its index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import System
from yunheng.foundation import access as ground
from yunheng.servicedesk import access
from yunheng.servicedesk.models import NO_CLOCK, Level, Ticket, TicketKind, TicketState
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import seconds
from yunheng.servicedesk.web.words import CLOCK_LABELS, level_badge, state_badge
from yunheng.ui.components import Clock
from yunheng.ui.context import actor_of, current_project, surroundings
from yunheng.ui.lists import Choice, Column, Condition, ListPage, Option, Period, Sort, Text, render_list

#: Columns that a row of the list needs; descriptions and verdicts stay in the table.
SHOWN = (
    *("uid", "number", "title", "level", "state", "excluded", "kind", "reported_at", "assignee", "late", "awaiting"),
    *("next_due_at", "next_clock", "next_calendar", "paused_since", "tenant_id", "scope_id", "system__name"),
    "requester_id",
)


class Chips:
    """The clock in danger of each row: its working time left, one calendar read per code."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._calendars: dict[int, PinnedCalendars] = {}

    def __call__(self, ticket: Ticket) -> Clock | None:
        if ticket.excluded:
            return None
        if ticket.paused_since is not None and ticket.next_due_at == NO_CLOCK:
            return Clock("paused", "")
        if ticket.next_due_at == NO_CLOCK:
            return Clock("missed") if ticket.late else None
        calendars = self._calendars.setdefault(ticket.tenant_id, PinnedCalendars(ticket.tenant_id))
        time = calendars(calendars.newest(ticket.next_calendar))
        left = time.elapsed(seconds(self.now), seconds(ticket.next_due_at))
        whole = time.elapsed(seconds(ticket.reported_at), seconds(ticket.next_due_at))
        return Clock("running", CLOCK_LABELS[ticket.next_clock], left, whole, ticket.next_due_at)


def listing(now: datetime, systems: Callable[[], list[Option]], *, actor_id: int | None, may_open: bool) -> ListPage:
    return ListPage(
        kind=access.KIND,
        title=_("Tickets"),
        columns=[
            Column("number", _("Number"), link=True),
            Column("title", _("Title"), wide=True),
            Column("level", _("Level"), level_badge),
            Column("state", _("State"), state_badge),
            Column("clock", _("Clock"), Chips(now)),
            Column("reported", _("Reported at"), "reported_at"),
            Column("assignee", _("Assigned to")),
            Column("system", _("System"), lambda ticket: ticket.system.name if ticket.system_id else None),
        ],
        sorts=[
            Sort("-reported_at", _("Newest first")),
            Sort("next_due_at", _("Nearest deadline first")),
            Sort("number", _("Number")),
        ],
        filters=[
            Choice("state", _("State"), TicketState.choices),
            Choice("level", _("Level"), Level.choices),
            Choice("system", _("System"), systems),
            Choice("mine", _("Assigned to"), [Option("me", _("Me"), (actor_id,))], field="assignee_id"),
            Condition(
                "show",
                _("Show"),
                [
                    ("late", _("Over the limit"), Q(late=True)),
                    ("running", _("Clock runs"), Q(next_due_at__lt=NO_CLOCK)),
                    ("awaiting", _("Waits for confirmation"), Q(awaiting__gt=0)),
                    ("faults", _("Faults"), Q(kind=TicketKind.INCIDENT)),
                    ("requests", _("Requests"), Q(kind=TicketKind.REQUEST)),
                ],
            ),
            Period("reported_at", _("Reported at")),
            Text("q", _("Number or words of the title"), contains=("title",)),
        ],
        address=lambda ticket: reverse("servicedesk:ticket", args=[ticket.uid]),
        empty_title=_("No tickets yet"),
        empty_hint=_("Reported faults and requests appear here with their clocks."),
        empty_url=reverse("servicedesk:ticket-new") if may_open else "",
        empty_label=_("Report a fault"),
    )


@login_required
def ticket_list(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    standing = surroundings(request).standing
    sight = access.sight(actor, now, within=current_project(request), standing=standing)
    if not sight.scopes and not standing.may_anywhere("view", access.KIND):
        raise ground.unseen()
    may_open = standing.may_anywhere("open", access.KIND)

    @cache
    def systems() -> list[Option]:
        found = System.objects.filter(scope_id__in=sight.scopes).order_by("code").values_list("pk", "code", "name")
        return [Option(code, f"{code} {name}", (pk,)) for pk, code, name in found]

    tickets = access.in_force()
    if sight.own:
        tickets = sight.narrow(tickets)
    # Of whole scopes the list machinery reads each scope for itself; named here as well, SQLite would take the
    # scope's index instead of the keys.
    tickets = tickets.select_related("system").only(*SHOWN)
    return render_list(
        request,
        listing(now, systems, actor_id=actor.id, may_open=may_open),
        tickets,
        sight.scopes,
        template="servicedesk/ticket_list.html",
        context={"may_open": may_open},
        now=now,
    )
