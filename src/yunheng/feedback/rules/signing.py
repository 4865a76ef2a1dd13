"""Who vouched for a month, from the signings, as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

OWNER, VENDOR, SUPERVISOR = "owner", "vendor", "supervisor"
PARTIES = (VENDOR, SUPERVISOR, OWNER)
VOUCHERS = frozenset({OWNER, SUPERVISOR})  # one of them is enough for a nil return


@dataclass(frozen=True, slots=True)
class SigningFact:
    id: int
    party: str
    recorded_at: datetime
    corrects: int | None = None
    retracts: bool = False


def signed(facts: Iterable[SigningFact], *, as_of: datetime | None = None) -> frozenset[str]:
    """The parties whose signature stands."""
    known = [fact for fact in facts if as_of is None or fact.recorded_at <= as_of]
    corrected = {fact.corrects for fact in known if fact.corrects is not None}
    return frozenset(fact.party for fact in known if fact.id not in corrected and not fact.retracts)


def vouched(parties: Iterable[str]) -> bool:
    return bool(VOUCHERS & set(parties))
