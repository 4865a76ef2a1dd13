"""What plans tell others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class OccurrenceDone(Event):
    """All marks of an occurrence (``row`` of the plan of ``project``, a scope id) are met; its record may fulfil
    further rows (`satisfied_by`)."""

    name: ClassVar[str] = "plans.occurrence-done"
    reference: str
    scope_id: int
    done_at: str
    row: str
    project: int


@dataclass(frozen=True, slots=True)
class PlanInForce(Event):
    """A version of a plan came into force; its occurrences are to be generated."""

    name: ClassVar[str] = "plans.plan-in-force"
    reference: str
    scope_id: int
