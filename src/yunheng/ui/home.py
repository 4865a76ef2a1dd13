"""The home page: tiles that domains register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from yunheng.foundation.actors import Actor
    from yunheng.foundation.models import Scope

TileFunction = Callable[["Actor", "Scope | None", datetime], "Mapping[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    template: str
    function: TileFunction
    order: int = 100


_tiles: dict[str, Tile] = {}


def register_tile(name: str, template: str, function: TileFunction, order: int = 100) -> None:
    _tiles[name] = Tile(name, template, function, order)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/home.html", {"tiles": []})
