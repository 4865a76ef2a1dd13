"""What happened, kept until everybody who asked has heard it."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    name = models.CharField(max_length=80)
    scope_ref = models.BigIntegerField()
    aggregate = models.CharField(max_length=160)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class OutboxDelivery(models.Model):
    """One row per event and subscriber; its effect and this row's *done* commit together."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    aggregate = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["subscriber", "aggregate", "state"], name="delivery_order"),
        ]
