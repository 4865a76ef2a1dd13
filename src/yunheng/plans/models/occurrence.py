"""What a row asks for, one by one, and the facts that fulfil it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, Scope, ScopedModel
from yunheng.plans.models.plan import PlanRow


class Occurrence(ScopedModel):
    """One piece of work or paper that falls due. Everything below ``state`` is a projection of the completions.

    ``marks`` are ``{"name", "due"}`` in order, ``due`` an ISO instant or null where an event decides;
    ``missing_from`` is the end of the following period, after which a periodic occurrence is missing.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Not done yet")
        DONE = "done", _("Done")
        WAIVED = "waived", _("Waived")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    row = models.ForeignKey(PlanRow, on_delete=models.PROTECT, related_name="occurrences")
    number = models.CharField(_("number"), max_length=80)
    sequence = models.PositiveIntegerField()
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    marks = models.JSONField(default=list)
    first_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    missing_from = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    trigger_kind = models.CharField(max_length=60, blank=True, default="")
    trigger_reference = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    done_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    late_days = models.PositiveIntegerField(default=0)
    waits_for_confirmation = models.BooleanField(default=False)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_reason = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    last_recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="occurrence_number_once"),
            models.CheckConstraint(
                condition=Q(period_from__isnull=True) | Q(period_from__lte=F("period_to")),
                name="occurrence_period_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | (Q(waived_at__isnull=False) & ~Q(waived_reason="")),
                name="occurrence_waived_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="occurrence_withdrawn_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="occurrence_done_has_its_instant"
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "state", "due_at"], name="occurrence_due"),
            models.Index(fields=["scope", "due_at"], name="occurrence_calendar"),
            models.Index(fields=["row", "period_from", "sequence"], name="occurrence_of_row"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class Completion(FactModel):
    """A mark was met: when, by whom, proven by what. A correction names the fact it replaces; with ``retracts`` it
    says that the old one was wrong and nothing takes its place."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="completions")
    mark = models.CharField(max_length=20)
    reference_kind = models.CharField(max_length=60, blank=True, default="")
    reference = models.CharField(max_length=120, blank=True, default="")
    objects_named = models.JSONField(default=list)
    note = models.TextField(blank=True, default="")
    retracts = models.BooleanField(default=False)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            # The same record fulfils the same mark once, however often it is announced.
            models.UniqueConstraint(
                fields=["occurrence", "mark", "reference_kind", "reference"],
                condition=~Q(reference="") & Q(corrects__isnull=True),
                name="completion_by_a_record_once",
            ),
            models.CheckConstraint(
                condition=Q(retracts=False) | Q(corrects__isnull=False), name="completion_retracts_something"
            ),
        ]
        indexes = [models.Index(fields=["occurrence", "recorded_at"], name="completion_of_occurrence")]
