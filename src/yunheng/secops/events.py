"""What secops tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class SecurityEventDecided(Event):
    name: ClassVar[str] = "secops.event-decided"
    reference: str
    scope_id: int
    state: str
    level: int
