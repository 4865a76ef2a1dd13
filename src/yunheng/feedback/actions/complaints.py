from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.feedback.access import COMPLAINT
from yunheng.feedback.models import Complaint, ComplaintFact
from yunheng.feedback.queries import complaint_fact
from yunheng.feedback.rules.complaints import TO_TICKET, standing
from yunheng.foundation import access, audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import ImportBatch, Scope, Source
from yunheng.foundation.writing import writing

ON_THE_SPOT = timedelta(hours=24)


def open_complaint(
    *,
    scope: Scope,
    subject: str,
    actor: Actor,
    now: datetime,
    text: str = "",
    occurred_at: datetime | None = None,
    complainant: str = "",
    channel: str = "",
    source: str = "",
    batch: ImportBatch | None = None,
) -> Complaint:
    """A clerk complains himself, or somebody of owner or supervisor enters what came by telephone or letter."""
    access.require(actor, "open", COMPLAINT, scope, now)
    happened = occurred_at or now
    fields = {}
    if not subject.strip():
        fields["subject"] = _("Say in one line what it is about.")
    if happened > now:
        fields["occurred_at"] = _("Enter a time that has passed.")
    if fields:
        raise Invalid(_("The complaint is not complete."), fields=fields)
    used = source or (Source.ON_SITE if now - happened <= ON_THE_SPOT else Source.BACK_FILLED)
    with writing():
        complaint = Complaint.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "CMP", happened.astimezone(ZoneInfo(scope.zone)).year),
            subject=subject.strip(),
            text=text.strip(),
            complainant_id=None if complainant else actor.id,
            complainant=complainant.strip() or actor.label,
            channel=channel.strip(),
            occurred_at=happened,
            source=used,
            last_recorded_at=now,
            batch=batch,
        )
        _append(complaint, ComplaintFact.Kind.RECEIVED, {}, happened, used, actor, now)
    return complaint


def comment_on_complaint(*, complaint: Complaint, text: str, actor: Actor, now: datetime) -> ComplaintFact:
    access.require(actor, "comment", COMPLAINT, complaint.scope, now, reference=complaint.number)
    if not text.strip():
        raise Invalid(_("The comment is empty."), fields={"text": _("Write something.")})
    with writing():
        held = Complaint.objects.select_for_update(of=("self",)).select_related("scope").get(pk=complaint.pk)
        return _append(held, ComplaintFact.Kind.COMMENTED, {"text": text.strip()}, now, Source.ON_SITE, actor, now)


def dispose_of_complaint(
    *,
    complaint: Complaint,
    disposition: str,
    reason: str,
    actor: Actor,
    now: datetime,
    ticket: str = "",
    substantiated: bool | None = None,
) -> Complaint:
    """The owner's decision, with a reason that the complainant reads. A later one takes the place of the earlier."""
    access.require(actor, "dispose", COMPLAINT, complaint.scope, now, reference=complaint.number)
    fields = {}
    if disposition not in {value for value in Complaint.Disposition.values if value}:
        fields["disposition"] = _("Choose what becomes of it.")
    if not reason.strip():
        fields["reason"] = _("Write why; the complainant reads it.")
    if disposition == TO_TICKET and not ticket.strip():
        fields["ticket"] = _("Name the ticket that it became.")
    if fields:
        raise Invalid(_("The decision is not complete."), fields=fields)
    value = {
        "disposition": disposition,
        "reason": reason.strip(),
        "ticket": ticket.strip() if disposition == TO_TICKET else "",
        "substantiated": substantiated,
    }
    with writing():
        held = Complaint.objects.select_for_update(of=("self",)).select_related("scope").get(pk=complaint.pk)
        _append(held, ComplaintFact.Kind.DISPOSED, value, now, Source.ON_SITE, actor, now)
    complaint.refresh_from_db()
    return complaint


def _append(
    complaint: Complaint,
    kind: str,
    value: Mapping[str, Any],
    occurred_at: datetime,
    source: str,
    actor: Actor,
    now: datetime,
) -> ComplaintFact:
    fact = ComplaintFact(
        complaint=complaint, kind=kind, value=dict(value), occurred_at=occurred_at, recorded_at=now, source=source
    )
    fact.signed_by(actor)
    fact.save()
    found = standing([complaint_fact(item) for item in complaint.facts.all()])
    assert found is not None
    if kind == ComplaintFact.Kind.DISPOSED:
        complaint.decided_by = actor.label
    complaint.disposition, complaint.reason, complaint.ticket_reference = found.disposition, found.reason, found.ticket
    complaint.substantiated, complaint.decided_at = found.substantiated, found.decided_at
    complaint.last_recorded_at = now
    complaint.save()
    audit.record(
        scope=complaint.scope,
        actor=actor,
        now=now,
        verb=kind,
        kind=COMPLAINT,
        reference=complaint.number,
        facts={
            "occurred_at": occurred_at,
            "source": str(source),
            "complainant": audit.personal(complaint.complainant),
            **value,
        },
    )
    return fact
