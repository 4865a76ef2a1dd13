"""Which kinds of record exist, where each lives and who may see it: links and drawers without imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yunheng.foundation.actors import Actor


@dataclass(frozen=True, slots=True)
class Described:
    """One record as another page may show it: its number, a line of text, and its address."""

    reference: str
    title: str
    address: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """``describe(references, actor, at)`` returns only what the actor may see, in any order."""

    kind: str
    label: Any
    describe: Callable[[Iterable[str], Actor, datetime], list[Described]]


_kinds: dict[str, RecordKind] = {}


def register(record_kind: RecordKind) -> None:
    _kinds[record_kind.kind] = record_kind


def kinds() -> dict[str, RecordKind]:
    return dict(sorted(_kinds.items()))


def describe(kind: str, references: Iterable[str], actor: Actor, at: datetime) -> dict[str, Described]:
    """References the actor may see → how to show them; an unknown kind shows nothing."""
    found = _kinds.get(kind)
    if found is None:
        return {}
    return {item.reference: item for item in found.describe(list(references), actor, at)}
