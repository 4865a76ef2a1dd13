from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yunheng.evaluation import access as doors
from yunheng.evaluation import evidence_store
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.verification import result_of
from yunheng.foundation import audit
from yunheng.foundation.writing import writing
from yunheng.ui.context import actor_of


@login_required
@require_safe
def result(request: HttpRequest, uid: str) -> HttpResponse:
    row = _exported(request, uid, "result.json")
    text = json.dumps(result_of(row), ensure_ascii=False, indent=1) + "\n"
    return _attachment(text.encode(), "application/json", f"{row.number}-result.json")


@login_required
@require_safe
def evidence(request: HttpRequest, uid: str) -> HttpResponse:
    row = _exported(request, uid, "evidence.zip")
    content = evidence_store.path_of(row.evidence).read_bytes()
    return _attachment(content, "application/zip", f"{row.number}-evidence.zip")


def _exported(request: HttpRequest, uid: str, what: str) -> Evaluation:
    """The evaluation, with the export written into the audit chain."""
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now, "export")
    with writing():
        audit.record(
            scope=row.scope,
            actor=actor,
            now=now,
            verb="export",
            kind=doors.EVALUATION,
            reference=row.number,
            facts={"what": what},
        )
    return row


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
