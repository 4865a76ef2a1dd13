"""The evaluation report as a page and as files; every download is an export and audited as one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yunheng.documents.rendering import Format, fragment
from yunheng.documents.rules.blocks import figures
from yunheng.evaluation import access as doors
from yunheng.evaluation.models import Evaluation
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.writing import writing
from yunheng.reporting.evaluation_report import rendered, report_of
from yunheng.ui.context import actor_of


@login_required
@require_safe
def page(request: HttpRequest, uid: str) -> HttpResponse:
    """The report on the screen: every computed figure opens its drawer."""
    row = doors.the_evaluation(actor_of(request), uid, timezone.now())
    report = report_of(row)
    addresses = {figure.key: _address(row, figure.key) for figure in figures(report)}
    return render(
        request,
        "reporting/evaluation_report.html",
        {
            "page_title": _("Report of %(number)s") % {"number": row.number},
            "crumbs": [
                (_("Evaluations"), reverse("evaluation:evaluation-list")),
                (row.number, reverse("evaluation:evaluation", args=[uid])),
                (_("Report"), ""),
            ],
            "row": row,
            "report": mark_safe(fragment(report, addresses=addresses)),  # noqa: S308  # the renderer escapes
            "formats": [item.value for item in Format],
        },
    )


@login_required
@require_safe
def download(request: HttpRequest, uid: str, format: str) -> HttpResponse:
    if format not in set(Format):
        raise access.unseen()
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now, "export")
    paper = rendered(row, format)
    with writing():
        audit.record(
            scope=row.scope,
            actor=actor,
            now=now,
            verb="export",
            kind=doors.EVALUATION,
            reference=row.number,
            facts={"what": f"report.{format}", "substituted": list(paper.substitutions)},
        )
    name = f"{row.number}-report.{format}"
    return HttpResponse(
        paper.content,
        content_type=paper.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def papers_panel(record: Any, actor: Actor, now: datetime) -> Mapping[str, Any] | None:
    if not isinstance(record, Evaluation):
        return None
    return {"row": record, "formats": [item.value for item in Format]}


def _address(row: Evaluation, key: str) -> str:
    if key in {"total", "grade", "back_filled_share"}:
        return reverse("evaluation:total", args=[row.uid])
    return reverse("evaluation:indicator", args=[row.uid, key.partition(".")[0]])
