"""Papers that the plan asks for, apart from the work: twelve scans, four reports."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import Scope, ScopedModel
from yunheng.plans.models.plan import PlanVersion


class DocumentEntry(ScopedModel):
    """A kind of paper and its cycle. ``basis`` says per field what is printed and what is our reading."""

    project = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="documents")
    doc_id = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("paper"), max_length=200)
    about = models.CharField(_("about"), max_length=200, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=40, blank=True, default="")
    rows = models.JSONField(default=list)
    reading = models.JSONField(default=dict)
    author_roles = models.JSONField(_("author"), default=list)
    reviewer_role = models.CharField(_("reviewer"), max_length=60, blank=True, default="")
    approver_role = models.CharField(_("approver"), max_length=60, blank=True, default="")
    basis = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "doc_id"], name="document_entry_once")]

    def __str__(self) -> str:
        return self.name


class DocumentDue(ScopedModel):
    """One paper that falls due. ``document`` is the number of the document that was handed in for it."""

    class State(models.TextChoices):
        OPEN = "open", _("Not handed in yet")
        SUBMITTED = "submitted", _("Handed in")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(DocumentEntry, on_delete=models.PROTECT, related_name="dues")
    number = models.CharField(_("number"), max_length=80)
    sequence = models.PositiveIntegerField()
    name = models.CharField(_("paper"), max_length=200)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    document = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # The paper's time: when it was first handed in, or handed in again (documents.rules.submissions).
    done_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    late_days = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="document_due_once"),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(done_at__isnull=False),
                name="document_due_accepted_has_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["scope", "state", "due_at"], name="document_due_at")]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)
