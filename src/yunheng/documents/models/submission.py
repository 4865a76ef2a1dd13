from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.documents.models.document import Document, DocumentVersion
from yunheng.documents.rules.submissions import Standing
from yunheng.foundation.models import FactModel


class Submission(FactModel):
    """A version handed in (``occurred_at``), and the one answer to it. Both times are claimed and recorded."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="submissions")
    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("submission"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer_recorded_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="submission_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(outcome="waiting"),
                name="submission_one_waits_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(outcome="accepted"),
                name="submission_accepted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="waiting", answered_at__isnull=True)
                | (
                    ~models.Q(outcome="waiting")
                    & models.Q(answered_at__gte=models.F("occurred_at"), answer_recorded_at__isnull=False)
                ),
                name="submission_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="returned") | ~models.Q(reason=""),
                name="submission_returned_with_a_reason",
            ),
        ]
        ordering = ["document", "number"]

    def __str__(self) -> str:
        return f"{self.document_id} #{self.number}"

    @property
    def submitted_at(self) -> datetime:
        return self.occurred_at

    @property
    def returned_at(self) -> datetime | None:
        return self.answered_at if self.outcome == self.Outcome.RETURNED else None

    @property
    def accepted_at(self) -> datetime | None:
        return self.answered_at if self.outcome == self.Outcome.ACCEPTED else None

    @property
    def standing(self) -> Standing:
        return Standing(self.submitted_at, self.returned_at, self.accepted_at)
