"""Tickets as tests want them: say what matters, the rest is believable. Times are Shanghai wall clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.cast import Cast
from tests.contracts.builders import a_target, an_office

from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.contracts.models import Contract
from yunheng.foundation.models import Scope
from yunheng.people.models import User
from yunheng.servicedesk import actions
from yunheng.servicedesk.models import Ticket

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR, DAY = 3600, 86400

#: The customary table: level → clock → (seconds, days, outside seconds, calendar).
TABLE: dict[int, dict[str, tuple[int | None, int | None, int | None, str]]] = {
    1: {
        "response": (900, None, None, "cn-7x24"),
        "on_site": (1800, None, 2 * HOUR, "cn-7x24"),
        "restore": (4 * HOUR, None, None, "cn-7x24"),
        "repair": (12 * HOUR, None, None, "cn-7x24"),
    },
    2: {
        "response": (1800, None, None, "cn-7x24"),
        "on_site": (HOUR, None, 4 * HOUR, "cn-7x24"),
        "restore": (8 * HOUR, None, None, "cn-7x24"),
        "repair": (24 * HOUR, None, None, "cn-7x24"),
    },
    3: {
        "response": (HOUR, None, None, "cn-5x8"),
        "on_site": (2 * HOUR, None, None, "cn-5x8"),
        "restore": (8 * HOUR, None, None, "cn-5x8"),
        "repair": (None, 3, None, "cn-5x8"),
    },
    4: {
        "response": (2 * HOUR, None, None, "cn-5x8"),
        "on_site": (4 * HOUR, None, None, "cn-5x8"),
        "repair": (None, 5, None, "cn-5x8"),
    },
}
DEGREES = {1: (1, 1), 2: (1, 2), 3: (2, 2), 4: (3, 3)}  # level → impact, urgency


def at(text: str) -> datetime:
    """`2021-09-17 17:00` on the wall in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def an_office_with_targets(cast: Cast, *, levels: tuple[int, ...] = (1, 2, 3, 4)) -> Contract:
    """The cast's project; its first contract has confirmed targets for ``levels``."""
    an_office(cast)
    contract = Contract.objects.get(scope=cast.contract)
    for level in levels:
        for clock, (seconds, days, outside, calendar) in TABLE[level].items():
            a_target(contract, level, clock, seconds=seconds, days=days, outside_seconds=outside, calendar=calendar)
    return contract


def a_ticket(
    cast: Cast,
    reported: str = "2021-09-17 17:00",
    *,
    level: int = 3,
    kind: str = "incident",
    title: str = "打印机不出纸",
    by: User | None = None,
    scope: Scope | None = None,
    system: System | None = None,
    device: Device | None = None,
    now: datetime | None = None,
) -> Ticket:
    impact, urgency = DEGREES[level]
    reported_at = at(reported)
    return actions.open_ticket(
        scope=scope or cast.contract,
        title=title,
        kind=kind,
        impact=impact,
        urgency=urgency,
        system=system,
        device=device,
        actor=(by or cast.clerk).actor,
        now=now or reported_at,
        reported_at=reported_at,
    )


def a_fault(
    cast: Cast,
    reported: str = "2021-09-17 17:00",
    *,
    level: int = 3,
    responded: str | None = None,
    restored: str | None = None,
    resolved: str | None = None,
    scope: Scope | None = None,
    system: System | None = None,
    device: Device | None = None,
    worker: User | None = None,
) -> Ticket:
    """A fault with what was done about it, each step recorded when it happened."""
    ticket = a_ticket(cast, reported, level=level, scope=scope, system=system, device=device)
    who = (worker or cast.engineer).actor
    if responded:
        actions.respond(ticket=ticket, actor=who, now=at(responded))
    if restored:
        actions.restore(ticket=ticket, how="temporary", actor=who, now=at(restored))
    if resolved:
        actions.resolve(ticket=ticket, note="更换部件", actor=who, now=at(resolved))
    return ticket


def a_system(cast: Cast, code: str = "OA", *, since: str = "2021-07-01", scope: Scope | None = None) -> System:
    system = System.objects.create(scope=scope or cast.contract, code=code, name=f"{code}系统")
    InUsePeriod.objects.create(system=system, since=since, since_recorded_at=at(f"{since} 09:00"))
    return system


def a_device(cast: Cast, code: str = "SV-001", *, since: str = "2021-07-01", scope: Scope | None = None) -> Device:
    device = Device.objects.create(scope=scope or cast.contract, code=code, category="服务器", name="应用服务器")
    InUsePeriod.objects.create(device=device, since=since, since_recorded_at=at(f"{since} 09:00"))
    return device


def later(moment: datetime, *, minutes: int = 0, hours: int = 0, days: int = 0) -> datetime:
    return moment + timedelta(minutes=minutes, hours=hours, days=days)
