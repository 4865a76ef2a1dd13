from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.contracts.models.contract import Contract
from yunheng.foundation.models import ScopedModel


class ServiceTarget(ScopedModel):
    """A promised time for one level and one clock. Without its clause and the owner's confirmation it is a template:
    no clock runs by it and nothing is judged by it."""

    class Clock(models.TextChoices):
        RESPONSE = "response", _("Response")
        ON_SITE = "on_site", _("On site")
        RESTORE = "restore", _("Temporary restore")
        REPAIR = "repair", _("Final repair")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="targets")
    level = models.PositiveSmallIntegerField(_("level"))
    clock = models.CharField(_("clock"), max_length=10, choices=Clock.choices)
    # Seconds of the calendar's time, or whole working days; never both.
    target_seconds = models.PositiveIntegerField(null=True, blank=True)
    target_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # For what was reported outside ``hours_calendar``; null: the same target.
    outside_seconds = models.PositiveIntegerField(null=True, blank=True)
    calendar_code = models.CharField(_("calendar"), max_length=40, default="cn-7x24")
    hours_calendar = models.CharField(_("office hours"), max_length=40, default="cn-5x8")
    clause_number = models.CharField(_("clause number"), max_length=60, blank=True, default="")
    clause_text = models.TextField(_("wording of the clause"), blank=True, default="")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    confirmed_by_id = models.BigIntegerField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contract", "level", "clock", "valid_from"]
        indexes = [
            models.Index(fields=["scope", "level", "clock"], name="target_by_level"),
            models.Index(fields=["scope", "clock"], name="target_by_clock"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="target_level_1_to_4"),
            models.CheckConstraint(
                condition=Q(clock__in=["response", "on_site", "restore", "repair"]), name="target_clock_known"
            ),
            models.CheckConstraint(
                condition=Q(target_seconds__gt=0, target_days__isnull=True)
                | Q(target_seconds__isnull=True, target_days__gt=0),
                name="target_seconds_or_days",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | (~Q(clause_number="") & ~Q(clause_text="") & Q(valid_from__isnull=False) & ~Q(confirmed_by="")),
                name="target_confirmed_with_its_clause",
            ),
            models.UniqueConstraint(
                fields=["contract", "level", "clock"],
                condition=Q(confirmed_at__isnull=True),
                name="target_template_once",
            ),
            models.UniqueConstraint(
                fields=["contract", "level", "clock", "valid_from"],
                condition=Q(confirmed_at__isnull=False),
                name="target_once_per_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """`C1/P2/response`; a later version of the same line keeps it."""
        return f"{self.contract.code}/P{self.level}/{self.clock}"

    @property
    def is_template(self) -> bool:
        return self.confirmed_at is None
