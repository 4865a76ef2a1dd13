from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.evaluation.models.scheme import Scheme
from yunheng.foundation.models import ScopedModel


class ManualValue(ScopedModel):
    """A value entered by a person where records cannot speak, with reason and evidence; approved by the owner.

    ``contract_code`` is empty for the whole project. A later row for the same place replaces the earlier one;
    both stay. ``inputs`` are the kernel's inputs of the indicator, or for a maintained system
    ``{"systems": {code: true}}``.
    """

    class State(models.TextChoices):
        MEASURED = "measured", _("Value entered")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="manual_values")
    indicator = models.CharField(_("indicator"), max_length=12)
    contract_code = models.CharField(_("contract"), max_length=40, default="", blank=True)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=14, choices=State.choices)
    inputs = models.JSONField(default=dict)
    reason = models.TextField(_("reason"))
    evidence = models.TextField(_("evidence"))
    entered_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True, blank=True)
    entered_by = models.CharField(max_length=120)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "indicator", "entered_at"], name="manual_value_by_place")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="manual_value_has_a_reason"),
        ]


class Statement(ScopedModel):
    """Experience, problem or advice for the report, in the words of its author, taken over by the owner or not."""

    class Kind(models.TextChoices):
        EXPERIENCE = "experience", _("Experience")
        PROBLEM = "problem", _("Problem")
        ADVICE = "advice", _("Advice")
        CONCLUSION = "conclusion", _("Conclusion")

    first = models.DateField()
    last = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120, default="", blank=True)
    text = models.TextField(_("text"))
    indicators = models.JSONField(default=list, blank=True)
    author_role = models.CharField(max_length=20)
    author_id = models.BigIntegerField(null=True, blank=True)
    author = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        ordering = ["kind", "order", "id"]
        indexes = [models.Index(fields=["scope", "kind", "order"], name="statement_by_scope")]
