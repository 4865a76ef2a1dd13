"""Work of the service desk that nobody waits for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from yunheng.foundation import jobs
from yunheng.foundation.models import Scope
from yunheng.servicedesk.actions import record_breaches, retarget


@jobs.job("servicedesk.watch-clocks", every=timedelta(minutes=1))
def watch_clocks(*, now: datetime, report: jobs.Report, **_arguments: Any) -> dict[str, int]:
    """Missed deadlines become entries of the clock log."""
    return {"tickets": record_breaches(now=now)}


@jobs.job("servicedesk.retarget")
def retarget_clocks(
    *, now: datetime, report: jobs.Report, scope_id: int, since: str, **_arguments: Any
) -> dict[str, int]:
    """Tickets follow a time limit that was confirmed after they were reported."""
    scope = Scope.objects.get(pk=scope_id)
    changed = retarget(
        scope=scope, since=date.fromisoformat(since), now=now, progress=lambda done: report(0, 100, str(done))
    )
    return {"tickets": changed}
