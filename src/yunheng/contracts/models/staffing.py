from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.contracts.models.contract import Contract


class StaffingRequirement(models.Model):
    """How many people a post needs. Another number later is a new row; the old one remembers until when it held."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="staffing")
    post = models.CharField(_("post"), max_length=100)
    required = models.PositiveSmallIntegerField(_("people required"))
    certificates = models.CharField(_("certificates required"), max_length=400, blank=True, default="")
    # Workdays that a post may be vacant while an approved replacement is on the way; null: as the scheme says (5).
    grace_days = models.PositiveSmallIntegerField(_("grace, workdays"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contract", "post", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "post"], condition=Q(replaced_at__isnull=True), name="staffing_post_once"
            ),
            models.CheckConstraint(condition=~Q(post=""), name="staffing_post_is_named"),
        ]
