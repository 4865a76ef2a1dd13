"""What the scenes of the demo share: the office with its people, contracts and hours, the chance, the texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from yunheng.contracts.models import Contract, Project
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.kernel.business_time import WorkingTime
from yunheng.people.models import Organisation, User
from yunheng.people.queries import working_time
from yunheng.site.demo.timeline import Timeline

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)


@cache
def texts(name: str) -> Mapping[str, Any]:
    """A file of the demo's words and figures: `office`, `desk`, `work`, `words`."""
    found: Mapping[str, Any] = json.loads(content(f"demo-{name}.json"))
    return found


def content(name: str) -> bytes:
    return files("yunheng.site").joinpath("data", name).read_bytes()


def at(day: date | str, clock: str = "09:00") -> datetime:
    """A moment on the office's wall: ``at("2021-07-01", "08:30")``."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(on, time.fromisoformat(clock), ZONE)


@dataclass(slots=True)
class Stage:
    """``contracts`` and ``scopes`` are by number of the sub-project."""

    tenant: Scope
    timeline: Timeline
    chance: Random
    people: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    _project: Project | None = None
    _hours: WorkingTime | None = None

    @property
    def project(self) -> Project:
        assert self._project is not None, "the office opens its project first"
        return self._project

    @project.setter
    def project(self, project: Project) -> None:
        self._project = project

    def actor(self, key: str) -> Actor:
        return self.people[key].actor

    def scope(self, no: int) -> Scope:
        return self.contracts[no].scope

    @property
    def hours(self) -> WorkingTime:
        """The office's working time around the service year."""
        if self._hours is None:
            around = (FIRST - timedelta(days=60), LAST + timedelta(days=120))
            self._hours = working_time(self.tenant.pk, "cn-5x8", *around)
        return self._hours

    def working(self, start: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed since ``start``."""
        return datetime.fromtimestamp(int(self.hours.due(int(start.timestamp()), round(hours * 3600))), ZONE)

    def workdays(self, first: date, last: date) -> list[date]:
        days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
        return [day for day in days if self.hours.is_workday(day)]

    def next_workday(self, day: date, count: int = 1) -> date:
        """The ``count``-th workday after a day."""
        while count:
            day += timedelta(days=1)
            count -= self.hours.is_workday(day)
        return day

    def clock(self, first: str, last: str) -> str:
        """Some minute between two, both included."""
        low, high = (int(text[:2]) * 60 + int(text[3:]) for text in (first, last))
        minute = self.chance.randint(low, high)
        return f"{minute // 60:02d}:{minute % 60:02d}"
