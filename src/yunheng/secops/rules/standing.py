"""How an event stands, from its facts, as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

REPORTED, CONFIRMED, DISMISSED = "reported", "confirmed", "dismissed"
ORDINARY, LARGER = 4, 3  # levels: 1 is the gravest


@dataclass(frozen=True, slots=True)
class EventFact:
    id: int
    kind: str
    value: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class EventStanding:
    state: str
    level: int
    liable_party: str
    reason: str
    decided_at: datetime | None


def standing(
    facts: Iterable[EventFact], *, cut_off: datetime | None = None, as_of: datetime | None = None
) -> EventStanding | None:
    """None when nothing of the event was known then. The latest decision holds."""
    known = [fact for fact in facts if as_of is None or fact.recorded_at <= as_of]
    corrected = {fact.corrects for fact in known if fact.corrects is not None}
    used = [
        fact
        for fact in sorted(known, key=lambda fact: (fact.recorded_at, fact.id))
        if fact.id not in corrected and (cut_off is None or fact.occurred_at <= cut_off)
    ]
    if not used:
        return None
    state, level, party, reason, decided = REPORTED, ORDINARY, "unknown", "", None
    for fact in used:
        level = int(fact.value.get("level", level))
        party = str(fact.value.get("liable_party", party))
        if fact.kind in (CONFIRMED, DISMISSED):
            state, reason, decided = fact.kind, str(fact.value.get("reason", "")), fact.occurred_at
    return EventStanding(state, level, party, reason, decided)


def counts(event: EventStanding, *, threshold: str = "any", liability: str = "any") -> bool:
    """``threshold`` major: level III or graver; ``liability`` vendor: only what the vendor answers for."""
    if event.state != CONFIRMED:
        return False
    if threshold == "major" and event.level > LARGER:
        return False
    return liability != "vendor" or event.liable_party == "vendor"
