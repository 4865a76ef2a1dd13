"""When a complaint counts, from its facts, as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ACCEPTED, NOT_ACCEPTED, TO_TICKET, WITHDRAWN = "accepted", "not_accepted", "to_ticket", "withdrawn"
#: Dispositions that leave the count; the owner alone decides them.
LEAVES = (NOT_ACCEPTED, TO_TICKET, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class ComplaintFactValue:
    id: int
    kind: str
    value: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class ComplaintStanding:
    disposition: str = ""
    reason: str = ""
    ticket: str = ""
    substantiated: bool | None = None
    decided_at: datetime | None = None


def standing(
    facts: Iterable[ComplaintFactValue], *, cut_off: datetime | None = None, as_of: datetime | None = None
) -> ComplaintStanding | None:
    """None when it was not known then; the latest disposition holds."""
    known = [fact for fact in facts if as_of is None or fact.recorded_at <= as_of]
    corrected = {fact.corrects for fact in known if fact.corrects is not None}
    used = [
        fact
        for fact in sorted(known, key=lambda fact: (fact.recorded_at, fact.id))
        if fact.id not in corrected and (cut_off is None or fact.occurred_at <= cut_off)
    ]
    if not used:
        return None
    found = ComplaintStanding()
    for fact in used:
        if fact.kind == "disposed":
            value = fact.value
            found = ComplaintStanding(
                disposition=str(value.get("disposition", "")),
                reason=str(value.get("reason", "")),
                ticket=str(value.get("ticket", "")),
                substantiated=value.get("substantiated"),
                decided_at=fact.occurred_at,
            )
    return found


def counts(complaint: ComplaintStanding, counted: str = "accepted") -> bool:
    """An undecided case counts. With ``counted`` substantiated, one that was found to be unfounded leaves."""
    if complaint.disposition in LEAVES:
        return False
    return counted != "substantiated" or complaint.substantiated is not False
