"""What the commands of `yunheng calc` share: cases, places in complaints, calendars laid out once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import ServiceCalendar
from yunheng.kernel.reading import CaseError, array, table
from yunheng.kernel.words import Words

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the answer is wanted. `window`: another service year, as written."""

    explain: bool
    language: str
    window: list[str] | None = None


def cases(data: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """(id, case) of each case."""
    table(data, "file", required=("cases",))
    for index, entry in enumerate(array(data["cases"], "cases")):
        case = table(entry, f"cases[{index}]", required=("id",))
        identity = case["id"]
        if isinstance(identity, bool) or not isinstance(identity, str | int):
            raise CaseError(f"cases[{index}].id", Words("expected a text."))
        yield str(identity), case


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Complaints of the kernel get the place of the case in front."""
    try:
        yield
    except CaseError as error:
        raise error.within(place) from None


@dataclass(frozen=True, slots=True)
class Clock:
    """Working times by calendar, so that cases that share a calendar lay it out once."""

    known: dict[str, WorkingTime] = field(default_factory=dict)

    def of(self, calendar: object, place: str) -> WorkingTime:
        key = json.dumps(calendar, sort_keys=True, default=str)
        if key not in self.known:
            parsed = ServiceCalendar.parse(calendar, place)
            first = max(date(2021, 1, 1), parsed.first or date.min)
            self.known[key] = WorkingTime.of(parsed, first, first + timedelta(days=730))
        return self.known[key]
