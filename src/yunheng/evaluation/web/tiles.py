"""What the home page says of the verdict: the score so far, and what waits for my decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yunheng.evaluation import access as doors
from yunheng.evaluation.models import ManualValue
from yunheng.evaluation.queries import latest
from yunheng.evaluation.wording import losses
from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope


def score_so_far(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    """Of the project, or of the first contract that the person may see."""
    if project is None:
        return None
    visible = access.visible_scopes(actor, doors.EVALUATION, access.VIEW, now, within=project)
    if not visible:
        return None
    scope = project if project.pk in visible else Scope.objects.filter(pk__in=visible).order_by("code").first()
    row = latest(scope) if scope else None
    if row is None:
        return {"row": None, "width": "half"}
    return {"row": row, "result": row.result, "losses": losses(row.result), "width": "half"}


def to_decide(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    if project is None or not access.may(actor, "approve", doors.EVALUATION, project, now):
        return None
    waiting = ManualValue.objects.filter(scope=project, approved_at__isnull=True)
    return {"values": waiting} if waiting.exists() else None
