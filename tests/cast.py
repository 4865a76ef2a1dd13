"""The cast: one made-up office with its parties, each person in one role. Names say the role and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from yunheng.foundation.models import Grant, Scope, ScopeKind
from yunheng.people.models import Organisation, User
from yunheng.people.roles import Role

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2022, 7, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai, the day after the service year


@dataclass
class Cast:
    tenant: Scope
    project: Scope
    contract: Scope  # sub-project 1, the vendor's
    other_contract: Scope  # sub-project 2, another vendor's
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            people: dict[str, User] = self.__dict__["people"]
            return people[name]
        except KeyError:
            raise AttributeError(name) from None


def a_user(name: str, organisation: Organisation | None = None) -> User:
    return User.objects.create_user(
        username=name,
        password=f"{name}-pass-1",
        name=name,
        organisation=organisation,
        must_change_password=False,
    )


def grant(user: User, role: str, scope: Scope) -> Grant:
    return Grant.objects.create(
        actor_id=user.pk, actor_label=user.name, scope=scope, role=role, since=LONG_AGO, granted_by="cast"
    )


def assemble() -> Cast:
    """owner, leader, vendor, engineer, supervisor, auditor, clerk, outsider (another vendor), stranger (another
    office's lead) and the three administrators."""
    tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code="T1", name="某市事务中心")
    project = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P1", name="运维项目", parent=tenant)
    contract = Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="C1", name="子项目1", parent=project)
    other = Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="C2", name="子项目2", parent=project)
    elsewhere = Scope.objects.create_child(kind=ScopeKind.TENANT, code="T2", name="别处")
    cast = Cast(tenant, project, contract, other)
    places = {
        "owner": (Role.OWNER_LEAD, project),
        "leader": (Role.OWNER_LEADER, tenant),
        "vendor": (Role.VENDOR_MANAGER, contract),
        "engineer": (Role.VENDOR_ENGINEER, contract),
        "supervisor": (Role.SUPERVISOR, project),
        "auditor": (Role.AUDITOR, tenant),
        "clerk": (Role.REQUESTER, tenant),
        "outsider": (Role.VENDOR_MANAGER, other),
        "stranger": (Role.OWNER_LEAD, elsewhere),
        "system_admin": (Role.SYSTEM_ADMIN, tenant),
        "security_admin": (Role.SECURITY_ADMIN, tenant),
        "audit_admin": (Role.AUDIT_ADMIN, tenant),
    }
    for name, (role, scope) in places.items():
        cast.people[name] = a_user(name)
        grant(cast.people[name], role, scope)
    return cast
