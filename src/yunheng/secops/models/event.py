from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, ImportBatch, Scope, ScopedModel


class SecurityEvent(ScopedModel):
    """A security event as it stands now, a projection of its facts. It is counted once it is confirmed (认定)."""

    class Level(models.IntegerChoices):
        GRAVEST = 1, _("I, extremely serious")
        GRAVE = 2, _("II, serious")
        LARGER = 3, _("III, larger")
        ORDINARY = 4, _("IV, ordinary")

    class State(models.TextChoices):
        REPORTED = "reported", _("Waits for the owner's decision")
        CONFIRMED = "confirmed", _("Confirmed as security event")
        DISMISSED = "dismissed", _("Not a security event")

    class Party(models.TextChoices):
        VENDOR = "vendor", _("Vendor")
        OWNER = "owner", _("Owner")
        THIRD = "third", _("Third party")
        UNKNOWN = "unknown", _("Not settled")

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, default=Level.ORDINARY)
    occurred_at = models.DateTimeField(_("occurred at"))
    reported_at = models.DateTimeField(_("reported at"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    liable_party = models.CharField(_("liable"), max_length=10, choices=Party.choices, default=Party.UNKNOWN)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    source = models.CharField(max_length=12)
    last_recorded_at = models.DateTimeField()
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="security_event_number_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="security_event_level_1_to_4"),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed") | ~models.Q(reason=""),
                name="security_event_dismissed_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "occurred_at"], name="security_event_by_scope"),
            models.Index(fields=["scope", "state", "occurred_at"], name="security_event_by_state"),
            models.Index(fields=["scope", "number"], name="security_event_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tenant_id = self.scope.tenant_id or self.scope_id
        super().save(*args, **kwargs)


class SecurityEventFact(FactModel):
    """``value`` by kind: reported {title, level}, confirmed {level, liable_party, reason}, dismissed {reason},
    noted {text}."""

    class Kind(models.TextChoices):
        REPORTED = "reported", _("Entered")
        CONFIRMED = "confirmed", _("Confirmed as security event")
        DISMISSED = "dismissed", _("Not a security event")
        NOTED = "noted", _("Noted")

    event = models.ForeignKey(SecurityEvent, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.JSONField(default=dict)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["event", "recorded_at"], name="security_fact_of_event")]
