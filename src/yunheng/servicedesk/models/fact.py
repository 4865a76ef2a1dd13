from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel
from yunheng.servicedesk.models.ticket import Ticket


class FactKind(models.TextChoices):
    REPORTED = "reported", _("Reported")
    ACCEPTED = "accepted", _("Taken on")
    ASSIGNED = "assigned", _("Assigned to somebody")
    RESPONDED = "responded", _("Responded")
    ARRIVED = "arrived", _("Arrived")
    RESTORED = "restored", _("Service restored")
    RESOLVED = "resolved", _("Solved")
    CONFIRMED = "confirmed", _("Confirmed by the user")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    PLACED = "placed", _("System or device named")
    LEVEL_CHANGED = "level_changed", _("Level changed")
    LEVEL_KEPT = "level_kept", _("Level kept")
    EXCLUDED = "excluded", _("Taken out of the count")
    INCLUDED = "included", _("Put back into the count")


class TicketFact(FactModel):
    """One thing that happened to a ticket. ``value`` by kind: reported {level, impact, urgency, system, device},
    assigned {assignee_id, assignee, team}, restored {how}, level_changed {level, from, impact, urgency, reason,
    needs_approval}, excluded {as, reason, duplicate_of}, placed {system, device}; others may carry a note."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=14, choices=FactKind.choices)
    value = models.JSONField(default=dict, blank=True)
    # Looked up by ticket only: an index over millions of mostly empty cells would be dead weight.
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
