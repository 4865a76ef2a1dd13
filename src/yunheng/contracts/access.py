"""Who sees projects, contracts, targets, payments and staffing, and what each role may do with them.

A vendor sees his own contract and of its project what every party knows: name, period, parties. Budgets, other
contracts and their prices are not there for him. The only door through which pages and imports get objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yunheng.contracts.models import Amendment, Contract, Payment, Project, ServiceTarget
from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Decision, Scope
from yunheng.people.roles import OWNER, PARTIES, Role

PROJECT, CONTRACT, TARGET = "contracts.project", "contracts.contract", "contracts.target"
PAYMENT, STAFFING = "contracts.payment", "contracts.staffing"

_EXPORT = OWNER | {Role.VENDOR_MANAGER, Role.SUPERVISOR, Role.AUDITOR}

access.declare(
    PROJECT,
    {
        "view": PARTIES,
        "create": OWNER,
        "change": {Role.OWNER_LEAD},
        "amend_budget": {Role.OWNER_LEAD},
        "import": {Role.OWNER_LEAD},
        "export": _EXPORT,
    },
)
access.declare(
    CONTRACT,
    {
        "view": PARTIES,
        "create": {Role.OWNER_LEAD},
        "change": {Role.OWNER_LEAD},
        "propose": {Role.OWNER_LEAD},
        "sign": {Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR},
        "suspend": {Role.OWNER_LEAD, Role.SUPERVISOR},
        "export": _EXPORT,
    },
)
access.declare(
    TARGET,
    {
        "view": PARTIES,
        "enter": {Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR},
        "confirm": {Role.OWNER_LEAD},
        "export": _EXPORT,
    },
)
access.declare(
    PAYMENT,
    {
        "view": PARTIES - {Role.VENDOR_ENGINEER},
        "record": {Role.OWNER_LEAD},
        "confirm": OWNER | {Role.SUPERVISOR},
        "declare_met": OWNER,
        "export": _EXPORT,
    },
)
access.declare(STAFFING, {"view": PARTIES, "require": {Role.OWNER_LEAD}})

#: Who signs what binds all three.
SIGNERS = (Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR)


# ---------------------------------------------------------------- projects


@dataclass(frozen=True, slots=True)
class ProjectSight:
    """A project as one person sees it: as a whole, or only the contracts in ``scopes``."""

    project: Project
    whole: bool
    scopes: frozenset[int]


def projects(actor: Actor, at: datetime, *, scopes: frozenset[int] | None = None) -> QuerySet[Project]:
    """Those the person sees as a whole, and those of which he sees a contract; ``scopes`` where they are known."""
    if scopes is None:
        scopes = access.visible_scopes(actor, PROJECT, "view", at)
    parts = Scope.objects.filter(pk__in=scopes).values("parent")
    return Project.objects.filter(Q(scope_id__in=scopes) | Q(scope_id__in=parts)).select_related("scope", "owner")


def project(actor: Actor, uid: str, at: datetime) -> ProjectSight:
    """Raises Unseen for a project that is not there for this person."""
    found = Project.objects.select_related("scope", "owner").filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return sight_of(actor, found, at)


def sight_of(actor: Actor, project: Project, at: datetime) -> ProjectSight:
    scopes = access.visible_scopes(actor, PROJECT, "view", at, within=project.scope)
    if not scopes:
        raise access.unseen()
    return ProjectSight(project, project.scope_id in scopes, scopes)


def sees_whole(actor: Actor, project: Project, at: datetime) -> bool:
    return access.may(actor, "view", PROJECT, project.scope, at)


# ---------------------------------------------------------------- contracts and what hangs on them


def contracts(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Contract]:
    scopes = access.visible_scopes(actor, CONTRACT, "view", at, within=within)
    return Contract.objects.filter(scope_id__in=scopes).select_related("scope", "sub_project__project", "vendor")


def contract(actor: Actor, uid: str, at: datetime) -> Contract:
    """Raises Unseen for a contract that is not there for this person."""
    found = Contract.objects.select_related("scope", "sub_project__project__scope", "vendor").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", CONTRACT, found.scope, at):
        raise access.unseen()
    return found


def target(actor: Actor, uid: str, at: datetime) -> ServiceTarget:
    found = ServiceTarget.objects.select_related("contract__scope", "scope").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", TARGET, found.scope, at):
        raise access.unseen()
    return found


def targets(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[ServiceTarget]:
    scopes = access.visible_scopes(actor, TARGET, "view", at, within=within)
    return ServiceTarget.objects.filter(scope_id__in=scopes).select_related("contract", "scope")


def payments(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Payment]:
    scopes = access.visible_scopes(actor, PAYMENT, "view", at, within=within)
    return Payment.objects.filter(scope_id__in=scopes).select_related("contract", "scope", "node", "corrects")


def payment(actor: Actor, uid: str, at: datetime) -> Payment:
    found = Payment.objects.select_related("contract", "scope", "node", "corrects").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", PAYMENT, found.scope, at):
        raise access.unseen()
    return found


def amendment(actor: Actor, uid: str, at: datetime) -> Amendment:
    found = Amendment.objects.select_related("contract__scope", "scope", "sub_project__project").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", CONTRACT, found.scope, at):
        raise access.unseen()
    return found


def decisions_on(contract: Contract) -> QuerySet[Decision]:
    """The signatures asked for on a contract: its anchor and its amendments."""
    return Decision.objects.filter(
        scope_id=contract.scope_id, subject_kind=CONTRACT, subject_reference=contract.number
    ).order_by("pk")
