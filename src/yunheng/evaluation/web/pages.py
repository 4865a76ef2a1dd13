"""The verdict on the screen: list, score sheet, the drawer behind every number, verification."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yunheng.evaluation import access as doors
from yunheng.evaluation import evidence_store
from yunheng.evaluation import verification as checking
from yunheng.evaluation.models import Evaluation, Statement
from yunheng.evaluation.queries import scheme_in_force, statements_of
from yunheng.evaluation.rules.evidence import BrokenEvidence, Marks, Table
from yunheng.evaluation.web.presentation import register_columns, sheet, steps_of, trail_of
from yunheng.evaluation.wording import STATE_TONES, losses, spoken, state_word
from yunheng.foundation import access, records
from yunheng.foundation.models import ScopeKind
from yunheng.people.roles import Role
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.lists import Badge, Choice, Column, ListPage, Sort, render_list

PAGE_SIZE = 50
_TONES = {"draft": "none", "sealed": "good", "replaced": "held"}

LISTING = ListPage(
    kind=doors.EVALUATION,
    title=gettext_lazy("Evaluations"),
    columns=[
        Column("number", gettext_lazy("Number"), link=True),
        Column("scope", gettext_lazy("Scope"), lambda row: row.scope.name, wide=True),
        Column("period", gettext_lazy("Period"), lambda row: f"{row.first} – {row.last}"),
        Column("total", gettext_lazy("Total"), lambda row: row.result["total"] or "—", numeric=True),
        Column("grade", gettext_lazy("Grade"), lambda row: row.result["grade"] or "—"),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row: Badge(_TONES[row.state], _("Trial") if row.trial else row.get_state_display()),
        ),
        Column("made_at", gettext_lazy("Made at"), lambda row: row.made_at),
    ],
    filters=[Choice("state", gettext_lazy("State"), list(Evaluation.State.choices))],
    sorts=[Sort("-made_at", gettext_lazy("Made at"))],
    address=lambda row: reverse("evaluation:evaluation", args=[row.uid]),
    empty_title=gettext_lazy("Nothing has been weighed yet"),
    empty_hint=gettext_lazy("Once a scheme is frozen, the verdict is computed from the records at any time."),
)


@login_required
@require_safe
def evaluation_list(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    project = current_project(request)
    scopes = access.visible_scopes(actor, doors.EVALUATION, access.VIEW, now, within=project)
    standing = access.standing(actor, now)
    return render_list(
        request,
        LISTING,
        Evaluation.objects.select_related("scope"),
        scopes,
        template="evaluation/evaluation_list.html",
        context={
            "project": project,
            "scheme": scheme_in_force(project) if project and standing.may("view", doors.SCHEME, project) else None,
            "may_evaluate": project is not None and standing.may("evaluate", doors.EVALUATION, project),
        },
    )


@login_required
@require_safe
def evaluation(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now)
    standing = access.standing(actor, now)
    project_scope = row.scope if row.scope.kind == ScopeKind.PROJECT else row.scope.parent
    assert project_scope is not None
    may = {verb: standing.may(verb, doors.EVALUATION, row.scope) for verb in ("evaluate", "seal", "enter", "export")}
    may["see_scheme"] = standing.may("view", doors.SCHEME, row.scheme.scope)
    may["write"] = standing.may("write", doors.STATEMENT, row.scope)
    may["adopt"] = standing.may("adopt", doors.STATEMENT, row.scope)
    return render(
        request,
        "evaluation/evaluation.html",
        {
            "page_title": row.number,
            "crumbs": [(_("Evaluations"), reverse("evaluation:evaluation-list")), (row.number, "")],
            "row": row,
            "result": row.result,
            "seal": getattr(row, "seal", None),
            "groups": sheet(row),
            "losses": losses(row.result),
            "steps": steps_of(row),
            "may": may,
            "statements": statements_of(project_scope, row.first, row.last),
            "kinds": Statement.Kind.choices,
            "roles": dict(Role.choices),
            "trail": trail_of(row),
        },
    )


@login_required
@require_safe
def total(request: HttpRequest, uid: str) -> HttpResponse:
    """How the total and the grade came about."""
    row = doors.the_evaluation(actor_of(request), uid, timezone.now())
    weighed = [item for item in row.result["indicators"] if item["weight"] is not None]
    return render(
        request,
        "evaluation/total_drawer.html",
        {
            "page_title": _("Total of %(number)s") % {"number": row.number},
            "row": row,
            "result": row.result,
            "weighed": weighed,
            "steps": [spoken(step) for step in row.result["steps"]],
        },
    )


@login_required
@require_safe
def indicator(request: HttpRequest, uid: str, indicator: str) -> HttpResponse:
    """The drawer behind an indicator's numbers: value in words, what was counted, what was left out and why."""
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now)
    item = next((found for found in row.result["indicators"] if found["id"] == indicator), None)
    if item is None:
        raise access.unseen()
    definition = next(found for found in row.scheme.data["scheme"]["indicators"] if found["id"] == indicator)
    show = request.GET.get("show", "lost")
    listing, broken = None, ""
    if item["evidence"]:
        try:
            evidence = evidence_store.load(row.evidence, only=[item["evidence"]["register"]])
            table, marks = evidence.tables[item["evidence"]["register"]], evidence.marks[indicator]
            listing = _listing(request, item, table, marks, show)
        except BrokenEvidence as problem:
            broken = problem.place
    return render(
        request,
        "evaluation/indicator_drawer.html",
        {
            "page_title": f"{indicator} {item['name']}",
            "crumbs": [
                (_("Evaluations"), reverse("evaluation:evaluation-list")),
                (row.number, reverse("evaluation:evaluation", args=[uid])),
                (item["name"], ""),
            ],
            "row": row,
            "item": item,
            "definition": definition,
            "state": state_word(item["state"]),
            "tone": STATE_TONES[item["state"]],
            "words": [spoken(pair) for pair in item["words"]],
            "steps": [spoken(step) for step in item["steps"]],
            "reason": _(item["reason"]) if item["reason"] else "",
            "left_out": [(_(words), count) for words, count in (item["evidence"] or {}).get("left_out", {}).items()],
            "listing": listing,
            "broken": broken,
            "show": show,
            "may_enter": access.may(actor, "enter", doors.EVALUATION, row.scope, now)
            and row.state == Evaluation.State.DRAFT,
        },
    )


