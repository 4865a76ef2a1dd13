"""A service plan as it was signed: versions of rows, every cell as printed beside our reading of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import ImportBatch, Scope, ScopedModel


class PlanVersion(ScopedModel):
    """One state of a project's plan. The first comes with the contract; a later one needs a day, a reason, approvals.

    A version holds only the rows that it brings or changes; what it does not touch goes on from the versions before.
    ``prefix`` keeps numbers apart when an office has plans of several projects: empty for its first.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        IN_FORCE = "in_force", _("In force")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.PositiveSmallIntegerField()
    prefix = models.CharField(max_length=40, blank=True, default="")
    title = models.CharField(_("title"), max_length=200)
    window_from = models.DateField(_("service from"))
    window_to = models.DateField(_("service to"))
    valid_from = models.DateField(_("valid from"))
    reason = models.TextField(_("reason"), blank=True, default="")
    phases = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=120)
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scope", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(window_from__lte=F("window_to")), name="plan_window_in_order"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="plan_change_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"PLAN-{self.scope.code}/v{self.number}"


class PlanRow(ScopedModel):
    """A row of the plan, frozen: a change is a new revision in a new version, the old one stays readable.

    ``scope`` is the contract that owes the row. Where the print names no sub-project (``whole_project``), it is owed
    once and the first operations contract carries it. ``printed`` holds the cells as printed, ``reading`` the
    recurrence as the kernel reads it, ``readings`` the names of the fields that are our reading of the print.
    """

    class Obligation(models.TextChoices):
        WORK = "work", _("Work")
        DOCUMENT = "document", _("Paper")
        BOTH = "both", _("Work and paper")

    class SystemsBasis(models.TextChoices):
        NAMED = "named", _("Named in the row")
        GENERAL = "general", _("All application systems")

    project = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="rows")
    retired_in = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="retired_rows"
    )
    row_id = models.CharField(_("row"), max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    printed_no = models.CharField(_("No."), max_length=20, blank=True, default="")
    phase = models.CharField(_("phase"), max_length=120)
    service = models.CharField(_("service"), max_length=200)
    item = models.CharField(_("item"), max_length=200, blank=True, default="")
    subitem = models.CharField(_("sub-item"), max_length=200, blank=True, default="")
    content = models.TextField(_("content"))
    schedule_text = models.CharField(_("schedule"), max_length=200, blank=True, default="")
    owner_roles = models.JSONField(_("in charge"), default=list)
    deliverables = models.JSONField(_("deliverables"), default=list)
    printed = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    readings = models.JSONField(default=list)
    inherited = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    obligation = models.CharField(_("obligation"), max_length=10, choices=Obligation.choices)
    sub_project = models.PositiveSmallIntegerField(null=True, blank=True)
    whole_project = models.BooleanField(default=False)
    systems: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "assets.System", related_name="plan_rows", blank=True
    )
    system_names = models.JSONField(default=list)
    systems_basis = models.CharField(max_length=10, choices=SystemsBasis.choices, blank=True, default="")
    satisfied_by = models.JSONField(default=list)
    satisfied_by_on = models.BooleanField(default=False)
    satisfied_by_confirmed_by = models.CharField(max_length=120, blank=True, default="")
    satisfied_by_confirmed_at = models.DateTimeField(null=True, blank=True)
    own_row = models.BooleanField(default=False)
    interpretation = models.TextField(blank=True, default="")
    interpreted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["project", "position", "row_id", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "row_id", "revision"], name="plan_row_revision_once"),
            models.CheckConstraint(condition=~Q(row_id=""), name="plan_row_has_its_key"),
        ]
        indexes = [models.Index(fields=["scope", "position"], name="plan_row_by_scope")]

    def __str__(self) -> str:
        return self.reference

    @property
    def label(self) -> str:
        """`R16`, a later revision `R16.2`."""
        return self.row_id if self.revision == 1 else f"{self.row_id}.{self.revision}"

    @property
    def reference(self) -> str:
        prefix = self.version.prefix
        return f"{prefix}/{self.label}" if prefix else self.label

    @property
    def on_demand(self) -> bool:
        return bool(self.reading.get("kind") == "on_demand")

    @property
    def trigger(self) -> str:
        return str(self.reading.get("trigger", "")) if self.on_demand else ""

    @property
    def mark_names(self) -> list[str]:
        return [str(mark["name"]) for mark in self.reading.get("marks", [])]
