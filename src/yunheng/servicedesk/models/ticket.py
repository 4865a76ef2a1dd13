from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import Device, System
from yunheng.foundation.models import ImportBatch, Scope, ScopedModel, Source

#: Of a ticket without a running clock: a list sorted by deadline has it last, and needs no null.
NO_CLOCK = datetime(9999, 1, 1, tzinfo=UTC)


class TicketKind(models.TextChoices):
    INCIDENT = "incident", _("Fault")
    REQUEST = "request", _("Request")


class Level(models.IntegerChoices):
    ONE = 1, _("Level 1, critical")
    TWO = 2, _("Level 2, major")
    THREE = 3, _("Level 3, moderate")
    FOUR = 4, _("Level 4, minor")


class TicketState(models.TextChoices):
    NEW = "new", _("Newly reported")
    ACCEPTED = "accepted", _("Taken on")
    ASSIGNED = "assigned", _("Assigned to somebody")
    IN_PROGRESS = "in_progress", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    RESTORED = "restored", _("Service restored")
    RESOLVED = "resolved", _("Solved")
    CONFIRMED = "confirmed", _("Solution confirmed")
    CLOSED = "closed", _("Closed")


class Exclusion(models.TextChoices):
    """Why a ticket is no fault to be counted."""

    DUPLICATE = "duplicate", _("Duplicate")
    FALSE_ALARM = "false_alarm", _("False alarm")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_A_FAULT = "not_a_fault", _("Not a fault")


class Ticket(ScopedModel):
    """A projection: what its facts and its clock log make it (rules.projection). Only actions write it, and
    ``rebuild_projection`` gives the same row. The lists and the measures read this table and no other."""

    # Both lead every index below; none of their own.
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", db_index=False)
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    kind = models.CharField(max_length=10, choices=TicketKind.choices, default=TicketKind.INCIDENT)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    category = models.CharField(max_length=80, blank=True, default="")
    impact = models.PositiveSmallIntegerField()
    urgency = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.NEW)
    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    requester_id = models.BigIntegerField(null=True, blank=True)
    requester = models.CharField(max_length=120, blank=True, default="")
    assignee_id = models.BigIntegerField(null=True, blank=True)
    assignee = models.CharField(max_length=120, blank=True, default="")
    team = models.CharField(max_length=80, blank=True, default="")

    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    response_due_at = models.DateTimeField(null=True, blank=True)
    on_site_due_at = models.DateTimeField(null=True, blank=True)
    restore_due_at = models.DateTimeField(null=True, blank=True)
    repair_due_at = models.DateTimeField(null=True, blank=True)
    response_breached_at = models.DateTimeField(null=True, blank=True)
    on_site_breached_at = models.DateTimeField(null=True, blank=True)
    restore_breached_at = models.DateTimeField(null=True, blank=True)
    repair_breached_at = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    # The earliest deadline of a running clock: what the watch over breaches reads, and the lists sort by.
    next_due_at = models.DateTimeField(default=NO_CLOCK)
    next_clock = models.CharField(max_length=10, blank=True, default="")
    next_calendar = models.CharField(max_length=40, blank=True, default="")
    paused = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    reopened = models.PositiveSmallIntegerField(default=0)
    # How many facts and pauses wait for supervisor or owner.
    awaiting = models.PositiveSmallIntegerField(default=0)

    excluded = models.CharField(max_length=12, choices=Exclusion.choices, blank=True, default="")
    excluded_reason = models.CharField(max_length=200, blank=True, default="")
    duplicate_of = models.CharField(max_length=24, blank=True, default="")
    source = models.CharField(max_length=12, choices=Source.choices)
    # False while the report itself is back-filled and unconfirmed: then nothing of it is judged.
    counts = models.BooleanField(default=True)
    # First and last time anything about it was recorded: what was known at an instant is decided by these two.
    recorded_at = models.DateTimeField()
    last_recorded_at = models.DateTimeField()
    last_occurred_at = models.DateTimeField()
    external_reference = models.CharField(max_length=80, blank=True, default="")
    external_verdict = models.JSONField(null=True, blank=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="ticket_number_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="ticket_level_1_to_4"),
            models.CheckConstraint(
                condition=Q(impact__gte=1, impact__lte=3, urgency__gte=1, urgency__lte=3),
                name="ticket_impact_and_urgency_1_to_3",
            ),
            models.CheckConstraint(
                condition=Q(responded_at__isnull=True) | Q(responded_at__gte=models.F("reported_at")),
                name="ticket_response_after_report",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=models.F("reported_at")),
                name="ticket_resolution_after_report",
            ),
        ]
        # Every declared filter of the list has its index, and each leads with scope (docs/benchmarks.md).
        indexes = [
            models.Index(fields=["scope", "reported_at", "id"], name="ticket_by_report"),
            models.Index(fields=["scope", "state", "reported_at", "id"], name="ticket_by_state"),
            models.Index(fields=["scope", "level", "reported_at", "id"], name="ticket_by_level"),
            models.Index(fields=["scope", "system", "reported_at", "id"], name="ticket_by_system"),
            models.Index(fields=["scope", "assignee_id", "reported_at", "id"], name="ticket_by_assignee"),
            models.Index(fields=["requester_id", "reported_at", "id"], name="ticket_by_requester"),
            models.Index(fields=["scope", "last_recorded_at"], name="ticket_by_record"),
            models.Index(fields=["scope", "next_due_at", "id"], name="ticket_by_next_due"),
            models.Index(fields=["scope", "number", "id"], name="ticket_by_number"),
            models.Index(
                fields=["next_due_at", "id"], condition=Q(next_due_at__lt=NO_CLOCK), name="ticket_clock_watch"
            ),
            models.Index(fields=["scope", "reported_at", "id"], condition=Q(late=True), name="ticket_late"),
            models.Index(fields=["scope", "reported_at", "id"], condition=Q(awaiting__gt=0), name="ticket_awaiting"),
            models.Index(
                fields=["scope", "external_reference"], condition=~Q(external_reference=""), name="ticket_by_external"
            ),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="ticket_by_batch"),
            models.Index(
                fields=["device", "reported_at"], condition=Q(device__isnull=False), name="ticket_by_device"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
