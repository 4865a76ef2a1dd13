"""What the page of one ticket shows: its log, its clocks as they stand, and its place in the audit chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yunheng.foundation.models import AuditEntry, Decision, Source
from yunheng.kernel.business_time import Pauses
from yunheng.kernel.explanation import Step
from yunheng.servicedesk.access import KIND
from yunheng.servicedesk.models import NO_CLOCK, ClockEntry, Ticket, TicketFact
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import entry_of, fact_of, seconds
from yunheng.servicedesk.rules.clocks import CLOCKS, ON_SITE, RESPONSE, Target
from yunheng.servicedesk.rules.projection import (
    Log,
    Pause,
    Row,
    clock_pauses,
    gaps_of,
    pauses_of,
    project,
    standing,
    targets_of,
)


@dataclass(frozen=True, slots=True)
class ClockFace:
    """One clock now. ``remaining`` is working time to its deadline, negative when it has passed."""

    kind: str
    target: Target
    due: int
    stop: int | None
    breached: int | None
    held: bool
    void: bool  # nobody had to come: it was solved without
    remaining: int
    whole: int


@dataclass(frozen=True, slots=True)
class Life:
    """Everything about one ticket; three statements, and one per calendar revision."""

    ticket: Ticket
    facts: list[TicketFact]
    entries: list[ClockEntry]
    log: Log
    row: Row
    clocks: list[ClockFace]
    pauses: list[Pause]
    calendars: PinnedCalendars

    def face(self, kind: str) -> ClockFace | None:
        return next((face for face in self.clocks if face.kind == kind), None)


def life_of(ticket: Ticket, now: datetime) -> Life:
    facts = list(TicketFact.objects.filter(ticket=ticket).order_by("occurred_at", "id"))
    entries = list(ClockEntry.objects.filter(ticket=ticket).order_by("occurred_at", "id"))
    log = Log(
        [
            fact_of((0, one.pk, one.kind, one.occurred_at, one.source, one.confirmed_at, one.corrects_id, one.value))
            for one in facts
        ],
        [
            entry_of(
                (
                    0, one.pk, one.action, one.occurred_at, one.clock_kind, one.confirmed_at, one.party, one.reason,
                    one.corrects_id, one.value,
                )
            )
            for one in entries
        ],
    )  # fmt: skip
    calendars = PinnedCalendars(ticket.tenant_id)
    [row] = project([log], calendars)
    standing_entries = standing(log.entries)
    faces = [
        _face(kind, target, row, log, calendars, seconds(now))
        for kind, target in targets_of(standing_entries).items()
        if kind in row.due
    ]
    faces.sort(key=lambda face: CLOCKS.index(face.kind))
    return Life(ticket, facts, entries, log, row, faces, pauses_of(standing_entries), calendars)


def _face(kind: str, target: Target, row: Row, log: Log, calendars: PinnedCalendars, now: int) -> ClockFace:
    due, stop = row.due[kind], row.stop(kind)
    time = calendars(target.calendar)
    held = kind != RESPONSE and row.paused_since is not None and due > row.paused_since
    moment = stop if stop is not None else row.paused_since if held and row.paused_since is not None else now
    return ClockFace(
        kind=kind,
        target=target,
        due=due,
        stop=stop,
        breached=row.breached.get(kind),
        held=held,
        void=kind == ON_SITE and stop is None and row.resolved is not None,
        remaining=time.elapsed(moment, due),
        whole=time.elapsed(row.reported, due),
    )


def explained(life: Life, face: ClockFace) -> list[Step]:
    """The deadline of a clock, step by step, with the calendar revision it was set with."""
    time = life.calendars(face.target.calendar)
    entries, facts = standing(life.log.entries), standing(life.log.facts)
    stopped = clock_pauses(pauses_of(entries), face.kind) + gaps_of(facts, face.kind)
    pauses = Pauses.of([stopped]) if stopped else None
    if face.target.days is not None:
        return time.explain_due_days(life.row.reported, face.target.days, pauses)
    return time.explain_due(life.row.reported, face.target.seconds or 0, pauses)


def chain_of(ticket: Ticket) -> list[AuditEntry]:
    """Links of the audit chain that speak of this ticket, newest first."""
    # By record, which has its own index; asked for the tenant as well, SQLite would walk the tenant's whole chain.
    found = AuditEntry.objects.filter(kind=KIND, reference=ticket.number).order_by("-sequence")
    return [link for link in found if link.tenant_id == ticket.tenant_id]


def open_decision(ticket: Ticket) -> Decision | None:
    return Decision.objects.filter(
        subject_kind=KIND, subject_reference=ticket.number, scope=ticket.scope, state=Decision.State.OPEN
    ).first()


def waiting_facts(facts: Sequence[TicketFact]) -> list[TicketFact]:
    """Back-filled facts that nobody has confirmed or corrected yet."""
    corrected = {fact.corrects_id for fact in facts}
    return [
        fact
        for fact in facts
        if fact.source == Source.BACK_FILLED and fact.confirmed_at is None and fact.pk not in corrected
    ]


def waiting_pauses(entries: Sequence[ClockEntry]) -> list[ClockEntry]:
    refused = {entry.corrects_id for entry in entries}
    return [
        entry for entry in entries if entry.action == "pause" and entry.confirmed_at is None and entry.pk not in refused
    ]


def running(tickets: QuerySet[Ticket], *, limit: int) -> list[Ticket]:
    """Tickets whose clocks run, the nearest deadline first; reads from the index of the scope."""
    return list(tickets.filter(next_due_at__lt=NO_CLOCK).order_by("next_due_at", "id")[:limit])
