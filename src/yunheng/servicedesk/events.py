"""What the service desk tells those above it. Instants are ISO text in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class TicketOpened(Event):
    name: ClassVar[str] = "servicedesk.ticket-opened"
    ticket: str
    kind: str
    level: int
    scope_id: int
    reported_at: str
    system: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class TicketResolved(Event):
    name: ClassVar[str] = "servicedesk.ticket-resolved"
    ticket: str
    kind: str
    level: int
    scope_id: int
    resolved_at: str


@dataclass(frozen=True, slots=True)
class TicketReopened(Event):
    name: ClassVar[str] = "servicedesk.ticket-reopened"
    ticket: str
    scope_id: int
    reopened_at: str


@dataclass(frozen=True, slots=True)
class ClockBreached(Event):
    name: ClassVar[str] = "servicedesk.clock-breached"
    ticket: str
    clock: str
    level: int
    scope_id: int
    due_at: str
