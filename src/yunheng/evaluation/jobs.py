"""The score so far: every project in service is weighed once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunheng.contracts.models import Project
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.queries import scheme_in_force
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.jobs import Report, job


@job("evaluation.refresh", every=timedelta(hours=24))
def refresh(*, now: datetime, report: Report, actor: Any) -> dict[str, str]:
    """Draft of each project with a frozen scheme that nobody has sealed yet; project code → number of the draft."""
    projects = list(Project.objects.select_related("scope").order_by("scope__code"))
    made = {}
    for done, project in enumerate(projects, start=1):
        sealed = Evaluation.objects.filter(
            scope=project.scope, first=project.service_from, last=project.service_to, state=Evaluation.State.SEALED
        )
        if scheme_in_force(project.scope) is not None and now.date() > project.service_from and not sealed.exists():
            made[project.scope.code] = evaluate(project=project, actor=SYSTEM, now=now).number
        report(done, len(projects), project.scope.code)
    return made
