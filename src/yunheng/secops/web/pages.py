"""The register of security events, one event, and what may be done with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import AuditEntry, Scope, ScopeKind
from yunheng.secops import access
from yunheng.secops.actions import confirm_event, dismiss_event, note_on_event, report_event
from yunheng.secops.models import SecurityEvent
from yunheng.secops.web.forms import ConfirmForm, DismissForm, NoteForm, ReportForm, tell
from yunheng.ui.components import Step, TrailEntry, TrailKind, Transition
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.lists import Badge, Choice, Column, ListPage, Period, Sort, Text, render_list

STATES = {"reported": "soon", "confirmed": "late", "dismissed": "none"}


def badge(event: SecurityEvent) -> Badge:
    return Badge(STATES[event.state], event.get_state_display())


LIST = ListPage(
    kind=access.KIND,
    title=gettext_lazy("Security events"),
    columns=[
        Column("number", gettext_lazy("Number"), link=True),
        Column("title", gettext_lazy("What happened"), wide=True),
        Column("level", gettext_lazy("Level"), value="get_level_display"),
        Column("contract", gettext_lazy("Contract"), value="scope.name"),
        Column("occurred_at", gettext_lazy("Happened")),
        Column("state", gettext_lazy("State"), value=badge, export=lambda event: event.get_state_display()),
    ],
    filters=[
        Choice("state", gettext_lazy("State"), SecurityEvent.State.choices),
        Period("occurred", gettext_lazy("Happened"), field="occurred_at"),
        Text(contains=("title",)),
    ],
    sorts=[Sort("-occurred_at", gettext_lazy("Happened")), Sort("-number", gettext_lazy("Number"))],
    address=lambda event: reverse("secops:event", args=[event.uid]),
    empty_title=gettext_lazy("No security events"),
    empty_hint=gettext_lazy("An empty register proves nothing by itself: the parties say so every month."),
)


@login_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponseBase:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = ground.visible_scopes(actor, access.KIND, "view", now, within=project)
    if not scopes:
        raise ground.unseen()
    may_report = ground.standing(actor, now).may_anywhere("report", access.KIND)
    rows = SecurityEvent.objects.select_related("scope")
    return render_list(
        request, LIST, rows, scopes, template="secops/list.html", context={"may_report": may_report}, now=now
    )


@login_required
@require_safe
def event_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    event = access.the_event(actor, uid, now)
    context = {
        "page_title": event.title,
        "crumbs": [(_("Security events"), reverse("secops:event-list")), (event.number, "")],
        "event": event,
        "badge": badge(event),
        "steps": _steps(event),
        "transitions": _transitions(event, actor, now),
        "notes": event.facts.filter(kind="noted").order_by("-recorded_at"),
        "trail": _trail(event),
    }
    return render(request, "secops/event.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    allowed = ground.visible_scopes(actor, access.KIND, "report", now, within=current_project(request))
    scopes = Scope.objects.filter(pk__in=allowed).exclude(kind=ScopeKind.TENANT).order_by("path")
    if not allowed:
        raise ground.unseen()
    initial = {"occurred_at": timezone.localtime(now).replace(second=0)}
    form = ReportForm(request.POST or None, scopes=scopes, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            event = report_event(actor=actor, now=now, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(number)s was entered.") % {"number": event.number})
            return redirect("secops:event", uid=event.uid)
    return _form(request, form, _("Report an event"), reverse("secops:report"), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, uid: str) -> HttpResponse:
    event, actor, now = _asked(request, uid, "decide")
    form = ConfirmForm(request.POST or None, initial={"level": event.level, "liable_party": event.liable_party})
    return _step(
        request, event, form, _("Confirm as security event"), "confirm",
        lambda values: confirm_event(event=event, actor=actor, now=now, **values),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, uid: str) -> HttpResponse:
    event, actor, now = _asked(request, uid, "decide")
    form = DismissForm(request.POST or None)
    return _step(
        request, event, form, _("No security event"), "dismiss",
        lambda values: dismiss_event(event=event, actor=actor, now=now, **values),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, uid: str) -> HttpResponse:
    event, actor, now = _asked(request, uid, "note")
    form = NoteForm(request.POST or None)
    return _step(
        request, event, form, _("Add a note"), "note",
        lambda values: note_on_event(event=event, actor=actor, now=now, **values),
    )  # fmt: skip


def _asked(request: HttpRequest, uid: str, verb: str) -> tuple[SecurityEvent, Actor, datetime]:
    actor, now = actor_of(request), timezone.now()
    event = access.the_event(actor, uid, now)
    ground.require(actor, verb, access.KIND, event.scope, now, reference=event.number)
    return event, actor, now


def _step(
    request: HttpRequest,
    event: SecurityEvent,
    form: forms.Form,
    title: str,
    name: str,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect("secops:event", uid=event.uid)
    return _form(request, form, title, reverse(f"secops:{name}", args=[event.uid]), event)


def _form(request: HttpRequest, form: forms.Form, title: str, action: str, event: SecurityEvent | None) -> HttpResponse:
    back = reverse("secops:event", args=[event.uid]) if event else reverse("secops:event-list")
    context = {
        "page_title": title,
        "crumbs": [(_("Security events"), reverse("secops:event-list")), (title, "")],
        "subject": f"{event.number} {event.title}" if event else "",
        "form": form,
        "action": action,
        "back": back,
    }
    return render(request, "secops/form.html", context, status=422 if form.errors else 200)


def _steps(event: SecurityEvent) -> list[Step]:
    first = Step(_("Entered"), "done", at=event.reported_at)
    if event.state == SecurityEvent.State.REPORTED:
        return [first, Step(_("Decided by the owner"), "current", actor=_("Owner's project lead"))]
    return [first, Step(event.get_state_display(), "done", at=event.confirmed_at)]


def _transitions(event: SecurityEvent, actor: Actor, now: datetime) -> list[Transition]:
    def may(verb: str) -> bool:
        return ground.may(actor, verb, access.KIND, event.scope, now)

    def to(name: str) -> str:
        return reverse(f"secops:{name}", args=[event.uid])

    found = []
    if may("decide"):
        primary = event.state == SecurityEvent.State.REPORTED
        found.append(Transition(_("Confirm as security event"), to("confirm"), primary=primary, icon="shield-check"))
        found.append(Transition(_("No security event"), to("dismiss"), icon="shield-off"))
    if may("note"):
        found.append(Transition(_("Add a note"), to("note"), icon="note"))
    return found


_KINDS: dict[str, TrailKind] = {"noted": "word", "reported": "fact"}


def _trail(event: SecurityEvent) -> list[TrailEntry]:
    labels = {
        "reported": _("Entered"),
        "confirmed": _("Confirmed as security event"),
        "dismissed": _("Not a security event"),
        "noted": _("Noted"),
        "refused": _("Refused"),
    }
    entries = AuditEntry.objects.filter(tenant_id=event.tenant_id, kind=access.KIND, reference=event.number)
    found = []
    for entry in entries.order_by("-sequence"):
        facts = json.loads(bytes(entry.body))[-1]
        found.append(
            TrailEntry(
                at=entry.at,
                label=labels.get(entry.verb, entry.verb),
                actor=entry.actor_label,
                kind=_KINDS.get(entry.verb, "transition"),
                detail=str(facts.get("text") or facts.get("reason") or facts.get("title") or ""),
                number=entry.sequence,
            )
        )
    return found
