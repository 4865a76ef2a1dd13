"""Service targets: a template without force until the clause is entered and the owner confirms the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.contracts.access import TARGET
from yunheng.contracts.events import TargetConfirmed
from yunheng.contracts.models import Contract, ServiceTarget
from yunheng.contracts.rules.template_targets import TEMPLATE
from yunheng.foundation import access, audit, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.writing import writing
from yunheng.kernel.reading import CaseError
from yunheng.people.queries import service_calendar


@dataclass(frozen=True, slots=True)
class Clause:
    """What the contract says of one line. Exactly one of ``seconds`` and ``days``."""

    number: str
    text: str
    valid_from: date
    seconds: int | None = None
    days: int | None = None
    outside_seconds: int | None = None
    calendar_code: str = "cn-7x24"


def create_templates(*, contract: Contract, actor: Actor, now: datetime) -> list[ServiceTarget]:
    """The published table as lines to argue about; in the caller's transaction or its own."""
    with writing():
        made = [
            ServiceTarget.objects.create(
                scope=contract.scope,
                contract=contract,
                level=line.level,
                clock=line.clock,
                target_seconds=line.seconds,
                target_days=line.days,
                outside_seconds=line.outside,
                calendar_code=line.calendar,
            )
            for line in TEMPLATE
        ]
        audit.record_many(
            scope=contract.scope,
            actor=actor,
            now=now,
            entries=[("template", TARGET, row.reference, _limits(row)) for row in made],
        )
    return made


def enter_clause(
    *, contract: Contract, level: int, clock: str, clause: Clause, actor: Actor, now: datetime
) -> ServiceTarget:
    """What the contract says of a line; it waits for ``confirm_target``, and a line in force stays until then."""
    reference = f"{contract.code}/P{level}/{clock}"
    access.require(actor, "enter", TARGET, contract.scope, now, reference=reference)
    _check(contract, level, clock, clause)
    with writing():
        row = ServiceTarget.objects.filter(
            contract=contract, level=level, clock=clock, confirmed_at__isnull=True
        ).first() or ServiceTarget(scope=contract.scope, contract=contract, level=level, clock=clock)
        row.clause_number, row.clause_text = clause.number.strip(), clause.text.strip()
        row.valid_from = clause.valid_from
        row.target_seconds, row.target_days = clause.seconds, clause.days
        row.outside_seconds, row.calendar_code = clause.outside_seconds, clause.calendar_code
        row.save()
        _tell(row, "enter-clause", _limits(row) | {"clause": row.clause_number, "text": row.clause_text}, actor, now)
    return row


def confirm_target(*, target: ServiceTarget, actor: Actor, now: datetime) -> ServiceTarget:
    """The owner's word: the line is in force from its day on."""
    access.require(actor, "confirm", TARGET, target.scope, now, reference=target.reference)
    if not (target.clause_number and target.clause_text and target.valid_from):
        raise Invalid(
            _("This line is still a template: the clause of the contract is missing."),
            fields={"clause_number": _("Enter number, wording and first day of the clause.")},
        )
    try:
        with writing():
            changed = ServiceTarget.objects.filter(pk=target.pk, confirmed_at__isnull=True).update(
                confirmed_at=now, confirmed_by_id=actor.id, confirmed_by=actor.label
            )
            if not changed:
                raise Conflict(_("This line is confirmed already."))
            _tell(target, "confirm", _limits(target) | {"clause": target.clause_number}, actor, now)
            events.publish(
                TargetConfirmed(
                    target.reference, target.scope_id, target.level, target.clock, target.valid_from.isoformat()
                ),
                scope=target.scope,
                aggregate=f"{TARGET}:{target.reference}",
                now=now,
            )
    except IntegrityError:
        raise Conflict(
            _("Another wording of this line is in force from the same day."),
            way_out=_("Choose a later day for the new one."),
        ) from None
    target.refresh_from_db()
    return target


def _check(contract: Contract, level: int, clock: str, clause: Clause) -> None:
    fields = {}
    if level not in {1, 2, 3, 4}:
        fields["level"] = _("Levels are 1 to 4.")
    if clock not in ServiceTarget.Clock.values:
        fields["clock"] = _("There is no such clock.")
    if not clause.number.strip():
        fields["clause_number"] = _("Write the number of the clause.")
    if not clause.text.strip():
        fields["clause_text"] = _("Write the wording of the clause.")
    if (clause.seconds is None) == (clause.days is None) or min(clause.seconds or 1, clause.days or 1) < 1:
        fields["amount"] = _("Give hours and minutes or working days, more than none.")
    if clause.valid_from < contract.service_from or clause.valid_from > contract.service_to:
        fields["valid_from"] = _("Choose a day of the service period.")
    try:
        service_calendar(contract.tenant_id, clause.calendar_code)
    except CaseError:
        fields["calendar_code"] = _("There is no calendar of this name.")
    if fields:
        raise Invalid(_("The clause cannot be saved yet."), fields=fields)


def _limits(row: ServiceTarget) -> dict[str, object]:
    return {
        "seconds": row.target_seconds,
        "days": row.target_days,
        "outside_seconds": row.outside_seconds,
        "calendar": row.calendar_code,
        "valid_from": row.valid_from,
    }


def _tell(row: ServiceTarget, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(scope=row.scope, actor=actor, now=now, verb=verb, kind=TARGET, reference=row.reference, facts=facts)
