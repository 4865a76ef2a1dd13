"""Facts are appended, never edited: when it happened, when we learnt it, how, and who confirmed it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.actors import Actor


class Source(models.TextChoices):
    ON_SITE = "on_site", _("On the spot")
    BACK_FILLED = "back_filled", _("Back-filled")
    IMPORTED = "imported", _("Imported")
    MEASURED = "measured", _("Measured")


SOURCE_CODES: dict[str, int] = {
    Source.ON_SITE: 0,
    Source.BACK_FILLED: 1,
    Source.IMPORTED: 2,
    Source.MEASURED: 3,
}


class FactModel(models.Model):
    """``occurred_at`` is claimed, ``recorded_at`` is the server's; a back-filled fact counts once it is confirmed."""

    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=120)
    confirmed_by_id = models.BigIntegerField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=120, default="", blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")

    class Meta:
        abstract = True

    @property
    def counts(self) -> bool:
        return self.source != Source.BACK_FILLED or self.confirmed_at is not None

    def signed_by(self, actor: Actor) -> None:
        self.recorded_by_id, self.recorded_by = actor.id, actor.label
