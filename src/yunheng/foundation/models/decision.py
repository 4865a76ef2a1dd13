"""An approval anywhere: what is asked, of whom, until when, and what was answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models.scope import ScopedModel


class Decision(ScopedModel):
    """``subject_kind`` and ``subject_reference`` name the record as the record registry does."""

    class State(models.TextChoices):
        OPEN = "open", _("Awaiting an answer")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    subject_kind = models.CharField(max_length=60)
    subject_reference = models.CharField(max_length=120)
    question = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by = models.CharField(max_length=120)
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, default="", blank=True)
    stands_in_for = models.CharField(max_length=120, default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_reference", "question", "role"],
                condition=models.Q(state="open"),
                name="decision_asked_once_while_open",
            )
        ]
        indexes = [models.Index(fields=["scope", "role", "state"], name="decision_waiting")]
