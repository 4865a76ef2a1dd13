"""A failed job or delivery is tried again: the system administrator's decision, kept in his office's chain."""

from __future__ import annotations

from datetime import datetime

from yunheng.foundation import access as ground
from yunheng.foundation import audit, events, jobs
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Job, OutboxDelivery
from yunheng.foundation.writing import writing
from yunheng.people import access


def run_again(*, job: Job, actor: Actor, now: datetime) -> bool:
    """False when it is not failed (any more), or when its unique key was taken by a newer job."""
    _require(actor, now, job.uid)
    with writing():
        done = jobs.run_again(job.pk, now=now)
        if done:
            _record(actor, now, job.uid, {"job": job.name})
    return done


def deliver_again(*, delivery: OutboxDelivery, actor: Actor, now: datetime) -> bool:
    reference = f"delivery-{delivery.pk}"
    _require(actor, now, reference)
    with writing():
        done = events.try_again(delivery.pk, now=now)
        if done:
            _record(actor, now, reference, {"event": delivery.event.name, "subscriber": delivery.subscriber})
    return done


def _require(actor: Actor, now: datetime, reference: str) -> None:
    tenants = access.tenants(actor, access.JOB, "view", now)
    if not tenants:
        raise ground.unseen()
    access.require_in_tenant(actor, "run_again", access.JOB, tenants[0], now, reference=reference)


def _record(actor: Actor, now: datetime, reference: str, facts: dict[str, str]) -> None:
    for tenant in access.tenants(actor, access.JOB, "run_again", now):
        audit.record(
            scope=tenant, actor=actor, now=now, verb="run-again", kind=access.JOB, reference=reference, facts=facts
        )
