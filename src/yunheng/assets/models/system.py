from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models.brought_in import BroughtIn, InForceManager
from yunheng.foundation.models import Scope, ScopedModel


class System(ScopedModel, BroughtIn):
    """A business system that a contract serves. Its code is unique in the office: papers name it by that alone."""

    class Importance(models.TextChoices):
        CORE = "core", _("Core")
        IMPORTANT = "important", _("Important")
        ORDINARY = "ordinary", _("Ordinary")

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    importance = models.CharField(
        _("importance"), max_length=10, choices=Importance.choices, default=Importance.ORDINARY
    )
    hosting = models.CharField(_("hosting"), max_length=200, blank=True, default="")

    objects: ClassVar[InForceManager[Self]] = InForceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], condition=Q(withdrawn_at__isnull=True), name="system_code_once"
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="system_is_named"),
        ]
        indexes = [
            models.Index(fields=["scope", "code"], name="system_by_scope"),
            models.Index(fields=["scope", "importance", "code"], name="system_by_importance"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)
