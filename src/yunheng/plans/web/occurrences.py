"""One piece of planned work, and the lists that numbers open."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.assets.queries import systems_of
from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.plans import access
from yunheng.plans.actions import complete_occurrence, confirm_completion, retract_completion, waive
from yunheng.plans.models import Completion, Occurrence
from yunheng.plans.queries import STATUSES, active_rows, effective, marks_of, status_filter
from yunheng.plans.web.faces import COUNT_LABELS, badge_of, steps_of, trail_of, transitions_of
from yunheng.plans.web.forms import CompleteForm, ReasonForm, tell
from yunheng.plans.web.plan import require_somewhere, the_project
from yunheng.ui.context import actor_of

MOST_SHOWN = 300


@login_required
@require_safe
def occurrence_list(request: HttpRequest) -> HttpResponse:
    """What a number of the plan opens: the occurrences of a row, of one standing."""
    require_somewhere(request, access.OCCURRENCE)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    listed = access.occurrences(actor, now, within=project).exclude(state=Occurrence.State.WITHDRAWN)
    title = _("Planned work")
    row_uid, status = request.GET.get("row", ""), request.GET.get("status", "planned")
    if status not in (*STATUSES, "planned", "due", "done"):
        raise Invalid(_("There is no such standing."), way_out=_("Go back and open the number again."))
    if row_uid:
        row = access.the_row(actor, row_uid, now)
        listed = listed.filter(row=row)
        title = f"{row.reference} {row.content}"
    elif project is not None:
        listed = listed.filter(row__in=active_rows(project.pk))
    if status == "due":
        listed = listed.filter(due_at__lt=now)
    elif status != "planned":
        listed = listed.filter(status_filter(status, now))
    found = list(listed.order_by("due_at", "number")[: MOST_SHOWN + 1])
    context = {
        "page_title": f"{title} · {COUNT_LABELS[status]}",
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (str(COUNT_LABELS[status]), "")],
        "occurrences": [(item, badge_of(item, now)) for item in found[:MOST_SHOWN]],
        "more": len(found) > MOST_SHOWN,
        "most": MOST_SHOWN,
    }
    return render(request, "plans/occurrence_list.html", context)


@login_required
@require_safe
def occurrence_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    occurrence = access.the_occurrence(actor, uid, now)
    standing = {item.pk for item in effective(occurrence.completions.all())}
    may_confirm = ground.may(actor, "confirm", access.OCCURRENCE, occurrence.scope, now)
    may_retract = ground.may(actor, "retract", access.OCCURRENCE, occurrence.scope, now)
    context = {
        "page_title": occurrence.number,
        "crumbs": [
            (_("Service plan"), reverse("plans:plan")),
            (occurrence.row.reference, reverse("plans:row", args=[occurrence.row.uid])),
            (occurrence.number, ""),
        ],
        "occurrence": occurrence,
        "row": occurrence.row,
        "marks": marks_of(occurrence),
        "badge": badge_of(occurrence, now),
        "steps": steps_of(occurrence, now),
        "transitions": transitions_of(occurrence, actor, now),
        "completions": [
            {
                "fact": item,
                "stands": item.pk in standing,
                "may_confirm": may_confirm
                and item.pk in standing
                and not item.counts
                and item.recorded_by_id != actor.id,
                "may_retract": may_retract and item.pk in standing,
            }
            for item in occurrence.completions.all()
        ],
        "trail": trail_of(occurrence),
    }
    return render(request, "plans/occurrence.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    occurrence = access.the_occurrence(actor, uid, now)
    ground.require(actor, "complete", access.OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    systems = [(system.code, system.name) for system in systems_of([occurrence.scope_id])]
    initial = {"occurred_at": timezone.localtime(now).replace(second=0)}
    form = CompleteForm(request.POST or None, occurrence=occurrence, systems=systems, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            completion = complete_occurrence(
                occurrence=occurrence,
                mark=values["mark"],
                occurred_at=values["occurred_at"],
                objects=values.get("objects_named", []),
                note=values["note"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            told = _("Recorded.") if completion.counts else _("Recorded as back-filled; it waits for confirmation.")
            messages.success(request, told)
            return redirect(_way_back(request) or reverse("plans:occurrence", args=[uid]))
    return step_form(request, occurrence, form, _("Record as done"), reverse("plans:complete", args=[uid]))


def _way_back(request: HttpRequest) -> str:
    """Where the person came from, when that is a page of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def waive_it(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    occurrence = access.the_occurrence(actor, uid, now)
    ground.require(actor, "waive", access.OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        waive(occurrence=occurrence, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("%(number)s was waived.") % {"number": occurrence.number})
        return redirect("plans:occurrence", uid=uid)
    return step_form(request, occurrence, form, _("Waive"), reverse("plans:waive", args=[uid]))


@login_required
@require_POST
def confirm(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    occurrence = access.the_occurrence(actor, uid, now)
    completion = get_object_or_404(Completion.objects.select_related("occurrence__scope"), pk=pk, occurrence=occurrence)
    confirm_completion(completion=completion, actor=actor, now=now)
    messages.success(request, _("Confirmed."))
    return redirect("plans:occurrence", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retract(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    occurrence = access.the_occurrence(actor, uid, now)
    ground.require(actor, "retract", access.OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    completion = get_object_or_404(Completion.objects.select_related("occurrence__scope"), pk=pk, occurrence=occurrence)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        retract_completion(completion=completion, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("The entry was taken back."))
        return redirect("plans:occurrence", uid=uid)
    action = reverse("plans:retract", args=[uid, pk])
    return step_form(request, occurrence, form, _("Take an entry back"), action)


def step_form(request: HttpRequest, occurrence: Occurrence, form: forms.Form, title: str, action: str) -> HttpResponse:
    back = reverse("plans:occurrence", args=[occurrence.uid])
    context = {
        "page_title": title,
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (occurrence.number, back), (title, "")],
        "subject": f"{occurrence.number} {occurrence.row.content}",
        "form": form,
        "action": action,
        "back": back,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)
