"""Systems and devices as tests and the demo want them: say what matters, the rest is believable."""

from __future__ import annotations

from datetime import UTC, date, datetime

from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.foundation.models import Scope

RECORDED = datetime(2021, 7, 1, 1, 0, tzinfo=UTC)


def a_system(
    scope: Scope,
    code: str = "SYS-OA",
    *,
    name: str = "",
    importance: str = System.Importance.CORE,
    hosting: str = "",
    since: date | None = date(2021, 7, 1),
    until: date | None = None,
) -> System:
    """In use from the beginning of the service year unless ``since`` is None."""
    system = System.objects.create(
        scope=scope, code=code, name=name or f"系统 {code}", importance=importance, hosting=hosting
    )
    if since is not None:
        in_use(system, since, until)
    return system


def a_device(
    scope: Scope,
    code: str = "SRV-001",
    *,
    category: str = "服务器",
    name: str = "",
    system: System | None = None,
    location: str = "机房",
    since: date | None = date(2021, 7, 1),
    until: date | None = None,
) -> Device:
    device = Device.objects.create(
        scope=scope, code=code, category=category, name=name or f"设备 {code}", system=system, location=location
    )
    if since is not None:
        in_use(device, since, until)
    return device


def in_use(
    thing: System | Device, since: date, until: date | None = None, *, recorded_at: datetime = RECORDED
) -> InUsePeriod:
    """``until`` is the first day out of use."""
    return InUsePeriod.objects.create(
        system=thing if isinstance(thing, System) else None,
        device=thing if isinstance(thing, Device) else None,
        since=since,
        since_recorded_at=recorded_at,
        until=until,
        until_recorded_at=recorded_at if until else None,
    )
