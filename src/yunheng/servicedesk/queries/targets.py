"""What the clocks of a ticket are set to: the contract's targets in force when it was reported."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from yunheng.contracts.models import ServiceTarget
from yunheng.contracts.queries import Target, active_targets
from yunheng.foundation.models import Scope
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import seconds
from yunheng.servicedesk.rules.clocks import outside_hours


class TargetBook:
    """The targets of one contract, read once per stretch of days on which the same lines hold."""

    def __init__(self, scope: Scope, calendars: PinnedCalendars) -> None:
        self.scope = scope
        self.calendars = calendars
        self._zone = ZoneInfo(scope.zone)
        self._turns: list[date] | None = None  # days on which a line begins to hold
        self._between: dict[int, list[Target]] = {}
        self._settings: dict[tuple[Any, ...], dict[str, Any]] = {}

    def in_force(self, reported_at: datetime) -> list[Target]:
        if self._turns is None:
            confirmed = ServiceTarget.objects.filter(scope=self.scope, confirmed_at__isnull=False)
            self._turns = sorted({day for day in confirmed.values_list("valid_from", flat=True) if day is not None})
        turn = bisect_right(self._turns, reported_at.astimezone(self._zone).date())
        if turn not in self._between:
            self._between[turn] = active_targets(self.scope.pk, reported_at) if turn else []
        return self._between[turn]

    def setting(self, level: int, reported_at: datetime) -> dict[str, Any]:
        """The value of a start or retarget entry. A level without a confirmed line has no clocks: nothing is due.
        Equal settings are one object, not to be changed."""
        targets = [target for target in self.in_force(reported_at) if target.level == level]
        outside = tuple(
            target.outside_seconds is not None and self._outside(target.hours_calendar, reported_at)
            for target in targets
        )
        key = (level, tuple(targets), outside)
        if key not in self._settings:
            clocks = {
                target.clock: self._clock(target, is_outside)
                for target, is_outside in zip(targets, outside, strict=True)
            }
            self._settings[key] = {"level": level, "clocks": clocks}
        return self._settings[key]

    def _clock(self, target: Target, outside: bool) -> dict[str, Any]:
        code, revision = self.calendars.newest(target.calendar_code)
        found: dict[str, Any] = {"calendar": code, "revision": revision, "clause": target.clause_number}
        if outside:
            return found | {"seconds": target.outside_seconds, "outside": True}
        if target.days is not None:
            return found | {"days": target.days}
        return found | {"seconds": target.seconds}

    def _outside(self, hours_calendar: str, reported_at: datetime) -> bool:
        hours = self.calendars(self.calendars.newest(hours_calendar))
        return bool(outside_hours(hours, np.array([seconds(reported_at)], np.int64))[0])
