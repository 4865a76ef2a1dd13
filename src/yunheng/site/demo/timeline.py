"""The year as it went by: what is done at which moment, in order, each step with the clock of that moment."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from yunheng.foundation import events, jobs
from yunheng.foundation.models import OutboxDelivery

Act = Callable[[datetime], object]


@dataclass(slots=True)
class Timeline:
    """A step may put down further steps, never earlier than itself. Steps of the same moment keep their order."""

    now: datetime
    _steps: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _count: int = 0

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self._steps, (max(when, self.now).replace(microsecond=0), self._count, act))
        self._count += 1

    def run(self) -> None:
        """Do everything; what a step tells others is heard before the next one, as a worker would see to it."""
        while self._steps:
            self.now, _count, act = heapq.heappop(self._steps)
            act(self.now)
            settle(self.now)


def settle(now: datetime) -> None:
    waiting = OutboxDelivery.objects.filter(state=OutboxDelivery.State.WAITING)
    while waiting.exists() and events.deliver_due(now):
        pass


def run_jobs(now: datetime) -> None:
    """Run what was put down, as a worker would have."""
    while jobs.run_one(now, clock=lambda: now, worker="demo"):
        settle(now)
