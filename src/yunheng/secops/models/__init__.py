"""The tables of secops; other packages import from here."""

from yunheng.secops.models.event import SecurityEvent, SecurityEventFact

__all__ = ["SecurityEvent", "SecurityEventFact"]
