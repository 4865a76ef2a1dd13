"""Approvals anywhere: ask a role, answer once, keep who and why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Decision, Scope
from yunheng.foundation.writing import writing


def ask(
    *,
    scope: Scope,
    subject_kind: str,
    subject_reference: str,
    question: str,
    role: str,
    actor: Actor,
    now: datetime,
    due_at: datetime | None = None,
) -> Decision:
    with writing():
        decision, created = Decision.objects.get_or_create(
            subject_kind=subject_kind,
            subject_reference=subject_reference,
            question=question,
            role=role,
            state=Decision.State.OPEN,
            defaults={
                "scope": scope,
                "asked_at": now,
                "asked_by_id": actor.id,
                "asked_by": actor.label,
                "due_at": due_at,
            },
        )
        if created:
            audit.record(
                scope=scope,
                actor=actor,
                now=now,
                verb="ask",
                kind=subject_kind,
                reference=subject_reference,
                facts={"question": question, "role": role},
            )
    return decision


def answer(
    *, decision: Decision, approve: bool, reason: str, actor: Actor, now: datetime, stands_in_for: str = ""
) -> Decision:
    """Raises Refused when the actor does not hold the asked role there, Conflict when it was answered already."""
    if not actor.is_system and decision.role not in access.standing(actor, now).roles_around(decision.scope):
        raise Refused(_("This decision is not yours to take."))
    if not approve and not reason.strip():
        raise Invalid(_("A rejection needs a reason."), fields={"reason": _("Write why.")})
    with writing():
        changed = Decision.objects.filter(pk=decision.pk, state=Decision.State.OPEN).update(
            state=Decision.State.APPROVED if approve else Decision.State.REJECTED,
            decided_at=now,
            decided_by_id=actor.id,
            decided_by=actor.label,
            stands_in_for=stands_in_for,
            reason=reason,
        )
        if not changed:
            raise Conflict(_("This has been decided already."), way_out=_("Reload the page to see the answer."))
        audit.record(
            scope=decision.scope,
            actor=actor,
            now=now,
            verb="approve" if approve else "reject",
            kind=decision.subject_kind,
            reference=decision.subject_reference,
            facts={"question": decision.question, "reason": reason, "stands_in_for": stands_in_for},
        )
    decision.refresh_from_db()
    return decision
