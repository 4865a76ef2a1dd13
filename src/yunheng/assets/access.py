"""Who sees systems and devices and who may write them down. Pages and imports get objects through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import Device, System
from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.people.roles import OWNER, PARTIES, Role

SYSTEM, DEVICE = "assets.system", "assets.device"

_VERBS = {
    "view": PARTIES,
    "record": {Role.OWNER_LEAD, Role.VENDOR_MANAGER},
    "put_in_use": {Role.OWNER_LEAD, Role.VENDOR_MANAGER},
    "export": OWNER | {Role.VENDOR_MANAGER, Role.SUPERVISOR, Role.AUDITOR},
}
access.declare(SYSTEM, _VERBS)
access.declare(DEVICE, _VERBS)


def systems(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[System]:
    scopes = access.visible_scopes(actor, SYSTEM, "view", at, within=within)
    return System.objects.filter(scope_id__in=scopes).select_related("scope")


def system(actor: Actor, uid: str, at: datetime) -> System:
    """Raises Unseen for a system that is not there for this person."""
    found = System.objects.select_related("scope").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", SYSTEM, found.scope, at):
        raise access.unseen()
    return found


def devices(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Device]:
    scopes = access.visible_scopes(actor, DEVICE, "view", at, within=within)
    return Device.objects.filter(scope_id__in=scopes).select_related("scope", "system")


def device(actor: Actor, uid: str, at: datetime) -> Device:
    """Raises Unseen for a device that is not there for this person."""
    found = Device.objects.select_related("scope", "system").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", DEVICE, found.scope, at):
        raise access.unseen()
    return found


def scopes_to_record(actor: Actor, kind: str, at: datetime, *, within: Scope | None = None) -> QuerySet[Scope]:
    """Contracts on which this person may write down a system or device."""
    ids = access.visible_scopes(actor, kind, "record", at, within=within)
    return Scope.objects.filter(pk__in=ids, kind=ScopeKind.CONTRACT).order_by("path")


def _describe_systems(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    found = systems(actor, at).filter(code__in=list(references))
    return [records.Described(one.code, one.name, reverse("assets:system", args=[one.uid])) for one in found]


def _describe_devices(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    found = devices(actor, at).filter(code__in=list(references))
    return [records.Described(one.code, one.name, reverse("assets:device", args=[one.uid])) for one in found]


records.register(records.RecordKind(kind=SYSTEM, label=_("System"), describe=_describe_systems))
records.register(records.RecordKind(kind=DEVICE, label=_("Device"), describe=_describe_devices))
