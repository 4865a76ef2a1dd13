"""What the service desk hears: a confirmed time limit sets the clocks of tickets that are already there."""

from __future__ import annotations

from datetime import datetime

from yunheng.contracts.events import TargetConfirmed
from yunheng.foundation import events, jobs


def target_confirmed(event: TargetConfirmed, *, now: datetime, idempotency_key: str) -> None:
    arguments = {"scope_id": event.scope_id, "since": event.valid_from}
    jobs.enqueue(
        "servicedesk.retarget",
        now=now,
        arguments=arguments,
        unique_key=f"servicedesk.retarget:{event.scope_id}:{event.valid_from}",
    )


events.subscribe(TargetConfirmed, "servicedesk.retarget", target_confirmed)
