from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.evaluation.models.scheme import Scheme
from yunheng.foundation.models import ScopedModel


class Evaluation(ScopedModel):
    """One verdict over one scope and period: a draft until the owner seals it.

    ``result`` is what result.json says (docs/reference/result-json.md), ``digest`` its digest, ``evidence`` the
    SHA-256 under which the evidence file is kept.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SEALED = "sealed", _("Sealed")
        REPLACED = "replaced", _("Replaced")

    class Correction(models.TextChoices):
        NONE = "", "—"
        CORRECTION = "correction", _("Correction")
        REOPENING = "reopening", _("Reopening")

    number = models.CharField(max_length=40)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="evaluations")
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    revision = models.PositiveSmallIntegerField(default=1)
    trial = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    cut_off = models.DateTimeField()
    as_of = models.DateTimeField()
    result = models.JSONField()
    digest = models.CharField(max_length=64)
    evidence = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by = models.CharField(max_length=120)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    correction = models.CharField(max_length=12, choices=Correction.choices, default=Correction.NONE, blank=True)
    correction_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="evaluation_period_runs_on"),
            models.UniqueConstraint(
                fields=["scope", "scheme", "first", "last", "digest", "trial"],
                condition=models.Q(state="draft"),
                name="evaluation_same_draft_once",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "-made_at", "id"], name="evaluation_by_scope"),
            models.Index(fields=["scope", "state", "-made_at", "id"], name="evaluation_by_state"),
        ]
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.number


class Seal(models.Model):
    """The owner's act: this verdict stands. Never edited; a correction is a new evaluation with a seal of its own."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="seal")
    number = models.CharField(max_length=40)
    scope_ref = models.BigIntegerField()
    scheme_ref = models.BigIntegerField()
    first = models.DateField()
    last = models.DateField()
    revision = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    sealed_by_id = models.BigIntegerField()
    sealed_by = models.CharField(max_length=120)
    chain_sequence = models.BigIntegerField()
    chain_link = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope_ref", "scheme_ref", "first", "last", "revision"], name="seal_once_per_revision"
            )
        ]

    def __str__(self) -> str:
        return self.number
