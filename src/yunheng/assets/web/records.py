"""One system, one device, and the forms that write them down."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.assets import access
from yunheng.assets.actions import recording
from yunheng.assets.actions.in_use import kind_of, periods_of
from yunheng.assets.actions.recording import DeviceFacts, SystemFacts
from yunheng.assets.models import Device, System
from yunheng.assets.web.forms import DeviceForm, SystemForm
from yunheng.assets.web.listing import use_badge
from yunheng.foundation import access as ground
from yunheng.foundation.models import AuditEntry
from yunheng.ui.components import TrailEntry
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.filling import fill, posted

DONE = gettext_lazy("It is saved.")


@login_required
@require_safe
def system_page(request: HttpRequest, uid: str) -> HttpResponse:
    system = access.system(actor_of(request), uid, timezone.now())
    devices = access.devices(actor_of(request), timezone.now()).filter(system=system).order_by("code")
    shown, limit = list(devices[:101]), 100
    more = {"devices": shown[:limit], "more_devices": len(shown) > limit}
    return _page(request, system, _("Systems"), reverse("assets:systems"), more)


@login_required
@require_safe
def device_page(request: HttpRequest, uid: str) -> HttpResponse:
    device = access.device(actor_of(request), uid, timezone.now())
    return _page(request, device, _("Devices"), reverse("assets:devices"), {})


def _page(request: HttpRequest, thing: System | Device, group: str, back: str, more: dict[str, Any]) -> HttpResponse:
    standing = ground.standing(actor_of(request), timezone.now())
    kind = kind_of(thing)
    periods = list(periods_of(thing))
    context = {
        "thing": thing,
        "is_system": isinstance(thing, System),
        "page_title": f"{thing.code} {thing.name}",
        "crumbs": [(group, back), (thing.code, "")],
        "badge": use_badge(thing),
        "periods": periods,
        "in_use": any(period.until is None for period in periods),
        "may_record": standing.may("record", kind, thing.scope),
        "may_put": standing.may("put_in_use", kind, thing.scope),
        "entries": trail_of(thing),
        **more,
    }
    return render(request, "assets/record.html", context)


def trail_of(thing: System | Device) -> list[TrailEntry]:
    labels = {
        "record": _("recorded"),
        "change": _("corrected in words"),
        "put-in-use": _("put in use"),
        "take-out-of-use": _("taken out of use"),
        "refused": _("was refused"),
    }
    rows = AuditEntry.objects.filter(tenant_id=thing.tenant_id, kind=kind_of(thing), reference=thing.code).order_by(
        "-sequence"
    )[:50]
    found = []
    for row in rows:
        facts = json.loads(bytes(row.body))[-1]
        told = " · ".join(str(facts[name]) for name in ("name", "since", "until", "reason") if facts.get(name))
        found.append(
            TrailEntry(row.at, labels.get(row.verb, row.verb), row.actor_label, detail=told, number=row.sequence)
        )
    return found


# ---------------------------------------------------------------- forms


@login_required
@require_http_methods(["GET", "POST"])
def system_new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = access.scopes_to_record(actor, access.SYSTEM, now, within=current_project(request))
    if not scopes.exists():
        raise ground.unseen()
    form = SystemForm(posted(request), scopes=scopes)

    def act(found: dict[str, Any]) -> None:
        recording.record_system(scope=found.pop("scope"), facts=SystemFacts(**found), actor=actor, now=now)

    back = reverse("assets:systems")
    return fill(request, form, act, title=_("New system"), submit=_("Record the system"), done=DONE, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def system_edit(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    system = access.system(actor, uid, now)
    ground.require(actor, "record", access.SYSTEM, system.scope, now, reference=system.code)
    initial = {name: getattr(system, name) for name in SystemFacts.__slots__}
    form = SystemForm(posted(request), scopes=None, initial=initial)

    def act(found: dict[str, Any]) -> None:
        recording.change_system(system=system, facts=SystemFacts(**found), actor=actor, now=now)

    back = reverse("assets:system", args=[uid])
    return fill(request, form, act, title=_("Change the system"), submit=_("Save"), done=DONE, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def device_new(request: HttpRequest) -> HttpResponse:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = access.scopes_to_record(actor, access.DEVICE, now, within=project)
    if not scopes.exists():
        raise ground.unseen()
    systems = access.systems(actor, now, within=project).order_by("code")
    form = DeviceForm(posted(request), scopes=scopes, systems=systems)

    def act(found: dict[str, Any]) -> None:
        recording.record_device(scope=found.pop("scope"), facts=DeviceFacts(**found), actor=actor, now=now)

    back = reverse("assets:devices")
    return fill(request, form, act, title=_("New device"), submit=_("Record the device"), done=DONE, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def device_edit(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    device = access.device(actor, uid, now)
    ground.require(actor, "record", access.DEVICE, device.scope, now, reference=device.code)
    systems = access.systems(actor, now).filter(tenant_id=device.tenant_id).order_by("code")
    initial = {name: getattr(device, name) for name in DeviceFacts.__slots__}
    initial["system"] = device.system.uid if device.system else None
    form = DeviceForm(posted(request), scopes=None, systems=systems, initial=initial)

    def act(found: dict[str, Any]) -> None:
        recording.change_device(device=device, facts=DeviceFacts(**found), actor=actor, now=now)

    back = reverse("assets:device", args=[uid])
    return fill(request, form, act, title=_("Change the device"), submit=_("Save"), done=DONE, back=back)
