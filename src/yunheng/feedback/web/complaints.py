"""Complaints: the list, one of them, and the owner's decision."""

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

from yunheng.feedback import access
from yunheng.feedback.actions import comment_on_complaint, dispose_of_complaint, open_complaint
from yunheng.feedback.models import Complaint
from yunheng.feedback.web.forms import CommentForm, ComplaintForm, DispositionForm, tell
from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import AuditEntry, Scope, ScopeKind
from yunheng.ui.components import Step, TrailEntry, TrailKind, Transition
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.lists import Badge, Choice, Column, ListPage, Option, Period, Sort, Text, render_list

STATES = {"": "soon", "accepted": "late", "not_accepted": "none", "to_ticket": "good", "withdrawn": "none"}
UNDECIDED = "undecided"


def badge(complaint: Complaint) -> Badge:
    return Badge(STATES[complaint.disposition], complaint.get_disposition_display())


def _dispositions() -> list[Option]:
    return [Option(value or UNDECIDED, label, (value,)) for value, label in Complaint.Disposition.choices]


LIST = ListPage(
    kind=access.COMPLAINT,
    title=gettext_lazy("Complaints"),
    columns=[
        Column("number", gettext_lazy("Number"), link=True),
        Column("subject", gettext_lazy("What it is about"), wide=True),
        Column("complainant", gettext_lazy("Complainant"), in_export=False),
        Column("contract", gettext_lazy("Contract"), value="scope.name"),
        Column("occurred_at", gettext_lazy("Complained")),
        Column(
            "disposition",
            gettext_lazy("Decision"),
            value=badge,
            export=lambda complaint: complaint.get_disposition_display(),
        ),
    ],
    filters=[
        Choice("disposition", gettext_lazy("Decision"), _dispositions),
        Period("occurred", gettext_lazy("Complained"), field="occurred_at"),
        Text(contains=("subject",)),
    ],
    sorts=[Sort("-occurred_at", gettext_lazy("Complained")), Sort("-number", gettext_lazy("Number"))],
    address=lambda complaint: reverse("feedback:complaint", args=[complaint.uid]),
    empty_title=gettext_lazy("No complaints"),
    empty_hint=gettext_lazy("What people complain about is listed here until the owner has decided, and after."),
)


@login_required
@require_safe
def complaint_list(request: HttpRequest) -> HttpResponseBase:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = ground.visible_scopes(actor, access.COMPLAINT, "view", now, within=project)
    if not scopes:
        raise ground.unseen()
    may_open = ground.standing(actor, now).may_anywhere("open", access.COMPLAINT)
    rows = access.complaints(actor, now, within=project)
    return render_list(
        request, LIST, rows, scopes, template="feedback/complaint_list.html", context={"may_open": may_open}, now=now
    )


@login_required
@require_safe
def complaint_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    complaint = access.the_complaint(actor, uid, now)
    context = {
        "page_title": complaint.subject,
        "crumbs": [(_("Complaints"), reverse("feedback:complaint-list")), (complaint.number, "")],
        "complaint": complaint,
        "badge": badge(complaint),
        "comments": complaint.facts.filter(kind="commented"),
        "steps": _steps(complaint),
        "transitions": _transitions(complaint, actor, now),
        "trail": _trail(complaint),
    }
    return render(request, "feedback/complaint.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_complaint(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    allowed = ground.visible_scopes(actor, access.COMPLAINT, "open", now, within=current_project(request))
    scopes = Scope.objects.filter(pk__in=allowed).exclude(kind=ScopeKind.TENANT).order_by("path")
    if not scopes:
        raise ground.unseen()
    for_others = ground.standing(actor, now).may_anywhere("view_all", access.COMPLAINT)
    form = ComplaintForm(request.POST or None, scopes=scopes, for_others=for_others)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = open_complaint(actor=actor, now=now, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(number)s was entered.") % {"number": complaint.number})
            return redirect("feedback:complaint", uid=complaint.uid)
    return _form(request, form, _("Complain"), reverse("feedback:complaint-new"), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispose(request: HttpRequest, uid: str) -> HttpResponse:
    complaint, actor, now = _asked(request, uid, "dispose")
    form = DispositionForm(request.POST or None)
    return _step(
        request, complaint, form, _("Decide"), "dispose",
        lambda values: dispose_of_complaint(complaint=complaint, actor=actor, now=now, **values),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, uid: str) -> HttpResponse:
    complaint, actor, now = _asked(request, uid, "comment")
    form = CommentForm(request.POST or None)
    return _step(
        request, complaint, form, _("Comment"), "comment",
        lambda values: comment_on_complaint(complaint=complaint, actor=actor, now=now, **values),
    )  # fmt: skip


def _asked(request: HttpRequest, uid: str, verb: str) -> tuple[Complaint, Actor, datetime]:
    actor, now = actor_of(request), timezone.now()
    complaint = access.the_complaint(actor, uid, now)
    ground.require(actor, verb, access.COMPLAINT, complaint.scope, now, reference=complaint.number)
    return complaint, actor, now


def _step(
    request: HttpRequest,
    complaint: Complaint,
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
            return redirect("feedback:complaint", uid=complaint.uid)
    return _form(request, form, title, reverse(f"feedback:{name}", args=[complaint.uid]), complaint)


def _form(request: HttpRequest, form: forms.Form, title: str, action: str, complaint: Complaint | None) -> HttpResponse:
    listing = reverse("feedback:complaint-list")
    context = {
        "page_title": title,
        "crumbs": [(_("Complaints"), listing), (title, "")],
        "subject": f"{complaint.number} {complaint.subject}" if complaint else "",
        "form": form,
        "action": action,
        "back": reverse("feedback:complaint", args=[complaint.uid]) if complaint else listing,
    }
    return render(request, "feedback/form.html", context, status=422 if form.errors else 200)


def _steps(complaint: Complaint) -> list[Step]:
    first = Step(_("Received"), "done", at=complaint.occurred_at)
    if not complaint.disposition:
        return [first, Step(_("Decided by the owner"), "current", actor=_("Owner's project lead"))]
    return [first, Step(complaint.get_disposition_display(), "done", at=complaint.decided_at)]


def _transitions(complaint: Complaint, actor: Actor, now: datetime) -> list[Transition]:
    def may(verb: str) -> bool:
        return ground.may(actor, verb, access.COMPLAINT, complaint.scope, now)

    def to(name: str) -> str:
        return reverse(f"feedback:{name}", args=[complaint.uid])

    found = []
    if may("dispose"):
        label = _("Decide anew") if complaint.disposition else _("Decide")
        found.append(Transition(label, to("dispose"), primary=not complaint.disposition, icon="gavel"))
    if may("comment"):
        found.append(Transition(_("Comment"), to("comment"), icon="message"))
    return found


_KINDS: dict[str, TrailKind] = {"commented": "word", "received": "fact"}


def _trail(complaint: Complaint) -> list[TrailEntry]:
    labels = {
        "received": _("Received"),
        "commented": _("Commented"),
        "disposed": _("Decided"),
        "refused": _("Refused"),
    }
    entries = AuditEntry.objects.filter(
        tenant_id=complaint.tenant_id, kind=access.COMPLAINT, reference=complaint.number
    ).order_by("-sequence")
    found = []
    for entry in entries:
        facts = json.loads(bytes(entry.body))[-1]
        found.append(
            TrailEntry(
                at=entry.at,
                label=labels.get(entry.verb, entry.verb),
                actor=entry.actor_label,
                kind=_KINDS.get(entry.verb, "transition"),
                detail=str(facts.get("text") or facts.get("reason") or ""),
                number=entry.sequence,
            )
        )
    return found
