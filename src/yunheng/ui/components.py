"""What a domain hands to a component tag: small values, already computed and already translated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise

#: Four states and a neutral one; each has one colour, one icon and needs a word beside it.
State = Literal["good", "soon", "late", "held", "none"]
STATE_ICONS: dict[str, str] = {
    "good": "circle-check",
    "soon": "clock-exclamation",
    "late": "alert-triangle",
    "held": "player-pause",
    "none": "circle-dashed",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of a record as the chip shows it.

    ``remaining`` is working seconds until due at the moment of display, negative when over; ``target`` is the
    whole working time allowed. ``url`` explains the deadline step by step (opened in the drawer).
    """

    state: Literal["waiting", "running", "paused", "met", "missed", "stopped"]
    label: Text = ""
    remaining: int | None = None
    target: int | None = None
    due: datetime | None = None
    reason: Text = ""
    party: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """An allowed next step; ``drawer`` opens a form there, otherwise the button posts to ``url``."""

    label: Text
    url: str
    primary: bool = False
    drawer: bool = True
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a record. ``actor`` acts next (or acted); ``at`` when done, ``until`` when due."""

    label: Text
    state: Literal["done", "current", "ahead", "skipped"] = "ahead"
    actor: Text = ""
    at: datetime | None = None
    until: datetime | None = None


TrailKind = Literal["fact", "word", "file", "transition", "mail", "system"]
TRAIL_ICONS: dict[str, str] = {
    "fact": "circle-dot",
    "word": "message-2",
    "file": "paperclip",
    "transition": "arrow-narrow-right",
    "mail": "mail",
    "system": "settings-automation",
}


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One line of a record's history; ``number`` is its place in the audit chain."""

    at: datetime
    label: Text
    actor: Text = ""
    kind: TrailKind = "fact"
    detail: Text = ""
    source: Text = ""
    number: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    label: Text
    url: str = ""


Crumbs = Sequence[tuple[Text, str]]
