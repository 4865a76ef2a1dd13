"""Who acts. Foundation knows an id and a label, never the user table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (``id`` is the user's) or the system itself (``id`` is None)."""

    id: int | None
    label: str

    @property
    def is_system(self) -> bool:
        return self.id is None


SYSTEM = Actor(None, "系统")
