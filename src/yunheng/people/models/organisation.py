from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import Scope, new_uid


class Organisation(models.Model):
    """An office, a company, a supervisor's firm: a party, known to the tenants that it works for."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("Owner")
        VENDOR = "vendor", _("Vendor")
        SUPERVISOR = "supervisor", _("Supervisor")
        LESSOR = "lessor", _("Cloud lessor")
        CONSULTANT = "consultant", _("Planning consultant")
        AUTHORITY = "authority", _("Authority")

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="organisation_name_once")]
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.short_name or self.name
