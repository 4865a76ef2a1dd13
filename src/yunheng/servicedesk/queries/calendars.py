"""Calendars at the revision that a clock was set with: a later correction of a calendar moves no deadline by itself."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from yunheng.kernel import calendars
from yunheng.kernel.business_time import WorkingTime
from yunheng.people.models import ServiceCalendarVersion
from yunheng.people.queries import CalendarText, calendar_text
from yunheng.servicedesk.rules.clocks import CalendarKey

BUILT_IN = "built-in"


class PinnedCalendars:
    """(code, revision) → working time; resolved once per process and text of the calendar."""

    def __init__(self, tenant_id: int) -> None:
        self.tenant_id = tenant_id
        self._newest: dict[str, CalendarKey] = {}
        self._found: dict[CalendarKey, WorkingTime] = {}

    def newest(self, code: str) -> CalendarKey:
        """The calendar as it is known now; one query per code."""
        key = self._newest.get(code)
        if key is None:
            text = calendar_text(self.tenant_id, code)
            key = self._newest[code] = (code, text.revision)
            if key not in self._found:
                self._found[key] = _resolved(self.tenant_id, code, text.revision)
        return key

    def __call__(self, key: CalendarKey) -> WorkingTime:
        found = self._found.get(key)
        if found is None:
            code, revision = key
            found = _resolved(self.tenant_id, code, revision)
            self._found[key] = found
        return found


@lru_cache(maxsize=64)
def _resolved(tenant_id: int, code: str, revision: str) -> WorkingTime:
    if revision == BUILT_IN:
        return WorkingTime.of(calendars.built_in(code), date(2021, 1, 1), date(2022, 12, 31))
    known_at = _recorded_at(tenant_id, code, revision)
    return _of(calendar_text(tenant_id, code, as_of=known_at))


def _of(text: CalendarText) -> WorkingTime:
    return WorkingTime.of(text.parsed(), date(2021, 1, 1), date(2022, 12, 31))


def _recorded_at(tenant_id: int, code: str, revision: str) -> datetime:
    """When the newest of the named revisions was recorded. Raises LookupError when one is gone."""
    known = {
        f"{first}/{number}": recorded
        for first, number, recorded in ServiceCalendarVersion.objects.filter(
            calendar__tenant_id=tenant_id, calendar__code=code
        ).values_list("valid_from", "revision", "recorded_at")
    }
    try:
        return max(known[name] for name in revision.split())
    except KeyError as gone:
        raise LookupError(f"calendar {code} has no revision {gone}") from None
