"""Security events for tests: say what matters, the rest is believable."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import Scope
from yunheng.secops.actions import confirm_event, report_event
from yunheng.secops.models import SecurityEvent

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def an_event(scope: Scope, when: str = "2021-09-10 10:00", **more: Any) -> SecurityEvent:
    """Reported within the hour, not decided."""
    values: dict[str, Any] = {"title": "网页被改动", "actor": SYSTEM, "now": at(when)} | more
    return report_event(scope=scope, occurred_at=at(when), **values)


def a_confirmed_event(
    scope: Scope, when: str = "2021-09-10 10:00", *, level: int = 4, liable_party: str = "vendor"
) -> SecurityEvent:
    event = an_event(scope, when)
    return confirm_event(
        event=event, level=level, liable_party=liable_party, reason="经核实", actor=SYSTEM, now=at(when)
    )
