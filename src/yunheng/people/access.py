"""Who may see and do what with users, grants, calendars, organisations and postings, and with the ground's own
records (audit chain, jobs), which have their pages here. The only door through which the pages get objects."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import AuditEntry, Decision, Grant, Scope, ScopeKind
from yunheng.people.models import Organisation, Posting, ServiceCalendar, User
from yunheng.people.roles import ADMINISTRATORS, OWNER, PARTIES, VENDOR, Role

USER, GRANT, CALENDAR = "people.user", "people.grant", "people.calendar"
ORGANISATION, POSTING = "people.organisation", "people.posting"
AUDIT, JOB = "foundation.audit", "foundation.job"

access.declare(
    USER,
    {
        "view": {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN},
        "create": {Role.SYSTEM_ADMIN},
        "change": {Role.SYSTEM_ADMIN},
        "deactivate": {Role.SYSTEM_ADMIN},
        "reset_password": {Role.SYSTEM_ADMIN},
        "unlock": {Role.SECURITY_ADMIN},
    },
)
access.declare(
    GRANT,
    {
        "view": {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
        "give": {Role.SECURITY_ADMIN},
        "end": {Role.SECURITY_ADMIN},
    },
)
access.declare(CALENDAR, {"view": PARTIES | {Role.SYSTEM_ADMIN}, "record": {Role.SYSTEM_ADMIN}})
access.declare(ORGANISATION, {"view": PARTIES, "record": {Role.OWNER_LEAD}})
access.declare(
    POSTING,
    {
        "view": PARTIES,
        "view_personal": OWNER | VENDOR | {Role.AUDITOR},
        "record": {Role.OWNER_LEAD, Role.VENDOR_MANAGER},
        "approve": {Role.OWNER_LEAD, Role.SUPERVISOR},
    },
)
access.declare(
    AUDIT,
    {
        "view": {Role.AUDIT_ADMIN, Role.AUDITOR},
        "verify": {Role.AUDIT_ADMIN, Role.AUDITOR},
        "export": {Role.AUDIT_ADMIN},
    },
)
access.declare(JOB, {"view": {Role.SYSTEM_ADMIN}, "run_again": {Role.SYSTEM_ADMIN}})


def tenants(actor: Actor, kind: str, verb: str, at: datetime) -> list[Scope]:
    """Tenants in which the actor holds a role for this verb, at whatever depth: the home of records that belong to
    no project (users, calendars, organisations, the chain)."""
    if actor.is_system:
        return list(Scope.objects.filter(kind=ScopeKind.TENANT).order_by("code"))
    roots = {int(path.split(".")[1]) for path in access.standing(actor, at).paths(verb, kind)}
    return list(Scope.objects.filter(pk__in=roots).order_by("code"))


def may_in_tenant(actor: Actor, verb: str, kind: str, tenant_id: int | None, at: datetime) -> bool:
    return any(tenant.pk == tenant_id for tenant in tenants(actor, kind, verb, at))


def require_in_tenant(actor: Actor, verb: str, kind: str, tenant: Scope, at: datetime, *, reference: str = "") -> None:
    """Like access.require, for a record of the tenant that a role further down is enough for."""
    if not may_in_tenant(actor, verb, kind, tenant.pk, at):
        access.require(actor, verb, kind, _where_held(actor, kind, tenant, at), at, reference=reference)


def _where_held(actor: Actor, kind: str, tenant: Scope, at: datetime) -> Scope:
    """A scope of the tenant where the actor sees the kind, so that a refusal is a refusal and not a 404."""
    for path in access.standing(actor, at).paths(access.VIEW, kind):
        if path.startswith(tenant.path):
            return Scope.objects.get(path=path)
    return tenant


# ---------------------------------------------------------------- users and grants


def users(actor: Actor, at: datetime, *, verb: str = "view") -> QuerySet[User]:
    """Those of the actor's tenants: by their own tenant, their organisation's, or a grant there."""
    roots = [tenant.pk for tenant in tenants(actor, USER, verb, at)]
    granted = Grant.objects.filter(actor_id=OuterRef("pk"), scope__tenant_id__in=roots)
    return User.objects.filter(
        Q(tenant_id__in=roots) | Q(organisation__tenant_id__in=roots) | Exists(granted)
    ).select_related("organisation", "tenant")


def user(actor: Actor, uid: str, at: datetime) -> User:
    found = users(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def home_of(user: User) -> Scope | None:
    """The tenant that answers for a user: his own, his organisation's, that of his first grant."""
    if user.tenant is not None:
        return user.tenant
    if user.organisation is not None:
        return user.organisation.tenant
    first = Grant.objects.filter(actor_id=user.pk).select_related("scope__tenant").order_by("since", "pk").first()
    return first.scope.tenant if first else None


def grants(actor: Actor, at: datetime) -> QuerySet[Grant]:
    scopes = access.visible_scopes(actor, GRANT, "view", at)
    return Grant.objects.filter(scope_id__in=scopes).select_related("scope")


def grant(actor: Actor, pk: int, at: datetime) -> Grant:
    found = grants(actor, at).filter(pk=pk).first()
    if found is None:
        raise access.unseen()
    return found


def is_administrator(user_id: int, at: datetime) -> bool:
    held = Grant.objects.filter(actor_id=user_id, role__in=ADMINISTRATORS, since__lte=at)
    return held.filter(Q(until__isnull=True) | Q(until__gt=at)).exists()


# ---------------------------------------------------------------- calendars, organisations, postings


def calendars(actor: Actor, at: datetime) -> QuerySet[ServiceCalendar]:
    roots = [tenant.pk for tenant in tenants(actor, CALENDAR, "view", at)]
    return ServiceCalendar.objects.filter(tenant_id__in=roots).select_related("tenant")


def organisations(actor: Actor, at: datetime) -> QuerySet[Organisation]:
    roots = [tenant.pk for tenant in tenants(actor, ORGANISATION, "view", at)]
    return Organisation.objects.filter(tenant_id__in=roots).select_related("tenant")


def organisation(actor: Actor, uid: str, at: datetime) -> Organisation:
    found = organisations(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def postings(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Posting]:
    scopes = access.visible_scopes(actor, POSTING, "view", at, within=within)
    return Posting.objects.filter(scope_id__in=scopes).select_related("organisation", "scope", "replaces", "user")


def posting(actor: Actor, uid: str, at: datetime) -> Posting:
    found = postings(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def contracts_for_posting(actor: Actor, at: datetime) -> QuerySet[Scope]:
    scopes = access.visible_scopes(actor, POSTING, "record", at)
    return Scope.objects.filter(pk__in=scopes, kind=ScopeKind.CONTRACT).order_by("path")


def replacement_decisions(posting: Posting) -> QuerySet[Decision]:
    return Decision.objects.filter(
        scope_id=posting.scope_id, subject_kind=POSTING, subject_reference=posting.number
    ).order_by("pk")


# ---------------------------------------------------------------- the ground's own records


def audit_entries(actor: Actor, tenant: Scope, at: datetime) -> QuerySet[AuditEntry]:
    """The chain of a tenant, as far as the actor's scopes reach: an auditor of one project sees that project."""
    if access.may(actor, "view", AUDIT, tenant, at):
        return AuditEntry.objects.filter(tenant_id=tenant.pk)
    scopes = access.visible_scopes(actor, AUDIT, "view", at, within=tenant)
    return AuditEntry.objects.filter(tenant_id=tenant.pk, scope_ref__in=scopes)
