from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import BroughtIn, InForceManager
from yunheng.foundation.models import Scope, new_uid
from yunheng.people.models import Organisation


class Project(BroughtIn):
    """What the office was given money for, usually for one year; its contracts hang below the same scope."""

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("project number"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service_from = models.DateField(_("service from"))
    service_to = models.DateField(_("service to"))
    budget = models.DecimalField(_("budget"), max_digits=16, decimal_places=2)
    funding = models.CharField(_("source of funds"), max_length=200, blank=True, default="")
    purpose = models.TextField(_("purpose"), blank=True, default="")

    objects: ClassVar[InForceManager[Self]] = InForceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=Q(withdrawn_at__isnull=True), name="project_number_once"
            ),
            models.CheckConstraint(condition=Q(service_from__lte=F("service_to")), name="project_period_in_order"),
            models.CheckConstraint(condition=Q(budget__gte=Decimal(0)), name="project_budget_not_negative"),
        ]
        indexes = [
            models.Index(fields=["scope", "service_from"], name="project_by_service_from"),
            models.Index(fields=["scope", "number"], name="project_by_number"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class SubProject(BroughtIn):
    """One purchase inside a project. A budget that nobody has split yet is not known, which is not zero."""

    class Kind(models.TextChoices):
        OPERATIONS = "operations", _("Operations")
        SUPERVISION = "supervision", _("Supervision")
        CLOUD_LEASE = "cloud_lease", _("Cloud lease")
        PLANNING = "planning", _("Planning")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sub_projects")
    no = models.PositiveSmallIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    scope_text = models.TextField(_("what is to be done"), blank=True, default="")
    budget = models.DecimalField(_("budget"), max_digits=16, decimal_places=2, null=True, blank=True)

    objects: ClassVar[InForceManager[Self]] = InForceManager()

    class Meta:
        ordering = ["project", "no"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "no"], condition=Q(withdrawn_at__isnull=True), name="sub_project_no_once"
            ),
            models.CheckConstraint(condition=Q(no__gte=1), name="sub_project_no_from_1"),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=Decimal(0)), name="sub_project_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.name}"


class Party(models.Model):
    """An organisation and what it is in this project."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        VENDOR = "vendor", _("Vendor")
        SUPERVISOR = "supervisor", _("Supervisor")
        LESSOR = "lessor", _("Cloud lessor")
        CONSULTANT = "consultant", _("Planning consultant")
        AUTHORITY = "authority", _("Authority")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "organisation", "role"], name="party_once")]
