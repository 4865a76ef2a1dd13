"""Service calendars of a tenant as data: dated versions, each corrected by a new revision and never edited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import Scope, new_uid


class ServiceCalendar(models.Model):
    """``code`` is what service targets name; a row called like a built-in calendar takes its place."""

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="calendar_code_once")]
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ServiceCalendarVersion(models.Model):
    """The rules in force from the local date ``valid_from``; of several revisions the newest holds.

    ``data`` is one version in the form that ``kernel.calendars.ServiceCalendar.parse`` reads: timezone, weekly,
    holidays, workdays, special, all five of them present.
    """

    calendar = models.ForeignKey(ServiceCalendar, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateField(_("valid from"))
    revision = models.PositiveSmallIntegerField()
    data = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=120)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "valid_from", "revision"], name="calendar_revision_once")
        ]
        ordering = ["valid_from", "revision"]
