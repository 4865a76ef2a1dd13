from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.writing import writing
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.models import Occurrence


def waive(*, occurrence: Occurrence, reason: str, actor: Actor, now: datetime) -> Occurrence:
    """免做: the owner says that this one need not be done. It leaves every count and stays readable."""
    access.require(actor, "waive", OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    if not reason.strip():
        raise Invalid(_("Waiving needs a reason."), fields={"reason": _("Write why.")})
    with writing():
        changed = Occurrence.objects.filter(pk=occurrence.pk, state=Occurrence.State.OPEN).update(
            state=Occurrence.State.WAIVED, waived_at=now, waived_reason=reason.strip(), last_recorded_at=now
        )
        if not changed:
            raise Conflict(_("Only what is still open can be waived."))
        audit.record(
            scope=occurrence.scope,
            actor=actor,
            now=now,
            verb="waive",
            kind=OCCURRENCE,
            reference=occurrence.number,
            facts={"reason": reason.strip()},
        )
    occurrence.refresh_from_db()
    return occurrence
