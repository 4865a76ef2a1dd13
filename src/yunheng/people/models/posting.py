from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.models import FactModel, ScopedModel


class Posting(ScopedModel, FactModel):
    """A person placed on a post of a contract, from ``since`` to the day before ``until`` (half-open; None: open).

    Somebody without a log-in is known by name alone. ``replaces`` names the posting whose post was taken over;
    ``replacement_approved`` follows from the decisions asked for it (people.actions.postings).
    """

    number = models.CharField(_("number"), max_length=40)
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="postings")
    person_name = models.CharField(_("name"), max_length=60)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="postings")
    post = models.CharField(_("post"), max_length=80)
    certificate = models.CharField(_("certificate"), max_length=200, blank=True, default="")
    certificate_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    replacement_approved = models.BooleanField(default=False)
    background = models.CharField(_("background check"), max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="posting_number_once"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="posting_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["scope", "post", "since"], name="posting_by_post")]
        ordering = ["scope", "post", "since"]

    def __str__(self) -> str:
        return f"{self.number} {self.person_name}"

    @property
    def last_day(self) -> date | None:
        """As people say it: the last day on which he is there."""
        return None if self.until is None else self.until - timedelta(days=1)

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)
