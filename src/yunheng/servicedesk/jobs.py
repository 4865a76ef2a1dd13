"""Work of the service desk that nobody waits for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunheng.foundation import jobs
from yunheng.servicedesk.actions import record_breaches


@jobs.job("servicedesk.watch-clocks", every=timedelta(minutes=1))
def watch_clocks(*, now: datetime, report: jobs.Report, **_arguments: Any) -> dict[str, int]:
    """Missed deadlines become entries of the clock log."""
    return {"tickets": record_breaches(now=now)}
