"""What the pages of a project and of a contract show, gathered in a known number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from yunheng.contracts import access
from yunheng.contracts.access import ProjectSight
from yunheng.contracts.models import (
    Amendment,
    CatalogueItem,
    Contract,
    PaymentNode,
    ServiceTarget,
    StaffingRequirement,
    SubProject,
)
from yunheng.contracts.queries.money import executed, payments_as_known
from yunheng.contracts.rules.money import share_of
from yunheng.foundation.models import Decision
from yunheng.people.queries import postings_during
from yunheng.people.roles import Role
from yunheng.ui.components import Step
from yunheng.ui.lists import Badge

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Node:
    """A payment node with its amount worked out and whether it is late."""

    row: PaymentNode
    amount: Decimal
    overdue: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-project as the project's page lists it; money is None for who may not see it."""

    row: SubProject
    contract: Contract | None
    budget: Decimal | None
    price: Decimal | None
    paid: Decimal | None
    targets: int
    targets_in_force: int
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Post:
    """A required post and who is on it today."""

    contract: Contract
    row: StaffingRequirement
    people: Sequence[str]

    @property
    def is_filled(self) -> bool:
        return len(self.people) >= self.row.required


@dataclass(frozen=True, slots=True)
class Signature:
    """One party's answer; ``mine``: the reader may give it now."""

    decision: Decision
    role: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Money:
    budget: Decimal
    paid: Decimal

    @property
    def percent(self) -> Decimal | None:
        return None if not self.budget else (self.paid * 100 / self.budget).quantize(Decimal("0.01"))


# ---------------------------------------------------------------- the project's page


def parts_of(sight: ProjectSight, now: datetime, *, sees_payments: bool) -> list[Part]:
    """The sub-projects of the contracts in sight; five queries."""
    found = list(
        Contract.objects.filter(sub_project__project=sight.project, scope_id__in=sight.scopes)
        .select_related("scope", "vendor", "sub_project")
        .order_by("code")
    )
    contracts = {contract.sub_project_id: contract for contract in found}
    rows = SubProject.objects.filter(project=sight.project)
    if not sight.whole:
        rows = rows.filter(pk__in=contracts)
    scope_ids = [contract.scope_id for contract in found]
    paid: dict[str, Decimal] = {}
    for payment in payments_as_known(scope_ids, cut_off=now, as_of=now) if sees_payments else ():
        paid[payment.contract] = paid.get(payment.contract, NOTHING) + executed([payment])
    counts = {
        pk: (lines, in_force)
        for pk, lines, in_force in ServiceTarget.objects.filter(contract__in=found)
        .order_by()
        .values("contract")
        .annotate(lines=Count("pk"), in_force=Count("pk", filter=Q(confirmed_at__isnull=False)))
        .values_list("contract", "lines", "in_force")
    }
    nodes = nodes_of(found, now)
    return [_part(row, contracts.get(row.pk), sight, paid, counts, nodes, sees_payments) for row in rows]


def _part(
    row: SubProject,
    contract: Contract | None,
    sight: ProjectSight,
    paid: dict[str, Decimal],
    counts: dict[int, tuple[int, int]],
    nodes: dict[int, list[Node]],
    sees_payments: bool,
) -> Part:
    lines, in_force = counts.get(contract.pk, (0, 0)) if contract else (0, 0)
    return Part(
        row=row,
        contract=contract,
        budget=row.budget if sight.whole else None,
        price=contract.price if contract and sees_payments else None,
        paid=paid.get(contract.code, NOTHING) if contract and sees_payments else None,
        targets=lines,
        targets_in_force=in_force,
        nodes=nodes.get(contract.pk, []) if contract else [],
    )


def nodes_of(contracts: Iterable[Contract], now: datetime) -> dict[int, list[Node]]:
    """Contract id → its payment nodes in order; one query."""
    known = {contract.pk: contract for contract in contracts}
    found: dict[int, list[Node]] = defaultdict(list)
    for row in PaymentNode.objects.filter(contract__in=known):
        price = known[row.contract_id].price
        amount = share_of(price, row.share) if row.share is not None else row.amount
        overdue = row.due is not None and row.due < now.date() and row.state != PaymentNode.State.PAID
        found[row.contract_id].append(Node(row, amount or Decimal(0), overdue))
    return found


def posts_of(contracts: Sequence[Contract], now: datetime) -> list[Post]:
    """Required posts and who holds them today; two queries."""
    known = {contract.pk: contract for contract in contracts}
    today = now.date()
    on_post: dict[tuple[int, str], list[str]] = defaultdict(list)
    for posting in postings_during([contract.scope_id for contract in contracts], today, today):
        on_post[posting.scope_id, posting.post].append(posting.person_name)
    rows = StaffingRequirement.objects.filter(contract__in=known, replaced_at__isnull=True).order_by("contract", "post")
    return [
        Post(known[row.contract_id], row, on_post.get((known[row.contract_id].scope_id, row.post), [])) for row in rows
    ]


def catalogue_of(contracts: Sequence[Contract]) -> list[tuple[str, list[str]]]:
    """(group, services) in order."""
    groups: dict[str, list[str]] = {}
    for item in CatalogueItem.objects.filter(contract__in=contracts).order_by("contract", "no"):
        groups.setdefault(item.group, []).append(item.name)
    return list(groups.items())


def targets_of(contract: Contract) -> list[ServiceTarget]:
    """By level, then in the order in which the clocks of a fault stop."""
    order = {clock: place for place, clock in enumerate(ServiceTarget.Clock.values)}
    rows = contract.targets.select_related("contract").order_by("level", "valid_from")
    return sorted(rows, key=lambda row: (row.level, order[row.clock]))


# ---------------------------------------------------------------- signatures


def signatures_of(contract: Contract, question: str, roles: frozenset[str]) -> list[Signature]:
    """``roles``: those the reader holds here."""
    return [
        Signature(
            decision,
            str(Role(decision.role).label),
            decision.state == Decision.State.OPEN and decision.role in roles and decision.role in access.SIGNERS,
        )
        for decision in access.decisions_on(contract).filter(question=question)
    ]


def anchor_steps(contract: Contract, signatures: Sequence[Signature]) -> list[Step]:
    """Chosen → signed by each party → in force."""
    if not contract.anchor_kind:
        return [
            Step(_("Chosen"), "current", actor=Role.OWNER_LEAD.label),
            Step(_("Signed by the three parties")),
            Step(_("In force")),
        ]
    steps = [Step(_("Chosen"), "done")]
    waiting = contract.anchor_signed_at is None
    for signature in signatures:
        signed = signature.decision.state == Decision.State.APPROVED
        if signed:
            steps.append(
                Step(signature.role, "done", actor=signature.decision.decided_by, at=signature.decision.decided_at)
            )
        elif waiting:
            first = not any(step.state == "current" for step in steps)
            steps.append(Step(signature.role, "current" if first else "ahead", actor=signature.role))
    steps.append(Step(_("In force"), "ahead" if waiting else "done", at=contract.anchor_signed_at))
    return steps


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    row: Amendment
    signatures: Sequence[Signature]


@dataclass(frozen=True, slots=True)
class TargetLine:
    row: ServiceTarget
    limit: str
    badge: Badge
