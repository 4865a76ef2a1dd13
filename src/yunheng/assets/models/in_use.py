from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from yunheng.assets.models.device import Device
from yunheng.assets.models.system import System


class InUsePeriod(models.Model):
    """From when until when a system or device was in service: ``since`` is its first day, ``until`` the first day
    on which it was no longer (half-open). Both ends remember when they were recorded, so that the past can be read
    as it was known then."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, blank=True, related_name="in_use_periods")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="in_use_periods")
    since = models.DateField()
    since_recorded_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    until_recorded_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(system__isnull=False, device__isnull=True) | Q(system__isnull=True, device__isnull=False),
                name="in_use_is_of_one_object",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="in_use_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, until_recorded_at__isnull=True)
                | Q(until__isnull=False, until_recorded_at__isnull=False),
                name="in_use_end_is_recorded",
            ),
            models.UniqueConstraint(
                fields=["system"], condition=Q(until__isnull=True), name="system_in_use_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["device"], condition=Q(until__isnull=True), name="device_in_use_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["system", "since"], name="in_use_by_system"),
            models.Index(fields=["device", "since"], name="in_use_by_device"),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day in use, as people say it."""
        return None if self.until is None else self.until - timedelta(days=1)
