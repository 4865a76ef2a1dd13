from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.documents.models.stored_file import StoredFile
from yunheng.foundation.models import Scope, ScopedModel


class Document(ScopedModel):
    """A paper with its life. ``state`` is what its submissions make it; only actions write it.

    ``subject`` names what the paper answers, as the record registry does: `plans.document:M1#2021-07`.
    ``objects`` are handed on with the event that the work is done.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Handed in")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")

    # Leads every index below; none of its own.
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", db_index=False)
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    kind = models.CharField(_("kind of paper"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    subject = models.CharField(max_length=160, blank=True, default="")
    objects_named = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    changed_at = models.DateTimeField(_("changed"))
    created_at = models.DateTimeField(_("created"))
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=models.Q(period_from__isnull=True, period_to__isnull=True)
                | models.Q(period_to__gte=models.F("period_from")),
                name="document_period_runs_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "changed_at"], name="document_by_change"),
            models.Index(fields=["scope", "state", "changed_at"], name="document_by_state"),
            models.Index(fields=["scope", "number"], name="document_by_number"),
            models.Index(fields=["subject"], name="document_by_subject", condition=~models.Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class DocumentVersion(models.Model):
    """A file as one version of a document. Versions are added, never replaced."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("digest"), max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    added_at = models.DateTimeField(_("added"))
    author_id = models.BigIntegerField(null=True, blank=True)
    author = models.CharField(_("author"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_version_once")]
        ordering = ["document", "number"]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"
