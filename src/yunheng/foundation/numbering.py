"""Numbers that people read: per owner organisation, series and year, without gaps."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from yunheng.foundation.models import NumberCounter, Scope


def next_number(scope: Scope, series: str, year: int) -> str:
    """`INC-2021-000123`. The counter is locked until the transaction ends, so a rollback gives the number back."""
    return reserve(scope, series, year, 1)[0]


def reserve(scope: Scope, series: str, year: int, count: int) -> list[str]:
    if not connection.in_atomic_block:
        raise RuntimeError("a number belongs to the transaction that uses it: use writing()")
    tenant_id = scope.tenant_id or scope.pk
    counter = NumberCounter.objects.filter(tenant_id=tenant_id, series=series, year=year)
    # The counter is there but for the first time, so counting comes first: one statement less for everybody else.
    if not counter.update(last=F("last") + count):
        NumberCounter.objects.get_or_create(tenant_id=tenant_id, series=series, year=year)
        counter.update(last=F("last") + count)
    last = counter.values_list("last", flat=True).get()
    return [f"{series}-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]
