from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import ScopedModel


class Scheme(ScopedModel):
    """How a project is to be weighed: indicators, weights, options, bands and which contract answers for what.

    One row is one revision; it never changes once it is frozen. ``data`` is the kernel's scheme with the choices
    made (see docs/domains/evaluation.md), ``digest`` its SHA-256, so that a weight changed behind the system's
    back shows.
    """

    code = models.CharField(_("code"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"))
    name = models.CharField(_("name"), max_length=120)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField(null=True, blank=True)
    proposed_by = models.CharField(max_length=120)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by_id = models.BigIntegerField(null=True, blank=True)
    frozen_by = models.CharField(max_length=120, default="", blank=True)
    late_reason = models.TextField(_("reason for freezing late"), default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "code", "revision"], name="scheme_revision_once"),
            models.UniqueConstraint(
                fields=["scope"],
                condition=models.Q(frozen_at__isnull=False, retired_at__isnull=True),
                name="scheme_in_force_once",
            ),
        ]
        ordering = ["code", "revision"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code}/{self.revision})"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def was_late(self) -> bool:
        return bool(self.late_reason)
