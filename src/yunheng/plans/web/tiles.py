"""What plans put on the home page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Decision, Scope
from yunheng.plans import access
from yunheng.plans.actions.interpretations import SUBJECT
from yunheng.plans.models import Interpretation, PlanVersion
from yunheng.plans.queries import day_bounds, status_filter, todays
from yunheng.plans.web.faces import badge_of


def due_today(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    """Open work of the day for whoever takes part; None hides the tile."""
    if not ground.standing(actor, now).may_anywhere("view", access.OCCURRENCE):
        return None
    zone = ZoneInfo(project.zone) if project else ZoneInfo("Asia/Shanghai")
    day = now.astimezone(zone).date()
    listed = access.occurrences(actor, now, within=project)
    if not listed.exists():
        return None
    tasks = todays(listed, day, zone).filter(due_at__lt=day_bounds(day, zone)[1])
    return {
        "tasks": [(item, badge_of(item, now)) for item in tasks[:6]],
        "overdue": listed.filter(status_filter("overdue", now)).count(),
        "width": "half",
    }


def waiting_for_me(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    """Interpretations and plan changes that want this person's word, and back-filled work to be confirmed."""
    standing = ground.standing(actor, now)
    if not standing.may_anywhere("view", access.ROW):
        return None
    mine = [
        decision
        for decision in Decision.objects.filter(
            subject_kind__in=[SUBJECT, access.VERSION], state=Decision.State.OPEN, role__in=standing.roles()
        ).select_related("scope")[:200]
        if decision.role in standing.roles_at(decision.scope)
        and (project is None or decision.scope.path.startswith(project.path))
    ]
    references = {decision.subject_reference for decision in mine if decision.subject_kind == SUBJECT}
    proposed = Interpretation.objects.filter(state=Interpretation.State.PROPOSED).select_related(
        "row__version", "row__scope"
    )
    rows = [item for item in proposed if item.reference in references] if references else []
    versions = [
        version
        for version in PlanVersion.objects.filter(state=PlanVersion.State.PROPOSED).select_related("scope")
        if version.reference in {decision.subject_reference for decision in mine}
    ]
    unconfirmed = 0
    scopes = ground.visible_scopes(actor, access.OCCURRENCE, "confirm", now, within=project)
    if scopes:
        unconfirmed = access.occurrences(actor, now, within=project).filter(waits_for_confirmation=True).count()
    if not rows and not versions and not unconfirmed:
        return None
    return {"rows": rows, "versions": versions, "unconfirmed": unconfirmed, "width": "half"}
