"""What was served, and when: systems and devices by contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from yunheng.assets.models import Device, InUsePeriod, System

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InUse:
    """One stretch of service of one object inside a window; ``first`` and ``last`` are both days of service."""

    id: int
    code: str
    name: str
    scope_id: int
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def systems_of(scope_ids: Iterable[int]) -> QuerySet[System]:
    return System.objects.filter(scope_id__in=list(scope_ids)).order_by("code")


def devices_of(scope_ids: Iterable[int]) -> QuerySet[Device]:
    return Device.objects.filter(scope_id__in=list(scope_ids)).select_related("system").order_by("code")


def devices_in_use(scope_ids: Iterable[int], first: date, last: date, *, as_of: datetime | None = None) -> list[InUse]:
    """Stretches of service of the contracts' devices inside the window, clipped to it, by code and day; one query."""
    return _in_use("device", scope_ids, first, last, as_of)


def systems_in_use(scope_ids: Iterable[int], first: date, last: date, *, as_of: datetime | None = None) -> list[InUse]:
    """As ``devices_in_use``, for systems."""
    return _in_use("system", scope_ids, first, last, as_of)


def _in_use(kind: str, scope_ids: Iterable[int], first: date, last: date, as_of: datetime | None) -> list[InUse]:
    wanted = {f"{kind}__scope_id__in": list(scope_ids), f"{kind}__withdrawn_at": None}
    periods = InUsePeriod.objects.filter(**wanted, since__lte=last).order_by(f"{kind}__code", "since")
    if as_of is None:
        periods = periods.filter(Q(until__isnull=True) | Q(until__gt=first))
    else:  # an end that was recorded later was not known then
        periods = periods.filter(since_recorded_at__lte=as_of).filter(
            Q(until__isnull=True) | Q(until__gt=first) | Q(until_recorded_at__gt=as_of)
        )
    rows = periods.values_list(
        f"{kind}_id", f"{kind}__code", f"{kind}__name", f"{kind}__scope_id", "since", "until", "until_recorded_at"
    )
    found = []
    for pk, code, name, scope_id, since, until, until_recorded_at in rows:
        if until is not None and as_of is not None and until_recorded_at > as_of:
            until = None
        found.append(
            InUse(pk, code, name, scope_id, max(since, first), last if until is None else min(until - _DAY, last))
        )
    return found
