"""The home page: tiles that domains register, each with what waits for this person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.ui import context
from yunheng.ui.panels import Block

TileFunction = Callable[[Actor, Scope | None, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    template: str
    function: TileFunction
    order: int = 100


_tiles: dict[str, Tile] = {}


def register_tile(name: str, template: str, function: TileFunction, order: int = 100) -> None:
    """Put ``template`` on the home page; ``function`` returns its values for a person and project, None hides it."""
    _tiles[name] = Tile(name, template, function, order)


def blocks(actor: Actor, project: Scope | None, now: datetime) -> list[Block]:
    found = []
    for tile in sorted(_tiles.values(), key=lambda tile: (tile.order, tile.name)):
        values = tile.function(actor, project, now)
        if values is not None:
            found.append(Block(tile.name, tile.template, values))
    return found


@login_required
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    project = context.current_project(request)
    return render(request, "ui/home.html", {"blocks": blocks(context.actor_of(request), project, now), "now": now})
