"""A row with another reading: a new revision in a new version, agreed already by those who signed the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from yunheng.foundation.actors import Actor
from yunheng.plans.actions.generation import withdraw_open
from yunheng.plans.actions.versions import come_into_force
from yunheng.plans.models import Occurrence, PlanRow, PlanVersion


def revise_reading(*, row: PlanRow, reading: Mapping[str, Any], reason: str, actor: Actor, now: datetime) -> PlanRow:
    """In the caller's transaction. The new reading holds from the day after the last recorded work of the row, so that
    nothing which was done loses its place; without any, from the beginning."""
    before = row.version
    version = PlanVersion.objects.create(
        scope=before.scope,
        number=_next_number(before.scope_id),
        prefix=before.prefix,
        title=before.title,
        window_from=before.window_from,
        window_to=before.window_to,
        valid_from=_first_free_day(row) or before.window_from,
        reason=reason,
        phases=before.phases,
        state=PlanVersion.State.PROPOSED,
        recorded_at=now,
        recorded_by_id=actor.id,
        recorded_by=actor.label,
    )
    systems = list(row.systems.all())
    old_pk = row.pk
    fresh = PlanRow.objects.get(pk=old_pk)
    fresh.pk, fresh.uid = None, PlanRow._meta.get_field("uid").get_default()
    fresh.version, fresh.revision, fresh.reading = version, row.revision + 1, dict(reading)
    fresh.save(force_insert=True)
    fresh.systems.set(systems)
    PlanRow.objects.filter(pk=old_pk).update(retired_in=version)
    withdraw_open(PlanRow.objects.get(pk=old_pk), version.valid_from, now)
    come_into_force(version, actor, now)
    return fresh


def _next_number(project_id: int) -> int:
    last = PlanVersion.objects.filter(scope_id=project_id).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def _first_free_day(row: PlanRow) -> date | None:
    done = Occurrence.objects.filter(row=row, completions__isnull=False).aggregate(last=Max("period_to"))["last"]
    return done + timedelta(days=1) if done is not None else None
