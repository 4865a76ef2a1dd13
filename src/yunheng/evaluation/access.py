"""Who may weigh, seal and look. The only door through which pages and commands get evaluations and schemes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yunheng.evaluation.models import Evaluation, Scheme
from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.records import Described
from yunheng.people.roles import OWNER, PARTIES, Role

EVALUATION = "evaluation.evaluation"
SCHEME = "evaluation.scheme"
STATEMENT = "evaluation.statement"

access.declare(
    EVALUATION,
    {
        "view": PARTIES,
        "evaluate": {*OWNER, Role.SUPERVISOR},
        "seal": {Role.OWNER_LEAD},
        "correct": {Role.OWNER_LEAD},
        "enter": {Role.OWNER_LEAD, Role.SUPERVISOR},
        "approve": {Role.OWNER_LEAD},
        "verify": PARTIES,
        "export": PARTIES,
    },
)
access.declare(
    SCHEME,
    {
        "view": PARTIES,
        "propose": {Role.OWNER_LEAD, Role.SUPERVISOR},
        "freeze": {Role.OWNER_LEAD},
    },
)
access.declare(
    STATEMENT,
    {
        "view": PARTIES,
        "write": {Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR},
        "adopt": {Role.OWNER_LEAD},
    },
)


def evaluations_for(actor: Actor, at: datetime) -> QuerySet[Evaluation]:
    """Newest first; a vendor sees the verdicts over his own contract."""
    scopes = access.visible_scopes(actor, EVALUATION, access.VIEW, at)
    return Evaluation.objects.filter(scope_id__in=scopes).select_related("scope", "scheme", "seal")


def the_evaluation(actor: Actor, uid: str, at: datetime, verb: str = access.VIEW) -> Evaluation:
    """Raises Unseen, or Refused (audited) for a verb beyond viewing."""
    row = evaluations_for(actor, at).filter(uid=uid).first()
    if row is None:
        raise access.unseen()
    if verb != access.VIEW:
        access.require(actor, verb, EVALUATION, row.scope, at, reference=row.number)
    return row


def schemes_for(actor: Actor, at: datetime) -> QuerySet[Scheme]:
    scopes = access.visible_scopes(actor, SCHEME, access.VIEW, at)
    return Scheme.objects.filter(scope_id__in=scopes).select_related("scope")


def the_scheme(actor: Actor, uid: str, at: datetime) -> Scheme:
    row = schemes_for(actor, at).filter(uid=uid).first()
    if row is None:
        raise access.unseen()
    return row


def describe(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = evaluations_for(actor, at).filter(number__in=list(references))
    return [
        Described(row.number, f"{row.scope.name} {row.first} – {row.last}", f"/evaluation/{row.uid}", row.state)
        for row in rows
    ]
