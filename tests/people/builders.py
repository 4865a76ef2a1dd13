"""Small builders of people's records; each states only what a test may want to change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import LONG_AGO, NOW

from yunheng.foundation.models import Scope, Source
from yunheng.people.models import Organisation, Posting, ServiceCalendar, ServiceCalendarVersion
from yunheng.people.queries import built_in_data


def an_organisation(tenant: Scope, name: str = "运维公司", kind: str = Organisation.Kind.VENDOR) -> Organisation:
    return Organisation.objects.get_or_create(tenant=tenant, name=name, defaults={"kind": kind})[0]


def a_posting(scope: Scope, **changes: Any) -> Posting:
    values: dict[str, Any] = {
        "number": f"PST-2021-{Posting.objects.count() + 1:06d}",
        "person_name": "驻场甲",
        "post": "驻场工程师",
        "since": date(2021, 7, 1),
        "occurred_at": LONG_AGO,
        "recorded_at": LONG_AGO,
        "source": Source.ON_SITE,
        "recorded_by": "builder",
    }
    values.update(changes)
    assert scope.tenant is not None
    values.setdefault("organisation", an_organisation(scope.tenant))
    return Posting.objects.create(scope=scope, **values)


def a_calendar_version(
    tenant: Scope,
    code: str,
    valid_from: date,
    *,
    revision: int = 1,
    recorded_at: datetime = NOW,
    data: dict[str, Any] | None = None,
) -> ServiceCalendarVersion:
    calendar, _made = ServiceCalendar.objects.get_or_create(tenant=tenant, code=code, defaults={"name": code})
    return ServiceCalendarVersion.objects.create(
        calendar=calendar,
        valid_from=valid_from,
        revision=revision,
        data=built_in_data("cn-5x8") | (data or {}),
        recorded_at=recorded_at,
        recorded_by="builder",
        reason="test",
    )
