"""Who may see security events: owner, supervisor, the vendor's manager and the auditor; nobody else knows of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.people.roles import OWNER, Role
from yunheng.secops.models import SecurityEvent

KIND = "secops.event"

access.declare(
    KIND,
    {
        "view": OWNER | {Role.SUPERVISOR, Role.VENDOR_MANAGER, Role.AUDITOR},
        "report": {Role.OWNER_LEAD, Role.SUPERVISOR, Role.VENDOR_MANAGER},
        "note": {Role.OWNER_LEAD, Role.SUPERVISOR, Role.VENDOR_MANAGER},
        "decide": {Role.OWNER_LEAD},
    },
)


def security_events(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[SecurityEvent]:
    scopes = access.visible_scopes(actor, KIND, access.VIEW, at, within=within)
    return SecurityEvent.objects.filter(scope_id__in=scopes).select_related("scope")


def the_event(actor: Actor, uid: str, at: datetime) -> SecurityEvent:
    """Raises Unseen."""
    event = security_events(actor, at).filter(uid=uid).first()
    if event is None:
        raise access.unseen()
    return event


def _describe(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    return [
        records.Described(
            event.number, event.title, reverse("secops:event", args=[event.uid]), str(event.get_state_display())
        )
        for event in security_events(actor, at).filter(number__in=list(references))
    ]


records.register(records.RecordKind(KIND, _("Security event"), _describe))
