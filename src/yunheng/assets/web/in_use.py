"""Forms that say from when until when a thing was in use."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yunheng.assets import access
from yunheng.assets.actions.in_use import kind_of, put_in_use, take_out_of_use
from yunheng.assets.models import Device, System
from yunheng.assets.web.forms import PutForm, TakeForm
from yunheng.foundation import access as ground
from yunheng.ui.context import actor_of
from yunheng.ui.filling import fill, posted
from yunheng.ui.forms import day_after

DONE = gettext_lazy("It is saved.")


@login_required
@require_http_methods(["GET", "POST"])
def system_put(request: HttpRequest, uid: str) -> HttpResponse:
    return _put(request, access.system(actor_of(request), uid, timezone.now()))


@login_required
@require_http_methods(["GET", "POST"])
def device_put(request: HttpRequest, uid: str) -> HttpResponse:
    return _put(request, access.device(actor_of(request), uid, timezone.now()))


@login_required
@require_http_methods(["GET", "POST"])
def system_take(request: HttpRequest, uid: str) -> HttpResponse:
    return _take(request, access.system(actor_of(request), uid, timezone.now()))


@login_required
@require_http_methods(["GET", "POST"])
def device_take(request: HttpRequest, uid: str) -> HttpResponse:
    return _take(request, access.device(actor_of(request), uid, timezone.now()))


def _put(request: HttpRequest, thing: System | Device) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    ground.require(actor, "put_in_use", kind_of(thing), thing.scope, now, reference=thing.code)
    form = PutForm(posted(request), initial={"since": timezone.localdate(now)})

    def act(found: dict[str, Any]) -> None:
        put_in_use(thing=thing, since=found["since"], until=day_after(found["last_day"]), actor=actor, now=now)

    return fill(
        request, form, act, title=_("Put in use"), submit=_("Record it"), done=_("It is saved."), back=_page_of(thing)
    )


def _take(request: HttpRequest, thing: System | Device) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    ground.require(actor, "put_in_use", kind_of(thing), thing.scope, now, reference=thing.code)
    form = TakeForm(posted(request), initial={"last_day": timezone.localdate(now)})

    def act(found: dict[str, Any]) -> None:
        until = day_after(found["last_day"])
        assert until is not None  # the field is required
        take_out_of_use(thing=thing, until=until, reason=found["reason"], actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("Take out of use"),
        submit=_("Record it"),
        done=_("It is saved."),
        back=_page_of(thing),
    )


def _page_of(thing: System | Device) -> str:
    return reverse("assets:system" if isinstance(thing, System) else "assets:device", args=[thing.uid])
