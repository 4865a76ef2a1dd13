"""Slots of a record's page that domains above fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yunheng.foundation.actors import Actor

PanelFunction = Callable[[Any, "Actor", datetime], "Mapping[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Panel:
    name: str
    template: str
    function: PanelFunction
    order: int = 100


_panels: dict[str, dict[str, Panel]] = {}


def register(slot: str, name: str, template: str, function: PanelFunction, order: int = 100) -> None:
    _panels.setdefault(slot, {})[name] = Panel(name, template, function, order)
