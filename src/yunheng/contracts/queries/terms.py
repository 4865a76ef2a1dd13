"""What a verdict reads of budgets and contracts, as it was known at an instant: later amendments are undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from yunheng.contracts.models import Amendment, Contract, Project, Suspension

Subject = Amendment.Subject


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """The terms of one contract. ``anchor`` is None until the three parties signed it; ``budget`` None: not known.

    ``stops`` are the vendor's suspensions as [first day, day of resuming).
    """

    code: str
    number: str
    scope_id: int
    anchor: date | None
    service_to: date
    price: Decimal
    budget: Decimal | None
    stops: tuple[tuple[date, date | None], ...] = field(default=())


def terms_as_known(scope_ids: Iterable[int], as_of: datetime) -> list[KnownTerms]:
    """By code; three queries whatever the number of contracts."""
    contracts = list(
        Contract.objects.filter(scope_id__in=list(scope_ids)).select_related("sub_project").order_by("code")
    )
    by_contract = _earlier_values(
        Amendment.objects.filter(
            contract__in=contracts, state=Amendment.State.IN_FORCE, in_force_at__gt=as_of
        ).values_list("contract_id", "subject", "before", "in_force_at", "id")
    )
    by_sub_project = _earlier_values(
        Amendment.objects.filter(
            sub_project__in=[contract.sub_project_id for contract in contracts],
            state=Amendment.State.IN_FORCE,
            in_force_at__gt=as_of,
        ).values_list("sub_project_id", "subject", "before", "in_force_at", "id")
    )
    stops = _stops(contracts, as_of)
    return [
        _known(
            contract,
            by_contract.get(contract.pk, {}),
            by_sub_project.get(contract.sub_project_id, {}),
            stops.get(contract.pk, ()),
            as_of,
        )
        for contract in contracts
    ]


def budgets_as_known(project: Project, as_of: datetime) -> Decimal:
    """The project's whole budget."""
    later = _earlier_values(
        Amendment.objects.filter(
            scope_id=project.scope_id,
            subject=Subject.PROJECT_BUDGET,
            state=Amendment.State.IN_FORCE,
            in_force_at__gt=as_of,
        ).values_list("scope_id", "subject", "before", "in_force_at", "id")
    )
    return Decimal(later.get(project.scope_id, {}).get(Subject.PROJECT_BUDGET, project.budget))


def _earlier_values(rows: Iterable[tuple[int | None, str, str, datetime | None, int]]) -> dict[int, dict[str, str]]:
    """Record → subject → what stood before the first of the later amendments."""
    found: dict[int, dict[str, str]] = {}
    for record, subject, before, _at, _id in sorted(rows, key=lambda row: (str(row[3]), row[4]), reverse=True):
        if record is not None:
            found.setdefault(record, {})[subject] = before
    return found


def _stops(contracts: list[Contract], as_of: datetime) -> dict[int, tuple[tuple[date, date | None], ...]]:
    found: dict[int, tuple[tuple[date, date | None], ...]] = {}
    rows = Suspension.objects.filter(contract__in=contracts, due_to_vendor=True, since_recorded_at__lte=as_of)
    for row in rows.order_by("since"):
        known_end = row.until if row.until_recorded_at is not None and row.until_recorded_at <= as_of else None
        found[row.contract_id] = (*found.get(row.contract_id, ()), (row.since, known_end))
    return found


def _known(
    contract: Contract,
    earlier: Mapping[str, str],
    earlier_budget: Mapping[str, str],
    stops: tuple[tuple[date, date | None], ...],
    as_of: datetime,
) -> KnownTerms:
    signed = contract.anchor_signed_at is not None and contract.anchor_signed_at <= as_of
    anchor = contract.anchor_date if signed else None
    if earlier.get(Subject.ANCHOR):
        anchor = date.fromisoformat(earlier[Subject.ANCHOR].split(" ")[-1])
    budget = contract.sub_project.budget
    if Subject.SUB_PROJECT_BUDGET in earlier_budget:
        text = earlier_budget[Subject.SUB_PROJECT_BUDGET]
        budget = Decimal(text) if text else None
    return KnownTerms(
        code=contract.code,
        number=contract.number,
        scope_id=contract.scope_id,
        anchor=anchor,
        service_to=date.fromisoformat(earlier.get(Subject.SERVICE_TO, str(contract.service_to))),
        price=Decimal(earlier.get(Subject.PRICE, contract.price)),
        budget=budget,
        stops=stops,
    )
