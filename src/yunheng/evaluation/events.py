from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class EvaluationSealed(Event):
    name: ClassVar[str] = "evaluation.sealed"
    evaluation: str
    seal: str
    scope_id: int
    digest: str
    total: str
    grade: str
