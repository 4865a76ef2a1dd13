"""Completions as rules see them: which marks were met, when, as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

BACK_FILLED = "back_filled"


@dataclass(frozen=True, slots=True)
class CompletionFact:
    id: int
    mark: str
    occurred_at: datetime
    recorded_at: datetime
    source: str
    confirmed_at: datetime | None = None
    corrects: int | None = None
    retracts: bool = False
    objects: frozenset[str] = frozenset()

    def counts(self, as_of: datetime | None = None) -> bool:
        """A back-filled fact counts once it has been confirmed."""
        if self.source != BACK_FILLED:
            return True
        return self.confirmed_at is not None and (as_of is None or self.confirmed_at <= as_of)


def standing(
    facts: Iterable[CompletionFact], *, cut_off: datetime | None = None, as_of: datetime | None = None
) -> list[CompletionFact]:
    """The facts that stand: occurred by the cut-off, known at ``as_of``, not corrected by then; counted or not."""
    known = [fact for fact in facts if as_of is None or fact.recorded_at <= as_of]
    corrected = {fact.corrects for fact in known if fact.corrects is not None}
    return [
        fact
        for fact in known
        if fact.id not in corrected and not fact.retracts and (cut_off is None or fact.occurred_at <= cut_off)
    ]


def met_marks(
    facts: Iterable[CompletionFact], *, cut_off: datetime | None = None, as_of: datetime | None = None
) -> dict[str, datetime]:
    """Mark → the first instant at which it was met."""
    met: dict[str, datetime] = {}
    for fact in standing(facts, cut_off=cut_off, as_of=as_of):
        if fact.counts(as_of) and (fact.mark not in met or fact.occurred_at < met[fact.mark]):
            met[fact.mark] = fact.occurred_at
    return met
