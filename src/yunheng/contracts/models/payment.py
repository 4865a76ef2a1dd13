from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.contracts.models.contract import Contract
from yunheng.foundation.models import FactModel, ScopedModel


class PaymentNode(models.Model):
    """An instalment that the contract promises: how much, under which condition, by when."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its condition")
        CONDITION_MET = "condition_met", _("Condition met")
        PAID = "paid", _("Paid")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payment_nodes")
    no = models.PositiveSmallIntegerField(_("no."))
    share = models.DecimalField(_("share of the price"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=400)
    needs_verdict = models.BooleanField(_("waits for the sealed evaluation"), default=False)
    due = models.DateField(_("due by"), null=True, blank=True)
    state = models.CharField(max_length=14, choices=State.choices, default=State.WAITING)
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.CharField(max_length=120, blank=True, default="")
    met_reference = models.CharField(max_length=120, blank=True, default="")  # the seal or paper that proves it
    met_reason = models.TextField(blank=True, default="")  # when it was declared met without one

    class Meta:
        ordering = ["contract", "no"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "no"], name="payment_node_no_once"),
            models.CheckConstraint(
                condition=Q(share__gt=Decimal(0), share__lte=Decimal(100), amount__isnull=True)
                | Q(share__isnull=True, amount__gte=Decimal(0)),
                name="payment_node_share_or_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", met_at__isnull=True)
                | (Q(met_at__isnull=False) & ~Q(state="waiting") & (~Q(met_reference="") | ~Q(met_reason=""))),
                name="payment_node_met_with_its_proof",
            ),
        ]


class Payment(ScopedModel, FactModel):
    """Money that left the treasury. A wrong entry stays; its correction is a new fact that names it, with the right
    amount (0: it never happened)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payments")
    node = models.ForeignKey(PaymentNode, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    number = models.CharField(max_length=40)
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    voucher = models.CharField(_("voucher"), max_length=60)
    note = models.CharField(_("note"), max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="payment_number_once"),
            models.UniqueConstraint(
                fields=["contract", "voucher", "paid_on"],
                condition=Q(corrects__isnull=True),
                name="payment_voucher_once",
            ),
            models.UniqueConstraint(fields=["corrects"], name="payment_corrected_once"),
            models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="payment_amount_not_negative"),
            models.CheckConstraint(condition=~Q(voucher=""), name="payment_has_a_voucher"),
        ]
        indexes = [models.Index(fields=["scope", "paid_on"], name="payment_by_day")]

    def __str__(self) -> str:
        return self.number
