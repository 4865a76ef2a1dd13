"""One change of one ticket: facts and log entries are appended, the row is projected anew, chain and outbox are told.

Every action of this package runs inside ``changing``; nothing else writes a ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yunheng.foundation import audit, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Source
from yunheng.foundation.writing import writing
from yunheng.servicedesk import access
from yunheng.servicedesk.events import ClockBreached
from yunheng.servicedesk.models import ClockEntry, Ticket, TicketFact, TicketState
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import entry_of, fact_of, fields_of, instant, logs_of, objects_named, seconds
from yunheng.servicedesk.rules import workflow
from yunheng.servicedesk.rules.clocks import ON_SITE, REPAIR, RESPONSE, RESTORE
from yunheng.servicedesk.rules.projection import Log, Row, project, standing

#: What is entered later than this after it happened is back-filled and waits for a confirmation.
BACK_FILLED_AFTER = timedelta(hours=24)

_STOPS = {"responded": (RESPONSE,), "arrived": (ON_SITE,), "restored": (RESTORE,), "resolved": (RESTORE, REPAIR)}
_AFTER = {
    "arrived": ("responded",),
    "restored": ("responded",),
    "resolved": ("responded", "restored"),
    "confirmed": ("resolved",),
    "closed": ("resolved",),
    "reopened": ("resolved",),
}
_PERSONAL = ("assignee", "requester")


class Change:
    def __init__(self, ticket: Ticket, actor: Actor, now: datetime) -> None:
        self.ticket, self.actor, self.now = ticket, actor, now
        self.calendars = PinnedCalendars(ticket.tenant_id)
        self.lifts_breaches = False
        self._audit: list[audit.Entry] = []
        self._events: list[events.Event] = []
        self._log: Log | None = None

    @property
    def log(self) -> Log:
        """What is known of the ticket, what this change has added included. Read once."""
        if self._log is None:
            self._log = logs_of([self.ticket.pk])[self.ticket.pk]
        return self._log

    def begins(self) -> None:
        """The ticket is new: nothing is known of it yet, and nothing needs to be read."""
        self._log = Log([], [])

    def fact(
        self,
        kind: str,
        occurred_at: datetime,
        value: Mapping[str, Any] | None = None,
        *,
        source: str | None = None,
        corrects: TicketFact | None = None,
        agreed: bool = False,
        verb: str = "",
    ) -> TicketFact:
        """Append a fact. ``agreed``: whoever records it could confirm it, so it is confirmed at once."""
        occurred_at = occurred_at.replace(microsecond=0)
        self._refuse_impossible(kind, occurred_at, corrects)
        fact = TicketFact(
            ticket=self.ticket,
            kind=kind,
            occurred_at=occurred_at,
            recorded_at=self.now,
            source=source or self._source(kind, occurred_at),
            corrects=corrects,
            value=dict(value or {}),
        )
        fact.signed_by(self.actor)
        if agreed:
            confirm(fact, self.actor, self.now)
        fact.save()
        if self._log is not None:
            known = (
                0, fact.pk, fact.kind, fact.occurred_at, fact.source, fact.confirmed_at, fact.corrects_id, fact.value,
            )  # fmt: skip
            self._log = Log([*self._log.facts, fact_of(known)], self._log.entries)
        facts: dict[str, Any] = {"fact": kind, "occurred_at": occurred_at, "source": fact.source}
        if fact.value:
            facts["value"] = without_names(fact.value)
        if corrects is not None:
            facts["corrects"] = {"fact": corrects.kind, "occurred_at": corrects.occurred_at}
        self.audit(verb or kind, facts)
        return fact

    def entry(self, action: str, occurred_at: datetime, *, agreed: bool = False, **fields: Any) -> ClockEntry:
        entry = ClockEntry(
            ticket=self.ticket,
            action=action,
            occurred_at=occurred_at.replace(microsecond=0),
            recorded_at=self.now,
            source=self._source(action, occurred_at) if action in ("pause", "resume") else Source.ON_SITE,
            **fields,
        )
        entry.signed_by(self.actor)
        if agreed:
            confirm(entry, self.actor, self.now)
        entry.save()
        if self._log is not None:
            known = (
                0, entry.pk, entry.action, entry.occurred_at, entry.clock_kind, entry.confirmed_at, entry.party,
                entry.reason, entry.corrects_id, entry.value,
            )  # fmt: skip
            self._log = Log(self._log.facts, [*self._log.entries, entry_of(known)])
        told = {
            name: value
            for name, value in (
                ("clock", entry.clock_kind),
                ("reason", entry.reason),
                ("party", entry.party),
                ("note", entry.note),
                ("value", entry.value),
            )
            if value
        }
        self.audit(f"clock_{action}", {"occurred_at": entry.occurred_at, **told})
        return entry

    def agree(self, known: TicketFact | ClockEntry) -> None:
        """Confirm what was recorded before."""
        confirm(known, self.actor, self.now)
        known.save(update_fields=["confirmed_by_id", "confirmed_by", "confirmed_at"])
        self._log = None

    def audit(self, verb: str, facts: Mapping[str, Any]) -> None:
        self._audit.append((verb, access.KIND, self.ticket.number, facts))

    def event(self, event: events.Event) -> None:
        self._events.append(event)

    def occurred(self, kind: str) -> datetime | None:
        """When the newest standing fact of a kind happened, confirmed or not."""
        found = [fact.at for fact in standing(self.log.facts) if fact.kind == kind]
        return instant(found[-1]) if found else None

    def _source(self, kind: str, occurred_at: datetime) -> str:
        if self.now - occurred_at > BACK_FILLED_AFTER or self._denies_a_breach(kind, occurred_at):
            return Source.BACK_FILLED
        return Source.ON_SITE

    def _denies_a_breach(self, kind: str, occurred_at: datetime) -> bool:
        """A time told after its breach was recorded, and before the deadline: true only when it is confirmed."""
        clocks = _STOPS.get(kind, ())
        return any(
            getattr(self.ticket, f"{clock}_breached_at") is not None
            and occurred_at <= getattr(self.ticket, f"{clock}_breached_at")
            for clock in clocks
        )

    def _refuse_impossible(self, kind: str, occurred_at: datetime, corrects: TicketFact | None) -> None:
        problem = ""
        if occurred_at > self.now:
            problem = _("This lies in the future.")
        elif kind != "reported" and occurred_at < self.ticket.reported_at:
            problem = _("This lies before the report.")
        else:
            for before in _AFTER.get(kind, ()):
                known = self.occurred(before)
                if corrects is None and known is not None and occurred_at < known:
                    problem = _("This lies before an earlier step of the ticket.")
        if problem:
            raise Invalid(problem, fields={"occurred_at": problem}, place=self.ticket.number)

    def finish(self) -> Row:
        """Project, record breaches that the change has shown, save the row, write chain and outbox."""
        ticket = self.ticket
        if self.lifts_breaches:
            self._lift()
        [row] = project([self.log], self.calendars)
        recorded = {entry.clock for entry in self.log.entries if entry.action == "breach"}
        for clock, due_at in row.breached.items():
            if clock not in recorded:
                self.breach(clock, due_at, row.level)
        changed = ["last_recorded_at"]
        for name, value in fields_of(row, objects_named([row], ticket.tenant_id)).items():
            if getattr(ticket, name) != value:
                setattr(ticket, name, value)
                changed.append(name)
        if row.back_filled and ticket.source != Source.BACK_FILLED:
            ticket.source = Source.BACK_FILLED
            changed.append("source")
        ticket.last_recorded_at = max(self.now, ticket.last_recorded_at)
        ticket.save(update_fields=changed)
        audit.record_many(scope=ticket.scope, actor=self.actor, now=self.now, entries=self._audit)
        for event in self._events:
            events.publish(event, scope=ticket.scope, aggregate=f"{access.KIND}:{ticket.number}", now=self.now)
        return row

    def breach(self, clock: str, due_at: int, level: int) -> None:
        due = instant(due_at)
        self.entry("breach", due, clock_kind=clock, value={"due": due.isoformat(), "level": level})
        self.event(ClockBreached(self.ticket.number, clock, level, self.ticket.scope_id, due.isoformat()))

    def _lift(self) -> None:
        """A confirmation may show that a recorded breach was none. A change of targets since then may not: that
        would be the way to talk a breach away."""
        log = self.log
        exempted = {entry.value.get("breach") for entry in log.entries if entry.action == "exempt"}
        open_ones = [entry for entry in log.entries if entry.action == "breach" and entry.id not in exempted]
        if not open_ones:
            return
        [row] = project([Log(log.facts, [one for one in log.entries if one.action != "breach"])], self.calendars)
        retargeted = max((one.id for one in log.entries if one.action == "retarget"), default=0)
        for entry in open_ones:
            if retargeted < entry.id and not _broken(row, entry.clock, seconds(self.now)):
                self.entry("exempt", instant(entry.at), clock_kind=entry.clock, value={"breach": entry.id})


def _broken(row: Row, clock: str, now: int) -> bool:
    due, stop = row.due.get(clock), row.stop(clock)
    if due is None:
        return False
    if stop is not None:
        return stop > due
    held = clock != RESPONSE and row.paused_since is not None and due > row.paused_since
    return now > due and not held


@contextmanager
def changing(ticket: Ticket, *, actor: Actor, now: datetime, verb: str, step: str = "") -> Iterator[Change]:
    """Check the right and the step, lock the ticket, let the caller append, finish, refresh ``ticket``."""
    access.require(actor, verb, ticket, now)
    with writing():
        locked = Ticket.objects.select_for_update(of=("self",)).select_related("scope").get(pk=ticket.pk)
        if step and not workflow.allowed(step, locked.state):
            raise Conflict(
                _("A ticket that is “%(state)s” does not allow this step.")
                % {"state": TicketState(locked.state).label},
                place=locked.number,
                way_out=_("Reload the page to see what has happened since."),
            )
        change = Change(locked, actor, now)
        yield change
        change.finish()
    for field in Ticket._meta.concrete_fields:
        setattr(ticket, field.attname, getattr(locked, field.attname))


def confirm(fact: TicketFact | ClockEntry, actor: Actor, now: datetime) -> None:
    fact.confirmed_by_id, fact.confirmed_by, fact.confirmed_at = actor.id, actor.label, now


def without_names(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as the chain keeps it: names of people as keyed hashes."""
    return {key: audit.personal(item) if key in _PERSONAL and item else item for key, item in value.items()}
