"""Verbs of the chain and states of records as people read them, and the trail made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yunheng.contracts.models import PaymentNode
from yunheng.foundation.models import AuditEntry
from yunheng.people.roles import Role
from yunheng.ui.components import TrailEntry, TrailKind

TRAIL_LENGTH = 50
NODE_STATES: dict[str, str] = {
    PaymentNode.State.WAITING: "none",
    PaymentNode.State.CONDITION_MET: "soon",
    PaymentNode.State.PAID: "good",
}
_UNTOLD = ("template",)  # fifteen lines that say nothing of this contract yet
_FACTS = {"record", "correct", "condition-met", "suspend", "resume", "require"}


def verb_label(verb: str) -> str:
    """A verb of the chain as people read it; an unknown one as it stands."""
    return {
        "create": _("written down"),
        "change": _("corrected in words"),
        "add-sub-project": _("sub-project added"),
        "add-party": _("party added"),
        "add-payment-node": _("payment node added"),
        "amend-budget": _("budget changed"),
        "propose-anchor": _("start anchor proposed"),
        "sign-anchor": _("start anchor signed by all"),
        "decline-anchor": _("start anchor declined"),
        "propose-amendment": _("amendment proposed"),
        "decline-amendment": _("amendment declined"),
        "amend": _("amendment in force"),
        "ask": _("signature asked for"),
        "approve": _("signed"),
        "reject": _("declined"),
        "suspend": _("work suspended"),
        "resume": _("work resumed"),
        "template": _("taken from the template"),
        "enter-clause": _("clause entered"),
        "confirm": _("confirmed"),
        "record": _("payment recorded"),
        "correct": _("payment corrected"),
        "condition-met": _("payment condition met"),
        "require": _("staff required"),
        "import": _("imported"),
        "withdraw": _("import withdrawn"),
        "refused": _("was refused"),
    }.get(verb, verb)


def trail_of(tenant_id: int | None, records: Iterable[tuple[str, Iterable[str]]]) -> list[TrailEntry]:
    """The newest entries about these records, given as (kind, references)."""
    wanted = Q()
    for kind, references in records:
        wanted |= Q(kind=kind, reference__in=list(references))
    rows = AuditEntry.objects.filter(wanted, tenant_id=tenant_id).exclude(verb__in=_UNTOLD)
    return [_entry(row) for row in rows.order_by("-sequence")[:TRAIL_LENGTH]]


def _entry(row: AuditEntry) -> TrailEntry:
    kind: TrailKind = "fact" if row.verb in _FACTS else "transition"
    facts = json.loads(bytes(row.body))[-1]
    return TrailEntry(
        row.at, verb_label(row.verb), row.actor_label, kind, detail=_detail(row, facts), number=row.sequence
    )


def _detail(row: AuditEntry, facts: dict[str, Any]) -> str:
    """What a reader wants to know of an entry without opening it: the record and its words or numbers."""
    told = [row.reference]
    if facts.get("role") in Role.values:
        told.append(str(Role(facts["role"]).label))
    if facts.get("amendment"):
        told.append(f"{facts['amendment']}: {facts.get('before') or '—'} → {facts.get('after')}")
    told += [
        str(facts[name]) for name in ("day", "amount", "clause", "since", "until", "reason", "note") if facts.get(name)
    ]
    return " · ".join(told)
