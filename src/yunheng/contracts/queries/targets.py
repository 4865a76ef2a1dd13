"""Service targets in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from yunheng.contracts.models import ServiceTarget


@dataclass(frozen=True, slots=True)
class Target:
    """A service target in force: exactly one of ``seconds`` and ``days`` is set.

    ``outside_seconds`` replaces ``seconds`` for what was reported outside ``hours_calendar``.
    """

    level: int
    clock: str
    seconds: int | None
    days: int | None
    outside_seconds: int | None
    calendar_code: str
    hours_calendar: str
    clause_number: str
    valid_from: date
    confirmed_at: datetime


def active_targets(contract_scope_id: int, at: datetime, *, as_of: datetime | None = None) -> list[Target]:
    """The targets in force at an instant, by level and clock: confirmed with their clause, valid on that local day,
    the latest version of each line. ``as_of`` leaves out what was confirmed later. One query."""
    rows = ServiceTarget.objects.filter(scope_id=contract_scope_id, confirmed_at__isnull=False).order_by(
        "level", "clock", "valid_from"
    )
    if as_of is not None:
        rows = rows.filter(confirmed_at__lte=as_of)
    latest: dict[tuple[int, str], Target] = {}
    for row in rows.select_related("scope"):
        target = _target(row)
        if target.valid_from <= at.astimezone(ZoneInfo(row.scope.zone)).date():
            latest[target.level, target.clock] = target
    return [latest[key] for key in sorted(latest)]


def _target(row: ServiceTarget) -> Target:
    assert row.valid_from is not None  # a confirmed target has its date and instant (target_confirmed_with_its_clause)
    assert row.confirmed_at is not None
    return Target(
        level=row.level,
        clock=row.clock,
        seconds=row.target_seconds,
        days=row.target_days,
        outside_seconds=row.outside_seconds,
        calendar_code=row.calendar_code,
        hours_calendar=row.hours_calendar,
        clause_number=row.clause_number,
        valid_from=row.valid_from,
        confirmed_at=row.confirmed_at,
    )
