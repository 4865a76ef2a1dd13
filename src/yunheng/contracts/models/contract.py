from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import BroughtIn, InForceManager
from yunheng.contracts.models.project import SubProject
from yunheng.foundation.models import Scope, new_uid
from yunheng.people.models import Organisation


class Contract(BroughtIn):
    """A signed contract. ``code`` is its short name in numbers and addresses (the scope's), ``number`` the paper's."""

    class Anchor(models.TextChoices):
        CONTRACT = "contract", _("Date in the contract")
        ARRIVAL = "arrival", _("Arrival on site")
        WORK_ORDER = "work_order", _("Order to begin")

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    sub_project = models.OneToOneField(SubProject, on_delete=models.PROTECT, related_name="contract")
    code = models.CharField(_("code"), max_length=40)
    number = models.CharField(_("contract number"), max_length=60)
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField(_("signed on"))
    service_from = models.DateField(_("service from"))
    service_to = models.DateField(_("service to"))
    price = models.DecimalField(_("price"), max_digits=16, decimal_places=2)
    # Where obligations start: proposed with a reason, in force once the three parties have signed.
    anchor_kind = models.CharField(_("start anchor"), max_length=12, choices=Anchor.choices, blank=True, default="")
    anchor_date = models.DateField(_("obligations start on"), null=True, blank=True)
    anchor_reason = models.TextField(_("reason"), blank=True, default="")
    anchor_signed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InForceManager[Self]] = InForceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=Q(withdrawn_at__isnull=True), name="contract_number_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "code"], condition=Q(withdrawn_at__isnull=True), name="contract_code_once"
            ),
            models.CheckConstraint(condition=Q(service_from__lte=F("service_to")), name="contract_period_in_order"),
            models.CheckConstraint(condition=Q(price__gte=Decimal(0)), name="contract_price_not_negative"),
            models.CheckConstraint(
                condition=Q(anchor_kind="", anchor_date__isnull=True, anchor_signed_at__isnull=True)
                | (~Q(anchor_kind="") & Q(anchor_date__isnull=False) & ~Q(anchor_reason="")),
                name="contract_anchor_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        self.code = self.scope.code
        super().save(*args, **kwargs)


class Suspension(models.Model):
    """Work stopped from ``since`` up to the day it was resumed. Both ends remember when they were recorded."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="suspensions")
    since = models.DateField(_("suspended from"))
    since_recorded_at = models.DateTimeField()
    until = models.DateField(_("resumed on"), null=True, blank=True)
    until_recorded_at = models.DateTimeField(null=True, blank=True)
    due_to_vendor = models.BooleanField(_("the vendor is responsible"))
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="suspension_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, until_recorded_at__isnull=True)
                | Q(until__isnull=False, until_recorded_at__isnull=False),
                name="suspension_end_is_recorded",
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(until__isnull=True), name="suspension_once_at_a_time"
            ),
        ]


class CatalogueItem(models.Model):
    """One service of the contract's catalogue, under its heading."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="catalogue")
    no = models.PositiveSmallIntegerField()
    group = models.CharField(_("group"), max_length=100)
    name = models.CharField(_("service"), max_length=200)

    class Meta:
        ordering = ["contract", "no"]
        constraints = [models.UniqueConstraint(fields=["contract", "no"], name="catalogue_no_once")]
