from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import models

from yunheng.foundation.models import ImportBatch

M = TypeVar("M", bound=models.Model)


class InForceManager(models.Manager[M]):
    """Without the rows of an import that was withdrawn: those are kept, and are there for nobody."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class BroughtIn(models.Model):
    """A row that an import may have made, and that goes when the import is withdrawn."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def withdraw(self, now: datetime) -> None:
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])
