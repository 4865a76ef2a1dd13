from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, ImportBatch, Scope, ScopedModel


class Complaint(ScopedModel):
    """A complaint as it stands now, a projection of its facts. It counts until the owner disposes of it otherwise."""

    class Disposition(models.TextChoices):
        UNDECIDED = "", _("Not decided yet")
        ACCEPTED = "accepted", _("Taken up")
        NOT_ACCEPTED = "not_accepted", _("Not taken up")
        TO_TICKET = "to_ticket", _("Became a ticket")
        WITHDRAWN = "withdrawn", _("Withdrawn by the complainant")

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("what happened"), blank=True, default="")
    complainant_id = models.BigIntegerField(null=True, blank=True)
    complainant = models.CharField(_("complainant"), max_length=120)
    channel = models.CharField(_("came by"), max_length=40, blank=True, default="")
    occurred_at = models.DateTimeField(_("complained at"))
    disposition = models.CharField(max_length=12, choices=Disposition.choices, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    ticket_reference = models.CharField(_("ticket"), max_length=60, blank=True, default="")
    substantiated = models.BooleanField(_("substantiated"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    source = models.CharField(max_length=12)
    last_recorded_at = models.DateTimeField()
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="complaint_number_once"),
            models.CheckConstraint(
                condition=models.Q(disposition="")
                | (~models.Q(reason="") & models.Q(decided_at__isnull=False) & ~models.Q(decided_by="")),
                name="complaint_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(disposition="to_ticket") | ~models.Q(ticket_reference=""),
                name="complaint_names_its_ticket",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "occurred_at"], name="complaint_by_scope"),
            models.Index(fields=["scope", "disposition", "occurred_at"], name="complaint_by_disposition"),
            models.Index(fields=["scope", "number"], name="complaint_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class ComplaintFact(FactModel):
    """``value`` by kind: received {}, commented {text}, disposed {disposition, reason, ticket, substantiated}."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        COMMENTED = "commented", _("Commented")
        DISPOSED = "disposed", _("Disposed of")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.JSONField(default=dict)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["complaint", "recorded_at"], name="complaint_fact_of_complaint")]
