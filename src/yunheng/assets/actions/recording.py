"""Writing down systems and devices, and correcting their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.assets.access import DEVICE, SYSTEM
from yunheng.assets.models import Device, System
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind
from yunheng.foundation.writing import writing


@dataclass(frozen=True, slots=True)
class SystemFacts:
    code: str
    name: str
    importance: str = System.Importance.ORDINARY
    hosting: str = ""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    code: str
    category: str
    name: str
    system: System | None = None
    location: str = ""


def record_system(
    *, scope: Scope, facts: SystemFacts, actor: Actor, now: datetime, batch: ImportBatch | None = None
) -> System:
    access.require(actor, "record", SYSTEM, scope, now, reference=facts.code)
    _check(scope, facts.code, facts.name)
    if facts.importance not in System.Importance.values:
        raise Invalid(_("There is no such importance."), fields={"importance": _("Choose again.")})
    row = System(scope=scope, batch=batch)
    _write_system(row, facts)
    _save(row, "record", SYSTEM, actor, now)
    return row


def change_system(*, system: System, facts: SystemFacts, actor: Actor, now: datetime) -> System:
    access.require(actor, "record", SYSTEM, system.scope, now, reference=system.code)
    _check(system.scope, facts.code, facts.name)
    _write_system(system, facts)
    _save(system, "change", SYSTEM, actor, now)
    return system


def record_device(*, scope: Scope, facts: DeviceFacts, actor: Actor, now: datetime) -> Device:
    return record_devices(scope=scope, devices=[facts], actor=actor, now=now)[0]


def record_devices(
    *,
    scope: Scope,
    devices: Sequence[DeviceFacts],
    actor: Actor,
    now: datetime,
    batch: ImportBatch | None = None,
) -> list[Device]:
    """All or nothing, in bulk."""
    access.require(actor, "record", DEVICE, scope, now, reference=devices[0].code if devices else "")
    rows = []
    for facts in devices:
        _check(scope, facts.code, facts.name)
        _check_system(scope, facts.system)
        row = Device(scope=scope, tenant_id=scope.tenant_id or scope.pk, batch=batch)
        _write_device(row, facts)
        rows.append(row)
    try:
        with writing():
            made = Device.objects.bulk_create(rows, batch_size=500)
            audit.record_many(
                scope=scope,
                actor=actor,
                now=now,
                entries=[("record", DEVICE, row.code, _facts_of(row)) for row in made],
            )
    except IntegrityError:
        raise _taken() from None
    return made


def change_device(*, device: Device, facts: DeviceFacts, actor: Actor, now: datetime) -> Device:
    access.require(actor, "record", DEVICE, device.scope, now, reference=device.code)
    _check(device.scope, facts.code, facts.name)
    _check_system(device.scope, facts.system)
    _write_device(device, facts)
    _save(device, "change", DEVICE, actor, now)
    return device


def _check(scope: Scope, code: str, name: str) -> None:
    fields = {}
    if not code.strip():
        fields["code"] = _("Write the code.")
    if not name.strip():
        fields["name"] = _("Write the name.")
    if scope.kind != ScopeKind.CONTRACT:
        fields["scope"] = _("Choose the contract that serves it.")
    if fields:
        raise Invalid(_("This cannot be recorded yet."), fields=fields)


def _check_system(scope: Scope, system: System | None) -> None:
    if system is not None and system.tenant_id != scope.tenant_id:
        raise Invalid(_("This system belongs to another office."), fields={"system": _("Choose again.")})


def _write_system(row: System, facts: SystemFacts) -> None:
    row.code, row.name = facts.code.strip(), facts.name.strip()
    row.importance, row.hosting = facts.importance, facts.hosting.strip()


def _write_device(row: Device, facts: DeviceFacts) -> None:
    row.code, row.name, row.category = facts.code.strip(), facts.name.strip(), facts.category.strip()
    row.system, row.location = facts.system, facts.location.strip()


def _save(row: System | Device, verb: str, kind: str, actor: Actor, now: datetime) -> None:
    try:
        with writing():
            row.save()
            audit.record(
                scope=row.scope, actor=actor, now=now, verb=verb, kind=kind, reference=row.code, facts=_facts_of(row)
            )
    except IntegrityError:
        raise _taken() from None


def _facts_of(row: System | Device) -> dict[str, str]:
    if isinstance(row, System):
        return {"name": row.name, "importance": row.importance, "hosting": row.hosting}
    system = row.system.code if row.system else ""
    return {"name": row.name, "category": row.category, "system": system, "location": row.location}


def _taken() -> Conflict:
    return Conflict(_("This code is taken in this office."), way_out=_("Choose another code, or open what has it."))
