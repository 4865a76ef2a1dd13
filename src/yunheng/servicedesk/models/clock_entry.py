from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel
from yunheng.servicedesk.models.ticket import Ticket


class ClockAction(models.TextChoices):
    START = "start", _("Clocks started")
    RETARGET = "retarget", _("Targets changed")
    PAUSE = "pause", _("On hold")
    RESUME = "resume", _("Resumed")
    REFUSE = "refuse", _("Pause refused")
    BREACH = "breach", _("Deadline missed")
    EXEMPT = "exempt", _("Breach lifted")


class PauseReason(models.TextChoices):
    WAITING_USER = "waiting_user", _("Waiting for the user")
    OWNER_PARTS = "owner_parts", _("Waiting for parts that the owner buys")
    MAINTENANCE_WINDOW = "maintenance", _("Waiting for the approved maintenance window")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    VENDOR_SUPPLY = "vendor_supply", _("Waiting for the vendor's own supply or analysis")


class PauseParty(models.TextChoices):
    """Whose minutes are paused. The vendor's own never stop a clock."""

    OWNER = "owner", _("Owner")
    VENDOR = "vendor", _("Vendor")
    THIRD_PARTY = "third_party", _("Third party")
    NOBODY = "nobody", _("Nobody (force majeure)")


class ClockEntry(FactModel):
    """The clock log. ``clock_kind`` "" stands for every clock but response. When a clock stops is a fact of the
    ticket (responded, arrived, restored, resolved), not repeated here. ``value`` by action: start and retarget
    {level, clocks: {clock: {seconds | days, calendar, revision, clause, outside}}, because}, breach {due, level},
    exempt {breach, reason}. A pause stops clocks once it is confirmed."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="clock_entries")
    clock_kind = models.CharField(max_length=10, blank=True, default="")
    action = models.CharField(max_length=10, choices=ClockAction.choices)
    reason = models.CharField(max_length=20, choices=PauseReason.choices, blank=True, default="")
    party = models.CharField(max_length=12, choices=PauseParty.choices, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    value = models.JSONField(default=dict, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
