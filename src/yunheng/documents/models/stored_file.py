from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import ScopedModel


class StoredFile(ScopedModel):
    """One upload. The bytes lie under MEDIA_ROOT by their digest: the same file handed in twice is kept once."""

    digest = models.CharField(_("digest"), max_length=64)
    size = models.BigIntegerField(_("size"))
    media_type = models.CharField(_("media type"), max_length=120)
    name = models.CharField(_("name"), max_length=255)
    stored_at = models.DateTimeField(_("stored"))
    stored_by_id = models.BigIntegerField(null=True, blank=True)
    stored_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="file_is_not_empty"),
        ]
        indexes = [
            models.Index(fields=["scope", "stored_at"], name="file_by_scope"),
            models.Index(fields=["digest"], name="file_by_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.digest[:2] / self.digest[2:4] / self.digest
