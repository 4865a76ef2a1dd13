from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunheng.contracts.models.contract import Contract
from yunheng.contracts.models.project import SubProject
from yunheng.foundation.models import ScopedModel


class Amendment(ScopedModel):
    """A change of something that a verdict reads: the row in force holds the new value, this one the old and the new.

    Budgets are the owner's to change; a contract changes when the three parties have signed. Reading the past
    (``as_of``) undoes what came into force later.
    """

    class Subject(models.TextChoices):
        PROJECT_BUDGET = "project_budget", _("Project budget")
        SUB_PROJECT_BUDGET = "sub_project_budget", _("Sub-project budget")
        PRICE = "price", _("Contract price")
        SERVICE_TO = "service_to", _("End of the service period")
        ANCHOR = "anchor", _("Start anchor")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        IN_FORCE = "in_force", _("In force")
        REJECTED = "rejected", _("Rejected")

    number = models.CharField(max_length=40)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    sub_project = models.ForeignKey(
        SubProject, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200)
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=120)
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=Q(state="in_force", in_force_at__isnull=False)
                | (~Q(state="in_force") & Q(in_force_at__isnull=True)),
                name="amendment_in_force_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(subject="project_budget", contract__isnull=True, sub_project__isnull=True)
                | Q(subject="sub_project_budget", contract__isnull=True, sub_project__isnull=False)
                | Q(subject__in=["price", "service_to", "anchor"], contract__isnull=False, sub_project__isnull=True),
                name="amendment_names_its_record",
            ),
            models.UniqueConstraint(
                fields=["contract", "subject"],
                condition=Q(state="proposed", contract__isnull=False),
                name="amendment_proposed_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number
