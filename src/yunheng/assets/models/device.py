from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models.brought_in import BroughtIn, InForceManager
from yunheng.assets.models.system import System
from yunheng.foundation.models import Scope, ScopedModel


class Device(ScopedModel, BroughtIn):
    """A thing with a sticker on it: a server, a switch, a printer. The sticker's code is unique in the office."""

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    category = models.CharField(_("category"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    system = models.ForeignKey(
        System, verbose_name=_("system"), on_delete=models.PROTECT, null=True, blank=True, related_name="devices"
    )
    location = models.CharField(_("location"), max_length=200, blank=True, default="")

    objects: ClassVar[InForceManager[Self]] = InForceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], condition=Q(withdrawn_at__isnull=True), name="device_code_once"
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="device_is_named"),
        ]
        indexes = [
            models.Index(fields=["scope", "code"], name="device_by_scope"),
            models.Index(fields=["scope", "category", "code"], name="device_by_category"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)
