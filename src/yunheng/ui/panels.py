"""Slots of a record's page that domains above fill, without the page knowing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yunheng.foundation.actors import Actor

PanelFunction = Callable[[Any, Actor, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    name: str
    template: str
    function: PanelFunction
    order: int = 100


@dataclass(frozen=True, slots=True)
class Block:
    """A panel or tile that has something to show."""

    name: str
    template: str
    values: Mapping[str, Any]


_panels: dict[str, dict[str, Panel]] = {}


def register(slot: str, name: str, template: str, function: PanelFunction, order: int = 100) -> None:
    """Fill ``slot`` (`"contracts.project"`) with ``template``; ``function`` returns its values, None hides it."""
    _panels.setdefault(slot, {})[name] = Panel(name, template, function, order)


def blocks(slot: str, record: Any, actor: Actor, now: datetime) -> list[Block]:
    found = []
    for panel in sorted(_panels.get(slot, {}).values(), key=lambda panel: (panel.order, panel.name)):
        values = panel.function(record, actor, now)
        if values is not None:
            found.append(Block(panel.name, panel.template, values))
    return found