def _listing(request: HttpRequest, item: dict[str, Any], table: Table, marks: Marks, show: str) -> dict[str, Any]:
    """One page of the records behind an indicator, each linked where the reader may see it."""
    chosen = {
        "lost": marks.counted & ~marks.hit,
        "counted": marks.counted,
        "left": ~marks.counted,
    }.get(show, marks.counted)
    rows = chosen.nonzero()[0].tolist()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    references = [table.references[place] for place in page.object_list]
    seen = records.describe(table.kind, references, actor_of(request), timezone.now())
    columns = register_columns(table, item["measure"])
    return {
        "page": page,
        "columns": [label for _name, label, _show in columns],
        "counts": {
            "lost": int((marks.counted & ~marks.hit).sum()),
            "counted": int(marks.counted.sum()),
            "left": len(table.references) - int(marks.counted.sum()),
        },
        "rows": [
            {
                "reference": table.references[place],
                "record": seen.get(table.references[place]),
                "standing": _standing(marks, place),
                "tone": "good" if marks.hit[place] else "late" if marks.counted[place] else "held",
                "values": [shown(table.columns[name][place]) for name, _label, shown in columns],
            }
            for place in page.object_list
        ],
    }


def _standing(marks: Marks, place: int) -> str:
    if marks.counted[place]:
        return _("met the target") if marks.hit[place] else _("did not meet the target")
    reason = int(marks.left_out[place])
    return _(marks.reasons[reason - 1]) if 0 < reason <= len(marks.reasons) else _("left out")


@login_required
@require_safe
def verification(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask everything again and say what no longer holds."""
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now, "verify")
    found = checking.verify(row, now=now)
    return render(
        request,
        "evaluation/verification.html",
        {
            "page_title": _("Verification of %(number)s") % {"number": row.number},
            "crumbs": [
                (_("Evaluations"), reverse("evaluation:evaluation-list")),
                (row.number, reverse("evaluation:evaluation", args=[uid])),
                (_("Verification"), ""),
            ],
            "row": row,
            "found": found,
            "findings": [(finding, str(finding)) for finding in found.findings],
            "at": now,
        },
    )
