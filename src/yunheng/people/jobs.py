"""Work of the background: a long chain held against itself, sessions that ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session

from yunheng.foundation.actors import Actor
from yunheng.foundation.jobs import job
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.people.actions import chains


@job(chains.VERIFY_CHAIN)
def verify_chain(*, now: datetime, report: Callable[..., None], actor: Actor, tenant: int) -> dict[str, Any]:
    found = chains.verify(tenant=Scope.objects.get(pk=tenant), actor=actor, now=now)
    return {"links": found.links, "head": found.head, "holds": found.holds}


@job("people.tidy-sessions", every=timedelta(days=1))
def tidy_sessions(*, now: datetime, report: Callable[..., None], actor: Actor) -> int:
    with writing():
        gone, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return gone
