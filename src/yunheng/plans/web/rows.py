"""One row: print, reading, doubts and 释义 side by side, and its occurrences."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.plans import access
from yunheng.plans.actions import (
    confirm_interpretation,
    open_on_demand,
    propose_interpretation,
    settle_satisfied_by,
)
from yunheng.plans.actions.interpretations import decisions_of, my_open_decisions
from yunheng.plans.models import Interpretation, Occurrence, PlanRow
from yunheng.plans.queries import RowCounts, counts_by_row
from yunheng.plans.rules.drafts import COLUMNS
from yunheng.plans.web.faces import COUNT_LABELS, badge_of, field_names, reading_lines, row_face, spoken
from yunheng.plans.web.forms import InterpretationForm, OpenForm, tell
from yunheng.ui.context import actor_of

SHOWN = 120  # occurrences on the row's page; the rest opens by its numbers


@login_required
@require_safe
def row_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = access.the_row(actor, uid, now)
    counts = counts_by_row([row.pk], now).get(row.pk, RowCounts())
    interpretations = list(row.interpretations.order_by("-number"))
    waiting = next((item for item in interpretations if item.state == Interpretation.State.PROPOSED), None)
    listed = (
        Occurrence.objects.filter(row=row)
        .exclude(state=Occurrence.State.WITHDRAWN)
        .select_related("scope", "row")
        .order_by("due_at", "number")
    )
    context = {
        "page_title": f"{row.reference} {row.content}",
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (row.reference, "")],
        "row": row,
        "printed": [(column, row.printed.get(column, "")) for column in COLUMNS],
        "reading": reading_lines(row.reading),
        "face": row_face(row, waiting),
        "read_in": field_names(row.readings),
        "counts": [
            (name, COUNT_LABELS[name], getattr(counts, name))
            for name in ("planned", "due", "done", "late", "overdue", "missing", "waived", "unconfirmed")
        ],
        "address": f"{reverse('plans:occurrences')}?row={row.uid}",
        "interpretations": interpretations,
        "waiting": waiting,
        "decisions": spoken(decisions_of(waiting)) if waiting else [],
        "mine": bool(waiting and my_open_decisions(waiting, actor, now)),
        "occurrences": [(item, badge_of(item, now)) for item in listed[:SHOWN]],
        "more": counts.planned - SHOWN,
        "systems": row.systems.all(),
        "other_rows": access.rows(actor, now).filter(project_id=row.project_id, row_id__in=row.satisfied_by),
        "may_interpret": waiting is None and ground.may(actor, "interpret", access.ROW, row.scope, now),
        "may_settle": bool(row.satisfied_by) and ground.may(actor, "settle", access.ROW, row.scope, now),
        "may_open": row.on_demand and ground.may(actor, "open", access.OCCURRENCE, row.scope, now),
    }
    return render(request, "plans/row.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interpret(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = access.the_row(actor, uid, now)
    ground.require(actor, "interpret", access.ROW, row.scope, now, reference=row.reference)
    form = InterpretationForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            propose_interpretation(
                row=row,
                text=form.cleaned_data["text"],
                reading=form.cleaned_data["schedule"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("The interpretation waits for the three parties."))
            return redirect("plans:row", uid=uid)
    return row_form(request, row, form, _("Propose an interpretation"), reverse("plans:interpret", args=[uid]))


@login_required
@require_POST
def answer_interpretation(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    interpretation = get_object_or_404(
        Interpretation.objects.select_related("row__scope", "row__version__scope", "scope"), uid=uid
    )
    access.the_row(actor, interpretation.row.uid, now)
    confirm_interpretation(
        interpretation=interpretation,
        approve=request.POST.get("answer") == "yes",
        reason=request.POST.get("reason", ""),
        actor=actor,
        now=now,
    )
    messages.success(request, _("Your answer was recorded."))
    return redirect("plans:row", uid=interpretation.row.uid)


@login_required
@require_POST
def settle(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = access.the_row(actor, uid, now)
    settle_satisfied_by(row=row, on=request.POST.get("on") == "yes", actor=actor, now=now)
    messages.success(request, _("Your decision was recorded."))
    return redirect("plans:row", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_by_need(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = access.the_row(actor, uid, now)
    ground.require(actor, "open", access.OCCURRENCE, row.scope, now, reference=row.reference)
    form = OpenForm(request.POST or None, initial={"happened_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        try:
            occurrence = open_on_demand(
                row=row,
                happened_at=form.cleaned_data["happened_at"],
                due_at=form.cleaned_data["due_at"],
                trigger_reference=form.cleaned_data["reference"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(number)s was opened.") % {"number": occurrence.number})
            return redirect("plans:occurrence", uid=occurrence.uid)
    return row_form(request, row, form, _("Open work by need"), reverse("plans:open", args=[uid]))


def row_form(
    request: HttpRequest, row: PlanRow, form: InterpretationForm | OpenForm, title: str, action: str
) -> HttpResponse:
    back = reverse("plans:row", args=[row.uid])
    context = {
        "page_title": title,
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (row.reference, back), (title, "")],
        "subject": f"{row.reference} {row.content}",
        "form": form,
        "action": action,
        "back": back,
    }
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)
