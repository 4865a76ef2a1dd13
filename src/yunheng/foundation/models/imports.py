"""One file brought in: what it said, what was taken, what was kept out and why. Undo withdraws, it never deletes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models.scope import ScopedModel


class ImportBatch(ScopedModel):
    class State(models.TextChoices):
        STAGED = "staged", _("Staged")
        APPLIED = "applied", _("Applied")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    mapping = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    rejects = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    applied_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "digest"],
                condition=models.Q(state="applied"),
                name="import_same_file_once",
            )
        ]
