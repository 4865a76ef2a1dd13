"""Work of the background: a long chain held against itself, and tidying up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from yunheng.foundation import events, jobs
from yunheng.foundation.actors import Actor
from yunheng.foundation.jobs import job
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.people.actions import chains

KEPT_DONE, KEPT_AT_THE_DOOR = timedelta(days=30), timedelta(days=7)


@job(chains.VERIFY_CHAIN)
def verify_chain(*, now: datetime, report: Callable[..., None], actor: Actor, tenant: int) -> dict[str, Any]:
    found = chains.verify(tenant=Scope.objects.get(pk=tenant), actor=actor, now=now)
    return {"links": found.links, "head": found.head, "holds": found.holds}


@job("people.tidy", every=timedelta(days=1))
def tidy(*, now: datetime, report: Callable[..., None], actor: Actor) -> dict[str, int]:
    """What nobody will ask for again: ended sessions, old failures at the door, jobs and events that are done."""
    with writing():
        sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
        attempts, _by_model = AccessAttempt.objects.filter(attempt_time__lt=now - KEPT_AT_THE_DOOR).delete()
    return {
        "sessions": sessions,
        "attempts": attempts,
        "jobs": jobs.forget_done(now - KEPT_DONE),
        "events": events.forget_delivered(now - KEPT_DONE),
    }
