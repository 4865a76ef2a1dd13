"""Who came in, who failed, who was locked out: written into the chain of the office that answers for the person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunheng.foundation import audit
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.models import AuditEntry, Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.people import access
from yunheng.people.models import User


def signed_in(*, user: User, address: str, now: datetime) -> None:
    _record(user.username, "sign-in", user.actor, now, {"address": address})


def signed_out(*, user: User, now: datetime) -> None:
    _record(user.username, "sign-out", user.actor, now, {})


def failed(*, username: str, address: str, now: datetime) -> None:
    _record(username, "sign-in-failed", SYSTEM, now, {"address": address})


def locked_out(*, username: str, address: str, now: datetime, within: timedelta) -> None:
    """Once per lock, however often somebody knocks meanwhile."""
    tenant, reference = _whose(username)
    if tenant is None:
        return
    told = AuditEntry.objects.filter(
        tenant=tenant, kind=access.USER, reference=reference, verb="locked-out", at__gt=now - within
    )
    if not told.exists():
        _record(username, "locked-out", SYSTEM, now, {"address": address})


def _record(username: str, verb: str, actor: Actor, now: datetime, facts: dict[str, Any]) -> None:
    tenant, reference = _whose(username)
    if tenant is None:
        return
    with writing():
        audit.record(scope=tenant, actor=actor, now=now, verb=verb, kind=access.USER, reference=reference, facts=facts)


def _whose(username: str) -> tuple[Scope | None, str]:
    """Chain and reference. An unknown name is kept as a keyed hash, for people type passwords into the wrong field;
    it goes into the only office there is, and nowhere when there are several."""
    user = User.objects.select_related("tenant", "organisation__tenant").filter(username=username).first()
    if user is not None:
        return access.home_of(user), user.username
    offices = list(Scope.objects.filter(kind=ScopeKind.TENANT)[:2])
    return (offices[0] if len(offices) == 1 else None), audit.personal(username)
