from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import ScopedModel
from yunheng.plans.models.plan import PlanRow


class Interpretation(ScopedModel):
    """释义: what a doubtful row means. In force once owner, vendor and supervisor have each confirmed it (`Decision`).

    ``reading`` is the recurrence that it settles; where it differs from the row's, the row gets a new revision.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for confirmation")
        IN_FORCE = "in_force", _("In force")
        REJECTED = "rejected", _("Rejected")

    row = models.ForeignKey(PlanRow, on_delete=models.PROTECT, related_name="interpretations")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("interpretation"))
    reading = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField(null=True, blank=True)
    proposed_by = models.CharField(max_length=120)
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["row", "number"]
        constraints = [
            models.UniqueConstraint(fields=["row", "number"], name="interpretation_number_once"),
            models.UniqueConstraint(
                fields=["row"], condition=models.Q(state="proposed"), name="interpretation_proposed_once_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="interpretation_says_something"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.row.reference}#{self.number}"
