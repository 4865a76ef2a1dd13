"""What pages, registers and measures ask about security events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from yunheng.foundation.models import Scope
from yunheng.secops.models import SecurityEvent, SecurityEventFact
from yunheng.secops.rules.standing import EventFact


def fact_of(fact: SecurityEventFact) -> EventFact:
    return EventFact(fact.pk, fact.kind, fact.value, fact.occurred_at, fact.recorded_at, fact.corrects_id)


def facts_by_event(event_ids: Iterable[int]) -> dict[int, list[EventFact]]:
    found: dict[int, list[EventFact]] = defaultdict(list)
    for fact in SecurityEventFact.objects.filter(event_id__in=list(event_ids)).order_by("recorded_at", "id"):
        found[fact.event_id].append(fact_of(fact))
    return found


def count_in_month(scope_id: int, month: date) -> int:
    """Events reported in the month that were not dismissed."""
    zone = ZoneInfo(Scope.objects.values_list("zone", flat=True).get(pk=scope_id))
    start = datetime.combine(month.replace(day=1), time(), zone)
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (
        SecurityEvent.objects.filter(
            scope_id=scope_id, reported_at__gte=start, reported_at__lt=datetime.combine(following, time(), zone)
        )
        .exclude(state=SecurityEvent.State.DISMISSED)
        .count()
    )
