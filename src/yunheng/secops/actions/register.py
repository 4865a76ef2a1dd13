"""Reported, decided by the owner (认定), noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit, events, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import ImportBatch, Scope, Source
from yunheng.foundation.writing import writing
from yunheng.secops.access import KIND
from yunheng.secops.events import SecurityEventDecided
from yunheng.secops.models import SecurityEvent, SecurityEventFact
from yunheng.secops.queries import fact_of
from yunheng.secops.rules.standing import standing

ON_THE_SPOT = timedelta(hours=24)  # an event reported within a day was reported on the spot


def report_event(
    *,
    scope: Scope,
    title: str,
    occurred_at: datetime,
    actor: Actor,
    now: datetime,
    description: str = "",
    level: int = SecurityEvent.Level.ORDINARY,
    source: str = "",
    batch: ImportBatch | None = None,
) -> SecurityEvent:
    access.require(actor, "report", KIND, scope, now)
    fields = {}
    if not title.strip():
        fields["title"] = _("Say in one line what happened.")
    if occurred_at > now:
        fields["occurred_at"] = _("Enter a time that has passed.")
    if level not in SecurityEvent.Level.values:
        fields["level"] = _("Choose a level from I to IV.")
    if fields:
        raise Invalid(_("The report is not complete."), fields=fields)
    source = source or (Source.ON_SITE if now - occurred_at <= ON_THE_SPOT else Source.BACK_FILLED)
    with writing():
        year = occurred_at.astimezone(ZoneInfo(scope.zone)).year
        event = SecurityEvent.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "SEC", year),
            title=title.strip(),
            description=description.strip(),
            level=level,
            occurred_at=occurred_at,
            reported_at=now if source == Source.ON_SITE else occurred_at,
            source=source,
            last_recorded_at=now,
            batch=batch,
        )
        value = {"title": event.title, "level": int(level)}
        _append(event, SecurityEventFact.Kind.REPORTED, value, occurred_at, source, actor, now)
    return event


def confirm_event(
    *,
    event: SecurityEvent,
    level: int,
    liable_party: str,
    reason: str,
    actor: Actor,
    now: datetime,
    occurred_at: datetime | None = None,
) -> SecurityEvent:
    """认定: the owner says that it is a security event, of which level, and who answers for it."""
    access.require(actor, "decide", KIND, event.scope, now, reference=event.number)
    fields = {}
    if level not in SecurityEvent.Level.values:
        fields["level"] = _("Choose a level from I to IV.")
    if liable_party not in SecurityEvent.Party.values:
        fields["liable_party"] = _("Choose who answers for it.")
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if fields:
        raise Invalid(_("The decision is not complete."), fields=fields)
    value = {"level": int(level), "liable_party": liable_party, "reason": reason.strip()}
    return _decide(event, SecurityEventFact.Kind.CONFIRMED, value, occurred_at or now, actor, now)


def dismiss_event(*, event: SecurityEvent, reason: str, actor: Actor, now: datetime) -> SecurityEvent:
    """The owner says that it is none; it stays in the register with the reason."""
    access.require(actor, "decide", KIND, event.scope, now, reference=event.number)
    if not reason.strip():
        raise Invalid(_("The decision is not complete."), fields={"reason": _("Write why.")})
    return _decide(event, SecurityEventFact.Kind.DISMISSED, {"reason": reason.strip()}, now, actor, now)


def note_on_event(*, event: SecurityEvent, text: str, actor: Actor, now: datetime) -> SecurityEventFact:
    access.require(actor, "note", KIND, event.scope, now, reference=event.number)
    if not text.strip():
        raise Invalid(_("The note is empty."), fields={"text": _("Write something.")})
    with writing():
        held = SecurityEvent.objects.select_for_update(of=("self",)).select_related("scope").get(pk=event.pk)
        return _append(held, SecurityEventFact.Kind.NOTED, {"text": text.strip()}, now, Source.ON_SITE, actor, now)


def _decide(
    event: SecurityEvent, kind: str, value: Mapping[str, Any], occurred_at: datetime, actor: Actor, now: datetime
) -> SecurityEvent:
    with writing():
        held = SecurityEvent.objects.select_for_update(of=("self",)).select_related("scope").get(pk=event.pk)
        _append(held, kind, value, occurred_at, Source.ON_SITE, actor, now)
        events.publish(
            SecurityEventDecided(held.number, held.scope_id, held.state, held.level),
            scope=held.scope,
            aggregate=f"{KIND}:{held.number}",
            now=now,
        )
    event.refresh_from_db()
    return event


def _append(
    event: SecurityEvent,
    kind: str,
    value: Mapping[str, Any],
    occurred_at: datetime,
    source: str,
    actor: Actor,
    now: datetime,
) -> SecurityEventFact:
    fact = SecurityEventFact(
        event=event, kind=kind, value=dict(value), occurred_at=occurred_at, recorded_at=now, source=source
    )
    fact.signed_by(actor)
    fact.save()
    _project(event, actor, now)
    audit.record(
        scope=event.scope,
        actor=actor,
        now=now,
        verb=kind,
        kind=KIND,
        reference=event.number,
        facts={"occurred_at": occurred_at, "source": str(source), **value},
    )
    return fact


def _project(event: SecurityEvent, actor: Actor, now: datetime) -> None:
    found = standing([fact_of(fact) for fact in event.facts.all()])
    assert found is not None
    if found.state != event.state:
        event.confirmed_by = actor.label
    event.state, event.level, event.liable_party = found.state, found.level, found.liable_party
    event.reason, event.confirmed_at = found.reason, found.decided_at
    event.last_recorded_at = now
    event.save()
