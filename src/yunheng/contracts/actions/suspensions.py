"""Work stopped and resumed by order. Only what the vendor has to answer for shortens the service."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from yunheng.contracts.access import CONTRACT
from yunheng.contracts.models import Contract, Suspension
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.writing import writing


def suspend(
    *, contract: Contract, since: date, due_to_vendor: bool, reason: str, actor: Actor, now: datetime
) -> Suspension:
    access.require(actor, "suspend", CONTRACT, contract.scope, now, reference=contract.number)
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if not contract.service_from <= since <= contract.service_to:
        fields["since"] = _("Choose a day of the service period.")
    if fields:
        raise Invalid(_("The suspension cannot be recorded yet."), fields=fields)
    try:
        with writing():
            if contract.suspensions.filter(Q(until__isnull=True) | Q(until__gt=since)).exists():
                raise Conflict(_("Work was suspended on this day already."))
            made = Suspension.objects.create(
                contract=contract,
                since=since,
                since_recorded_at=now,
                due_to_vendor=due_to_vendor,
                reason=reason.strip(),
            )
            facts = {"since": since, "due_to_vendor": due_to_vendor, "reason": made.reason}
            _tell(contract, "suspend", facts, actor, now)
    except IntegrityError:
        raise Conflict(_("Work is suspended already.")) from None
    return made


def resume(*, suspension: Suspension, until: date, actor: Actor, now: datetime) -> Suspension:
    """``until`` is the day on which work went on."""
    contract = suspension.contract
    access.require(actor, "suspend", CONTRACT, contract.scope, now, reference=contract.number)
    if until <= suspension.since:
        raise Invalid(_("Work would go on before it was suspended."), fields={"until": _("Choose a later day.")})
    with writing():
        changed = Suspension.objects.filter(pk=suspension.pk, until__isnull=True).update(
            until=until, until_recorded_at=now
        )
        if not changed:
            raise Conflict(_("Work was resumed already."))
        _tell(contract, "resume", {"since": suspension.since, "until": until}, actor, now)
    suspension.refresh_from_db()
    return suspension


def _tell(contract: Contract, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(
        scope=contract.scope, actor=actor, now=now, verb=verb, kind=CONTRACT, reference=contract.number, facts=facts
    )
