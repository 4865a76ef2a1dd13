from __future__ import annotations

from django.db import models

from yunheng.foundation.models.scope import Scope


class NumberCounter(models.Model):
    """The last number given out, per tenant, series and year; locked first in every transaction."""

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "series", "year"], name="number_series_once")]
