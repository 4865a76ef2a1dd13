"""Contracts: recorded as signed, with what they promise; their words corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.contracts.access import CONTRACT
from yunheng.contracts.actions.projects import fault_words
from yunheng.contracts.actions.targets import create_templates
from yunheng.contracts.events import ContractCreated
from yunheng.contracts.models import CatalogueItem, Contract, Party, PaymentNode, SubProject
from yunheng.contracts.rules.money import fault_of
from yunheng.foundation import access, audit, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.people.models import Organisation

#: The party that the vendor of a sub-project of this kind is.
_PARTY = {
    SubProject.Kind.OPERATIONS: Party.Role.VENDOR,
    SubProject.Kind.SUPERVISION: Party.Role.SUPERVISOR,
    SubProject.Kind.CLOUD_LEASE: Party.Role.LESSOR,
    SubProject.Kind.PLANNING: Party.Role.CONSULTANT,
}


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """``price`` in yuan; both days of the period are days of service."""

    number: str
    signed_on: date
    service_from: date
    service_to: date
    price: Decimal


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """An instalment: ``share`` of the price in per cent, or an ``amount``; ``needs_verdict``: paid after the seal."""

    no: int
    condition: str
    share: Decimal | None = None
    amount: Decimal | None = None
    due: date | None = None
    needs_verdict: bool = False


def create_contract(
    *,
    sub_project: SubProject,
    code: str,
    facts: ContractFacts,
    vendor: Organisation,
    nodes: Sequence[NodeFacts] = (),
    catalogue: Sequence[tuple[str, str]] = (),
    actor: Actor,
    now: datetime,
    batch: ImportBatch | None = None,
) -> Contract:
    """Opens the contract's scope below the project too; an operations contract gets the template of service targets.

    ``catalogue`` are (group, service) in order. Raises Invalid, or Conflict when code, number or sub-project is taken.
    """
    project = sub_project.project
    access.require(actor, "create", CONTRACT, project.scope, now, reference=facts.number)
    _check(facts, code)
    _check_nodes(nodes)
    if vendor.tenant_id != project.tenant_id:
        raise Invalid(_("The vendor belongs to another office."), fields={"vendor": _("Choose again.")})
    try:
        with writing():
            scope = Scope.objects.create_child(
                kind=ScopeKind.CONTRACT, code=code.strip(), name=sub_project.name, parent=project.scope
            )
            contract = Contract(scope=scope, sub_project=sub_project, vendor=vendor, batch=batch)
            for name in ContractFacts.__slots__:
                setattr(contract, name, getattr(facts, name))
            contract.number = facts.number.strip()
            contract.save()
            for node in nodes:
                PaymentNode.objects.create(contract=contract, **_columns(node))
            CatalogueItem.objects.bulk_create(
                CatalogueItem(contract=contract, no=no, group=group, name=name)
                for no, (group, name) in enumerate(catalogue, start=1)
            )
            Party.objects.get_or_create(
                project=project, organisation=vendor, role=_PARTY[SubProject.Kind(sub_project.kind)]
            )
            _tell(
                contract,
                "create",
                {name: getattr(facts, name) for name in ContractFacts.__slots__}
                | {"code": scope.code, "sub_project": sub_project.no, "vendor": vendor.name, "nodes": len(nodes)},
                actor,
                now,
            )
            if sub_project.kind == SubProject.Kind.OPERATIONS:
                create_templates(contract=contract, actor=actor, now=now)
            events.publish(
                ContractCreated(contract.number, scope.pk, sub_project.kind),
                scope=scope,
                aggregate=f"{CONTRACT}:{contract.number}",
                now=now,
            )
    except IntegrityError:
        raise Conflict(
            _("The sub-project has a contract already, or another contract has this code or number."),
            way_out=_("Choose another, or open the contract that has it."),
        ) from None
    return contract


def change_contract(
    *, contract: Contract, number: str, signed_on: date, vendor: Organisation, actor: Actor, now: datetime
) -> Contract:
    """Clerical corrections. Price, period and anchor change by amendment only."""
    access.require(actor, "change", CONTRACT, contract.scope, now, reference=contract.number)
    if not number.strip():
        raise Invalid(_("The contract cannot be saved yet."), fields={"number": _("Write the number.")})
    if vendor.tenant_id != contract.tenant_id:
        raise Invalid(_("The vendor belongs to another office."), fields={"vendor": _("Choose again.")})
    before = {"number": contract.number, "signed_on": contract.signed_on, "vendor": contract.vendor.name}
    contract.number, contract.signed_on, contract.vendor = number.strip(), signed_on, vendor
    after = {"number": contract.number, "signed_on": signed_on, "vendor": vendor.name}
    if before["number"] != after["number"] and contract.anchor_kind:
        # Decisions and evidence name the contract by its number.
        raise Conflict(_("The number stays once the parties have been asked to sign."))
    try:
        with writing():
            contract.save(update_fields=["number", "signed_on", "vendor"])
            _tell(contract, "change", {key: after[key] for key in after if after[key] != before[key]}, actor, now)
    except IntegrityError:
        raise Conflict(_("Another contract of this office has this number.")) from None
    return contract


def add_payment_node(*, contract: Contract, node: NodeFacts, actor: Actor, now: datetime) -> PaymentNode:
    access.require(actor, "change", CONTRACT, contract.scope, now, reference=contract.number)
    _check_nodes([node])
    try:
        with writing():
            made = PaymentNode.objects.create(contract=contract, **_columns(node))
            _tell(contract, "add-payment-node", _columns(node), actor, now)
    except IntegrityError:
        raise Conflict(_("There is a payment node with this number already.")) from None
    return made


def _check(facts: ContractFacts, code: str) -> None:
    fields = {}
    if not code.strip():
        fields["code"] = _("Write the code.")
    if "/" in code:
        fields["code"] = _("A code has no slash.")
    if not facts.number.strip():
        fields["number"] = _("Write the number.")
    if facts.service_to < facts.service_from:
        fields["service_to"] = _("The period ends before it begins.")
    if fault := fault_of(facts.price):
        fields["price"] = fault_words(fault)
    if fields:
        raise Invalid(_("The contract cannot be saved yet."), fields=fields)


def _check_nodes(nodes: Sequence[NodeFacts]) -> None:
    for node in nodes:
        fields = {}
        if not node.condition.strip():
            fields["condition"] = _("Write the condition.")
        if (node.share is None) == (node.amount is None):
            fields["share"] = _("Give a share or an amount, one of them.")
        elif node.share is not None and not 0 < node.share <= 100:
            fields["share"] = _("A share lies above 0 and is at most 100 per cent.")
        elif node.amount is not None and (fault := fault_of(node.amount)):
            fields["amount"] = fault_words(fault)
        if fields:
            raise Invalid(
                _("The payment node cannot be saved yet."),
                fields=fields,
                place=_("Payment node %(no)s") % {"no": node.no},
            )


def _columns(node: NodeFacts) -> dict[str, object]:
    node = replace(node, condition=node.condition.strip())
    return {name: getattr(node, name) for name in NodeFacts.__slots__}


def _tell(contract: Contract, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(
        scope=contract.scope, actor=actor, now=now, verb=verb, kind=CONTRACT, reference=contract.number, facts=facts
    )
