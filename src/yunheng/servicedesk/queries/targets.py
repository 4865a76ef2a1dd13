"""What the clocks of a ticket are set to: the contract's targets in force when it was reported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from yunheng.contracts.queries import Target, active_targets
from yunheng.foundation.models import Scope
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import seconds
from yunheng.servicedesk.rules.clocks import outside_hours


class TargetBook:
    """The targets of one contract, read once per local day of report."""

    def __init__(self, scope: Scope, calendars: PinnedCalendars) -> None:
        self.scope = scope
        self.calendars = calendars
        self._zone = ZoneInfo(scope.zone)
        self._by_day: dict[date, list[Target]] = {}

    def in_force(self, reported_at: datetime) -> list[Target]:
        day = reported_at.astimezone(self._zone).date()
        if day not in self._by_day:
            self._by_day[day] = active_targets(self.scope.pk, reported_at)
        return self._by_day[day]

    def setting(self, level: int, reported_at: datetime) -> dict[str, Any]:
        """The value of a start or retarget entry. A level without a confirmed line has no clocks: nothing is due."""
        clocks: dict[str, dict[str, Any]] = {}
        for target in self.in_force(reported_at):
            if target.level == level:
                clocks[target.clock] = self._clock(target, reported_at)
        return {"level": level, "clocks": clocks}

    def _clock(self, target: Target, reported_at: datetime) -> dict[str, Any]:
        code, revision = self.calendars.newest(target.calendar_code)
        found: dict[str, Any] = {"calendar": code, "revision": revision, "clause": target.clause_number}
        if target.outside_seconds is not None and self._outside(target.hours_calendar, reported_at):
            return found | {"seconds": target.outside_seconds, "outside": True}
        if target.days is not None:
            return found | {"days": target.days}
        return found | {"seconds": target.seconds}

    def _outside(self, hours_calendar: str, reported_at: datetime) -> bool:
        hours = self.calendars(self.calendars.newest(hours_calendar))
        return bool(outside_hours(hours, np.array([seconds(reported_at)], np.int64))[0])
