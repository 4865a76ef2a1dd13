"""The tables of the service desk; other packages import from here."""

from yunheng.servicedesk.models.clock_entry import ClockAction, ClockEntry, PauseParty, PauseReason
from yunheng.servicedesk.models.fact import FactKind, TicketFact
from yunheng.servicedesk.models.ticket import NO_CLOCK, Exclusion, Level, Ticket, TicketKind, TicketState

__all__ = [
    "NO_CLOCK",
    "ClockAction",
    "ClockEntry",
    "Exclusion",
    "FactKind",
    "Level",
    "PauseParty",
    "PauseReason",
    "Ticket",
    "TicketFact",
    "TicketKind",
    "TicketState",
]
