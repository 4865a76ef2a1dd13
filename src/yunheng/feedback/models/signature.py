from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, Scope, ScopedModel


class MonthlySignature(ScopedModel):
    """The three parties' word on one month of one contract: its registers were kept, and where nothing happened, so it
    is said (nil return). What is signed is frozen with the first signature."""

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    month = models.DateField()
    nil_incidents = models.BooleanField(_("no incidents"), default=False)
    nil_security = models.BooleanField(_("no security events"), default=False)
    nil_complaints = models.BooleanField(_("no complaints"), default=False)
    remark = models.TextField(_("remark"), blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "scope"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "month"], name="monthly_signature_once"),
            models.UniqueConstraint(fields=["tenant", "number"], name="monthly_signature_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        self.month = self.month.replace(day=1)
        super().save(*args, **kwargs)


class Signing(FactModel):
    """One party signed. A signature is taken back by a fact that ``retracts`` it, and by nothing else."""

    class Party(models.TextChoices):
        VENDOR = "vendor", _("Vendor")
        SUPERVISOR = "supervisor", _("Supervisor")
        OWNER = "owner", _("Owner")

    signature = models.ForeignKey(MonthlySignature, on_delete=models.PROTECT, related_name="signings")
    party = models.CharField(max_length=10, choices=Party.choices)
    retracts = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(retracts=False) | models.Q(corrects__isnull=False), name="signing_retracts_something"
            )
        ]
