from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, ImportBatch, Scope, ScopedModel


class Survey(ScopedModel):
    """A round of questionnaires about the service of one contract or of the whole project."""

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    held_from = models.DateField(_("held from"))
    held_to = models.DateField(_("held to"))
    question = models.CharField(_("overall question"), max_length=200, blank=True, default="")
    # How many people use the service; null: nobody said, so the share that answered is not known.
    users = models.PositiveIntegerField(_("users asked"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-held_to", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="survey_number_once"),
            models.CheckConstraint(condition=Q(held_from__lte=F("held_to")), name="survey_period_in_order"),
        ]
        indexes = [models.Index(fields=["scope", "held_to"], name="survey_by_scope")]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class SurveyResult(FactModel):
    """What a survey gave. A recount is a new result that names the old one; the newest known counts.

    ``satisfied`` are valid answers "very satisfied" or "satisfied" to the overall question, ``answers`` the number
    of each answer per question: ``{"overall": {"very_satisfied": 30, ...}, "Q2": ...}``.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="results")
    satisfied = models.PositiveIntegerField()
    respondents = models.PositiveIntegerField()
    invalid = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(satisfied__lte=F("respondents")), name="survey_satisfied_within_answers")
        ]


class SurveyAnswer(models.Model):
    """One questionnaire as it came in; ``answers`` per question, empty where the person gave none."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answer_sheets")
    line = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    valid = models.BooleanField(default=True)
    remark = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["survey", "line"]
        constraints = [models.UniqueConstraint(fields=["survey", "line"], name="survey_answer_line_once")]
