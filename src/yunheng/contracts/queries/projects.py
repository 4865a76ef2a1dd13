"""Projects and their contracts."""

from __future__ import annotations

from django.db.models import QuerySet

from yunheng.contracts.models import Contract, Project
from yunheng.foundation.measures import ResolvedScope
from yunheng.foundation.models import Scope, ScopeKind


def project_of(scope: Scope) -> Project:
    """The project of a project or contract scope. Raises Project.DoesNotExist."""
    project_scope_id = scope.pk if scope.kind == ScopeKind.PROJECT or scope.parent_id is None else scope.parent_id
    return Project.objects.select_related("scope", "owner").get(scope_id=project_scope_id)


def contracts_of(project: Project) -> QuerySet[Contract]:
    """By code, with scope, sub-project and vendor at hand."""
    return (
        Contract.objects.filter(sub_project__project=project)
        .select_related("scope", "sub_project", "vendor")
        .order_by("code")
    )


def resolved(scope: Scope) -> ResolvedScope:
    return ResolvedScope(id=scope.pk, code=scope.code, name=scope.name, kind=scope.kind, zone=scope.zone)


def resolved_scopes(project: Project) -> tuple[ResolvedScope, ...]:
    """The contracts of a project as measures want them, by code; one query."""
    return tuple(resolved(contract.scope) for contract in contracts_of(project))
