"""The lists of systems and of devices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yunheng.assets import access
from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.foundation import access as ground
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.lists import Badge, Choice, Column, Condition, ListPage, Sort, Text, render_list

_DEVICE_IN_USE = Exists(InUsePeriod.objects.filter(device=OuterRef("pk"), until__isnull=True))


def use_badge(thing: System | Device) -> Badge:
    """From prefetched periods."""
    if any(period.until is None for period in thing.in_use_periods.all()):
        return Badge("good", _("in use"))
    return Badge("none", _("not in use"))


SYSTEMS = ListPage(
    kind=access.SYSTEM,
    title=_("Systems"),
    columns=[
        Column("code", _("Code"), link=True),
        Column("name", _("Name"), wide=True),
        Column("importance", _("Importance"), value="get_importance_display"),
        Column("hosting", _("Hosting")),
        Column("contract", _("Contract"), value="scope.name"),
        Column("in_use", _("In use"), value=use_badge),
    ],
    filters=[
        Choice("importance", _("Importance"), System.Importance.choices),
        Text(field="code", contains=("name", "hosting")),
    ],
    sorts=[Sort("code", _("Code"))],
    address=lambda system: reverse("assets:system", args=[system.uid]),
    look=lambda system: reverse("assets:system", args=[system.uid]),
    empty_title=_("No systems yet"),
    empty_hint=_("The business systems that the contracts serve will be listed here."),
)

DEVICES = ListPage(
    kind=access.DEVICE,
    title=_("Devices"),
    columns=[
        Column("code", _("Code"), link=True),
        Column("name", _("Name"), wide=True),
        Column("category", _("Category")),
        Column("system", _("System"), value=lambda device: device.system.name if device.system else None),
        Column("location", _("Location")),
        Column("contract", _("Contract"), value="scope.name"),
        Column("in_use", _("In use"), value=use_badge),
    ],
    filters=[
        Condition(
            "use",
            _("In use"),
            [("yes", _("in use"), Q(_DEVICE_IN_USE)), ("no", _("not in use"), ~Q(_DEVICE_IN_USE))],
        ),
        Text(field="code", contains=("name", "category", "location")),
    ],
    sorts=[Sort("code", _("Code")), Sort("category", _("Category"))],
    address=lambda device: reverse("assets:device", args=[device.uid]),
    look=lambda device: reverse("assets:device", args=[device.uid]),
    empty_title=_("No devices yet"),
    empty_hint=_("Record them one by one, or bring in a list with yunheng import contract devices.csv."),
)


@login_required
@require_safe
def system_list(request: HttpRequest) -> HttpResponseBase:
    return _list(request, SYSTEMS)


@login_required
@require_safe
def device_list(request: HttpRequest) -> HttpResponseBase:
    return _list(request, DEVICES)


def _list(request: HttpRequest, listing: ListPage) -> HttpResponseBase:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = ground.visible_scopes(actor, listing.kind, "view", now, within=project)
    if not scopes:
        raise ground.unseen()
    if "export" in request.GET:
        scopes = scopes & ground.visible_scopes(actor, listing.kind, "export", now)
    rows = (
        System.objects.select_related("scope")
        if listing.kind == access.SYSTEM
        else Device.objects.select_related("scope", "system")
    )
    of_system = listing.kind == access.SYSTEM
    context = {
        "may_record": access.scopes_to_record(actor, listing.kind, now, within=project).exists(),
        "new_url": reverse("assets:system-new" if of_system else "assets:device-new"),
    }
    return render_list(
        request,
        listing,
        rows.prefetch_related("in_use_periods"),
        scopes,
        template="assets/list.html",
        context=context,
        now=now,
    )
