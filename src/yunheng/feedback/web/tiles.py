"""What feedback puts on the home page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yunheng.contracts.models import Contract
from yunheng.feedback import access
from yunheng.feedback.actions.signing import PARTY_OF
from yunheng.feedback.models import MonthlySignature
from yunheng.feedback.queries import SIGNED_KINDS, following_month, parties_of
from yunheng.foundation import access as ground
from yunheng.foundation import registers
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope


def waiting_for_my_signature(actor: Actor, project: Scope | None, now: datetime) -> Mapping[str, Any] | None:
    """Months that have ended and lack this person's party; complaints that wait for the owner."""
    standing = ground.standing(actor, now)
    scopes = ground.visible_scopes(actor, access.SIGNATURE, "sign", now, within=project)
    months = _unsigned(standing, scopes, now) if scopes else []
    undecided = 0
    if standing.may_anywhere("dispose", access.COMPLAINT):
        undecided = access.complaints(actor, now, within=project).filter(disposition="").count()
    if not months and not undecided:
        return None
    return {"months": months[:6], "more": max(0, len(months) - 6), "undecided": undecided, "width": "half"}


def _unsigned(
    standing: ground.Standing, scopes: frozenset[int], now: datetime
) -> list[tuple[Scope, date, MonthlySignature | None]]:
    signatures = list(MonthlySignature.objects.filter(scope_id__in=scopes))
    by_place = {(item.scope_id, item.month): item for item in signatures}
    parties = parties_of(signatures)
    found = []
    contracts = Contract.objects.filter(scope_id__in=scopes, sub_project__kind__in=SIGNED_KINDS).select_related("scope")
    for contract in contracts.order_by("code"):
        mine = {party for role, party in PARTY_OF.items() if role in standing.roles_at(contract.scope)}
        today = now.astimezone(ZoneInfo(contract.scope.zone)).date()
        for month in registers.months_between(contract.service_from, min(contract.service_to, today)):
            if following_month(month) > today:
                continue
            signature = by_place.get((contract.scope_id, month))
            done = parties.get(signature.pk, frozenset()) if signature else frozenset()
            if mine - done:
                found.append((contract.scope, month, signature))
    return sorted(found, key=lambda item: (item[1], item[0].code))
