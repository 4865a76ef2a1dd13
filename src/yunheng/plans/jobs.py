"""Work of plans that runs behind the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yunheng.foundation import jobs
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.models import Scope
from yunheng.plans.actions.generation import generate


@jobs.job("plans.generate")
def generate_occurrences(*, now: datetime, report: Any, actor: Actor = SYSTEM, project: int) -> dict[str, int]:
    return {"new": generate(project=Scope.objects.get(pk=project), actor=SYSTEM, now=now)}
