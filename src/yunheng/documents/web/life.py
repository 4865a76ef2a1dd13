"""How a paper's life looks on its page: step bar, allowed transitions, trail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yunheng.documents import access
from yunheng.documents.models import Document, Submission
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import AuditEntry
from yunheng.ui.components import Step, TrailEntry, TrailKind, Transition


def steps_of(document: Document, submissions: Sequence[Submission]) -> list[Step]:
    """Draft → handed in → accepted; ``submissions`` newest first."""
    last = submissions[0] if submissions else None
    handed_in, answered = (last.occurred_at, last.answered_at) if last else (None, None)
    match document.state:
        case Document.State.DRAFT:
            return [
                Step(_("Draft"), "current", actor=document.created_by),
                Step(_("Handed in")),
                Step(_("Accepted")),
            ]
        case Document.State.RETURNED:
            return [
                Step(_("Draft"), "done", at=document.created_at),
                Step(_("Returned"), "current", actor=last.recorded_by if last else "", at=answered),
                Step(_("Accepted")),
            ]
        case Document.State.SUBMITTED:
            return [
                Step(_("Draft"), "done", at=document.created_at),
                Step(_("Handed in"), "done", at=handed_in),
                Step(_("Waiting for review"), "current", actor=_("Supervisor or owner")),
            ]
    return [
        Step(_("Draft"), "done", at=document.created_at),
        Step(_("Handed in"), "done", at=handed_in),
        Step(_("Accepted"), "done", at=answered),
    ]


def transitions_of(
    document: Document, submissions: Sequence[Submission], actor: Actor, now: datetime
) -> list[Transition]:
    """What this person may do next; the actions check again."""

    def to(name: str) -> str:
        return reverse(f"documents:{name}", args=[document.uid])

    last = submissions[0] if submissions else None
    if document.state == Document.State.SUBMITTED and last is not None:
        if last.recorded_by_id == actor.id or not access.may(actor, "answer", document, now):
            return []
        return [
            Transition(_("Accept"), to("accept"), primary=True, drawer=False, icon="check"),
            Transition(_("Return"), to("return"), icon="arrow-back-up"),
        ]
    if document.state == Document.State.ACCEPTED or not access.may(actor, "submit", document, now):
        return []
    found = [Transition(_("Add a file"), to("version-new"), icon="upload")]
    if document.state == Document.State.DRAFT:
        found.insert(0, Transition(_("Hand in"), to("submit"), primary=True, drawer=False, icon="send"))
    return found


_KINDS: dict[str, TrailKind] = {"add-version": "file", "register": "fact"}


def trail_of(document: Document) -> list[TrailEntry]:
    """The document's entries of the audit chain, newest first, in words."""
    entries = AuditEntry.objects.filter(
        tenant_id=document.tenant_id, kind=access.KIND, reference=document.number
    ).order_by("-sequence")
    labels = {
        "register": _("Registered"),
        "add-version": _("File added"),
        "submit": _("Handed in"),
        "return": _("Returned"),
        "accept": _("Accepted"),
        "refused": _("Refused"),
    }
    return [
        TrailEntry(
            at=entry.at,
            label=labels.get(entry.verb, entry.verb),
            actor=entry.actor_label,
            kind=_KINDS.get(entry.verb, "transition"),
            detail=_detail(entry.verb, json.loads(bytes(entry.body))[-1]),
            number=entry.sequence,
        )
        for entry in entries
    ]


def _detail(verb: str, facts: dict[str, Any]) -> str:
    match verb:
        case "add-version":
            return _("Version %(version)s: %(name)s") % {"version": facts["version"], "name": facts["name"]}
        case "return":
            return str(facts["reason"])
        case "submit":
            return _("Submission %(number)s, version %(version)s") % {
                "number": facts["submission"],
                "version": facts["version"],
            }
    return ""
