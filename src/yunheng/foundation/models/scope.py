"""The neutral tree that every business row hangs on, and who was granted what on it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models.ids import new_uid


class ScopeKind(models.TextChoices):
    TENANT = "tenant", _("Owner organisation")
    PROJECT = "project", _("Project")
    CONTRACT = "contract", _("Contract")


_PARENT_KIND = {
    ScopeKind.TENANT: None,
    ScopeKind.PROJECT: ScopeKind.TENANT,
    ScopeKind.CONTRACT: ScopeKind.PROJECT,
}


class ScopeManager(models.Manager["Scope"]):
    def get_queryset(self) -> models.QuerySet[Scope]:
        """Without the nodes of an import that was withdrawn: those are kept, and are there for nobody."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)

    def create_child(self, *, kind: str, code: str, name: str, parent: Scope | None = None, zone: str = "") -> Scope:
        """A node below ``parent``; a tenant has none. The path holds the ids from the root down, `.1.5.9.`"""
        wanted = _PARENT_KIND[ScopeKind(kind)]
        if (parent.kind if parent else None) != wanted:
            raise ValueError(f"a {kind} hangs below {wanted}, not below {parent.kind if parent else None}")
        scope = self.create(
            kind=kind,
            code=code,
            name=name,
            parent=parent,
            zone=zone or (parent.zone if parent else "Asia/Shanghai"),
        )
        scope.tenant_id = parent.tenant_id if parent else scope.pk
        scope.path = f"{parent.path if parent else '.'}{scope.pk}."
        scope.save(update_fields=["tenant", "path"])
        return scope


class Scope(models.Model):
    """A tenant, project or contract, as far as the ground needs to know."""

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    kind = models.CharField(max_length=10, choices=ScopeKind.choices)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    tenant = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=80, default="", db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopeManager] = ScopeManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "code"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="scope_code_once_below_parent",
            )
        ]
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def ids_upward(self) -> list[int]:
        """This scope and those above it, from the path: no query."""
        return [int(part) for part in self.path.split(".") if part]

    def covered_ids(self) -> list[int]:
        """This scope and all below it."""
        return list(Scope.objects.filter(path__startswith=self.path).order_by("path").values_list("pk", flat=True))


class Grant(models.Model):
    """A role of one user on one scope and everything below, for a period (``until`` is exclusive)."""

    actor_id = models.BigIntegerField()
    actor_label = models.CharField(max_length=120)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=120, default="")

    class Meta:
        indexes = [models.Index(fields=["actor_id", "scope"], name="grant_by_actor")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="grant_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.role} @ {self.scope_id}"

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class ScopedModel(models.Model):
    """A business row: an opaque id for its address, and the scope that decides who may see it."""

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
