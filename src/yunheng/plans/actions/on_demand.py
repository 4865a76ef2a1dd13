"""Work by need: an event opens one occurrence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.writing import writing
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.models import Occurrence, PlanRow
from yunheng.plans.queries import service_window


def open_on_demand(
    *,
    row: PlanRow,
    happened_at: datetime,
    actor: Actor,
    now: datetime,
    due_at: datetime | None = None,
    trigger_kind: str = "",
    trigger_reference: str = "",
) -> Occurrence:
    """Open one occurrence of a row by need. The same trigger opens one occurrence, however often it is announced."""
    access.require(actor, "open", OCCURRENCE, row.scope, now, reference=row.reference)
    if not row.on_demand:
        raise Invalid(
            _("%(row)s falls due by itself; only rows by need are opened.") % {"row": row.reference},
        )
    day = happened_at.astimezone(ZoneInfo(row.scope.zone)).date()
    first, last = service_window(row.scope, (row.version.window_from, row.version.window_to))
    if not first <= day <= last:
        raise Invalid(
            _("%(day)s lies outside the service period from %(first)s to %(last)s.")
            % {"day": day, "first": first, "last": last},
            fields={"happened_at": _("Enter a day of the service period.")},
        )
    with writing():
        if trigger_reference:
            same = Occurrence.objects.filter(
                row=row, trigger_kind=trigger_kind, trigger_reference=trigger_reference
            ).first()
            if same is not None:
                return same
        sequence = Occurrence.objects.filter(row=row).count() + 1
        occurrence = Occurrence(
            scope=row.scope,
            row=row,
            number=f"{row.reference}/{day:%Y-%m}/{sequence}",
            sequence=sequence,
            period_from=day,
            period_to=day,
            marks=[{"name": name, "due": due_at.isoformat() if due_at else None} for name in row.mark_names],
            first_due_at=due_at,
            due_at=due_at,
            created_at=now,
            last_recorded_at=now,
            trigger_kind=trigger_kind,
            trigger_reference=trigger_reference,
        )
        occurrence.save()
        audit.record(
            scope=row.scope,
            actor=actor,
            now=now,
            verb="open",
            kind=OCCURRENCE,
            reference=occurrence.number,
            facts={"happened_at": happened_at, "due_at": due_at, "record": trigger_reference},
        )
    return occurrence
