"""The plan as printed, with how it stands; its versions; bringing one in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Decision, Scope
from yunheng.plans import access, imports
from yunheng.plans.actions import decide_version
from yunheng.plans.models import Interpretation, PlanRow, PlanVersion
from yunheng.plans.queries import RowCounts, active_rows, counts_by_row, current_version, project_scope
from yunheng.plans.web.faces import RowFace, row_face, spoken, version_badge
from yunheng.plans.web.forms import ImportForm, tell
from yunheng.ui.context import actor_of, current_project


@dataclass(frozen=True, slots=True)
class Line:
    row: PlanRow
    counts: RowCounts
    face: RowFace
    address: str


@dataclass(slots=True)
class Phase:
    name: str
    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> RowCounts:
        return sum((line.counts for line in self.lines), RowCounts())


def the_project(request: HttpRequest) -> Scope | None:
    """The project chosen in the top bar, else the first of which the person sees a plan."""
    chosen = current_project(request)
    if chosen is not None:
        return chosen
    actor, now = actor_of(request), timezone.now()
    scopes = ground.visible_scopes(actor, access.ROW, "view", now)
    first = Scope.objects.filter(pk__in=scopes).exclude(kind="tenant").select_related("parent").order_by("path").first()
    return project_scope(first) if first is not None else None


def require_somewhere(request: HttpRequest, kind: str) -> None:
    """Raises Unseen for whoever sees nothing of this kind."""
    if not ground.standing(actor_of(request), timezone.now()).may_anywhere("view", kind):
        raise ground.unseen()


@login_required
@require_safe
def plan_page(request: HttpRequest) -> HttpResponse:
    require_somewhere(request, access.ROW)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    version = current_version(project.pk) if project is not None else None
    rows = _rows(request, project)
    phases = phases_of(rows, now)
    total = sum((phase.counts for phase in phases), RowCounts())
    waiting = access.versions(actor, now).filter(scope=project, state=PlanVersion.State.PROPOSED) if project else []
    context = {
        "page_title": _("Service plan"),
        "project": project,
        "version": version,
        "phases": phases,
        "total": total,
        "waiting": waiting,
        "may_import": project is not None and ground.may(actor, "import", access.VERSION, project, now),
        "address": reverse("plans:occurrences"),
    }
    return render(request, "plans/plan.html", context)


def _rows(request: HttpRequest, project: Scope | None) -> list[PlanRow]:
    if project is None:
        return []
    seen = access.rows(actor_of(request), timezone.now(), within=project).values_list("pk", flat=True)
    return list(active_rows(project.pk).filter(pk__in=seen))


def phases_of(rows: Iterable[PlanRow], now: datetime) -> list[Phase]:
    listed = list(rows)
    counts = counts_by_row([row.pk for row in listed], now)
    proposed = Interpretation.objects.filter(row_id__in=[row.pk for row in listed], state=Interpretation.State.PROPOSED)
    waiting = {item.row_id: item for item in proposed}
    phases: dict[str, Phase] = {}
    for row in listed:
        line = Line(
            row,
            counts.get(row.pk, RowCounts()),
            row_face(row, waiting.get(row.pk)),
            f"{reverse('plans:occurrences')}?row={row.uid}",
        )
        phases.setdefault(row.phase, Phase(row.phase)).lines.append(line)
    return list(phases.values())


@login_required
@require_safe
def version_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    version = access.the_version(actor, uid, now)
    decisions = Decision.objects.filter(
        subject_kind=access.VERSION, subject_reference=version.reference
    ).select_related("scope")
    standing = ground.standing(actor, now)
    mine = [
        decision
        for decision in decisions
        if decision.state == Decision.State.OPEN and decision.role in standing.roles_at(decision.scope)
    ]
    context = {
        "page_title": version.reference,
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (version.reference, "")],
        "version": version,
        "badge": version_badge(version),
        "rows": access.rows(actor, now).filter(version=version).order_by("position"),
        "retired": access.rows(actor, now).filter(retired_in=version).order_by("position"),
        "decisions": spoken(decisions),
        "mine": mine,
    }
    return render(request, "plans/version.html", context)


@login_required
@require_POST
def answer_version(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    version = access.the_version(actor, uid, now)
    approve = request.POST.get("answer") == "yes"
    decide_version(version=version, approve=approve, reason=request.POST.get("reason", ""), actor=actor, now=now)
    messages.success(request, _("Your answer was recorded."))
    return redirect("plans:version", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    if project is None:
        raise ground.unseen()
    ground.require(actor, "import", access.VERSION, project, now)
    form = ImportForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            outcome = imports.bring_in(
                project=project,
                name=values["file"].name,
                content=values["file"].read(),
                actor=actor,
                now=now,
                dry_run=request.POST.get("step") != "apply",
                valid_from=values["valid_from"],
                reason=values["reason"],
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            if outcome.state in ("in_force", "proposed"):
                messages.success(request, _("%(version)s was brought in.") % {"version": outcome.version})
                return redirect("plans:plan")
    context = {
        "page_title": _("Bring in a plan"),
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (_("Bring in a plan"), "")],
        "form": form,
        "outcome": outcome,
    }
    return render(request, "plans/import.html", context, status=422 if form.errors else 200)
