"""What other packages ask about people: which hours are worked, who is posted where."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from yunheng.foundation.actors import Actor
from yunheng.foundation.canonical import canonical_json
from yunheng.foundation.models import Grant, Scope
from yunheng.kernel import calendars
from yunheng.kernel.business_time import WorkingTime
from yunheng.people.models import Posting, ServiceCalendarVersion

BUILT_IN = ("cn-5x8", "cn-7x24")


# ---------------------------------------------------------------- service calendars


@dataclass(frozen=True, slots=True)
class CalendarText:
    """A calendar as it stood: what a clock entry or a seal keeps. ``revisions`` are `2021-07-01/2`, one per version
    in force; ``data`` is the kernel's JSON form, or the name of a built-in calendar."""

    code: str
    revisions: tuple[str, ...]
    data: dict[str, Any] | str

    @property
    def revision(self) -> str:
        return " ".join(self.revisions) or "built-in"

    def parsed(self) -> calendars.ServiceCalendar:
        return _parsed(canonical_json(self.data))


def calendar_text(tenant_id: int, code: str, *, as_of: datetime | None = None) -> CalendarText:
    """The tenant's calendar as it was known at ``as_of``. Before its first version a calendar that is called like a
    built-in one follows the built-in; any other has no hours there, and the kernel says so."""
    rows = ServiceCalendarVersion.objects.filter(calendar__tenant_id=tenant_id, calendar__code=code)
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    newest: dict[date, tuple[int, dict[str, Any]]] = {}
    for valid_from, revision, data in rows.order_by("valid_from", "revision").values_list(
        "valid_from", "revision", "data"
    ):
        newest[valid_from] = (revision, data)
    if not newest:
        return CalendarText(code, (), code)
    return CalendarText(
        code,
        tuple(f"{first}/{revision}" for first, (revision, _data) in newest.items()),
        _base(code) | {"versions": [{"from": str(first), **data} for first, (_revision, data) in newest.items()]},
    )


def service_calendar(tenant_id: int, code: str, *, as_of: datetime | None = None) -> calendars.ServiceCalendar:
    """Raises kernel CaseError when nobody has a calendar of this name."""
    return calendar_text(tenant_id, code, as_of=as_of).parsed()


def working_time(tenant_id: int, code: str, first: date, last: date, *, as_of: datetime | None = None) -> WorkingTime:
    """Resolved once per text of the calendar and range of dates; it grows by itself when asked beyond them."""
    return _resolved(canonical_json(calendar_text(tenant_id, code, as_of=as_of).data), first, last)


def _base(code: str) -> dict[str, Any]:
    return dict(_BUILT_IN_DATA.get(code, {}))


_OFFICE = [["08:30", "12:00"], ["14:00", "17:30"]]
_BUILT_IN_DATA: dict[str, dict[str, Any]] = {
    "cn-5x8": {
        "timezone": calendars.DEFAULT_ZONE,
        "weekly": dict.fromkeys(calendars.WEEKDAYS[:5], _OFFICE),
        "holidays": {"national": "cn"},
    },
    "cn-7x24": {
        "timezone": calendars.DEFAULT_ZONE,
        "weekly": {name: [["00:00", "24:00"]] for name in calendars.WEEKDAYS},
    },
}


def built_in_data(code: str) -> dict[str, Any]:
    """The data of a built-in calendar in the form of a version, to begin one's own with."""
    data = {"timezone": calendars.DEFAULT_ZONE, "weekly": {}, "holidays": {}, "workdays": {}, "special": {}}
    return json.loads(json.dumps(data | _base(code)))  # type: ignore[no-any-return]  # a copy of what stands above


@lru_cache(maxsize=256)
def _parsed(data: bytes) -> calendars.ServiceCalendar:
    return calendars.ServiceCalendar.parse(json.loads(data))


@lru_cache(maxsize=64)
def _resolved(data: bytes, first: date, last: date) -> WorkingTime:
    return WorkingTime.of(_parsed(data), first, last)


# ---------------------------------------------------------------- postings and places


def postings(scope_ids: Collection[int]) -> QuerySet[Posting]:
    """The postings that stand: whoever was corrected away is not among them."""
    return (
        Posting.objects.filter(scope_id__in=scope_ids, corrections__isnull=True)
        .select_related("organisation", "scope", "replaces")
        .order_by("scope__path", "post", "since", "number")
    )


def postings_during(scope_ids: Collection[int], first: date, last: date) -> QuerySet[Posting]:
    """Those with at least one day in [first, last], both included."""
    return postings(scope_ids).filter(Q(until__isnull=True) | Q(until__gt=first), since__lte=last)


def tenant_of(actor: Actor) -> Scope | None:
    """Whose chain records a person's log-ins: the tenant of his first grant."""
    first = Grant.objects.filter(actor_id=actor.id or 0).select_related("scope__tenant").order_by("since", "id").first()
    return first.scope.tenant if first else None
