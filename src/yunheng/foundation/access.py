"""Who may see or do what, where. Domains declare; the ground decides; nobody else looks at grants.

A grant is (user, scope, role, from, to) and holds for the scope and everything below it. What an actor may
not even *view* does not exist for him (`Unseen`, 404); what he sees but may not do is refused, and the
refusal is written into the audit chain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Refused, Unseen
from yunheng.foundation.models import Grant, Scope
from yunheng.foundation.writing import writing

VIEW = "view"

_policies: dict[str, dict[str, frozenset[str]]] = {}


def declare(kind: str, verbs: Mapping[str, Collection[str]]) -> None:
    """State which roles may use which verb on a kind of record; once per kind, at import of its access module."""
    if VIEW not in verbs:
        raise ValueError(f"{kind}: say who may view it")
    beyond = {role for roles in verbs.values() for role in roles} - set(verbs[VIEW])
    if beyond:
        raise ValueError(f"{kind}: {sorted(beyond)} may act on what they may not view")
    _policies[kind] = {verb: frozenset(roles) for verb, roles in verbs.items()}


def policies() -> dict[str, dict[str, frozenset[str]]]:
    """Kind → verb → roles, for docs/access.md and the test that walks the matrix."""
    return {kind: dict(verbs) for kind, verbs in sorted(_policies.items())}


def roles_for(kind: str, verb: str) -> frozenset[str]:
    try:
        return _policies[kind][verb]
    except KeyError:
        raise LookupError(f"no policy for {verb!r} on {kind!r}; declare it in the domain's access.py") from None


@dataclass(frozen=True, slots=True)
class Standing:
    """The grants of one actor at one instant, read once and asked often: (role, scope path)."""

    actor: Actor
    held: tuple[tuple[str, str], ...]

    def may_anywhere(self, verb: str, kind: str) -> bool:
        roles = roles_for(kind, verb)
        return self.actor.is_system or any(role in roles for role, _path in self.held)

    def may(self, verb: str, kind: str, scope: Scope) -> bool:
        roles = roles_for(kind, verb)
        return self.actor.is_system or any(role in roles and scope.path.startswith(path) for role, path in self.held)

    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _path in self.held)

    def roles_at(self, scope: Scope) -> frozenset[str]:
        return frozenset(role for role, path in self.held if scope.path.startswith(path))

    def roles_around(self, scope: Scope) -> frozenset[str]:
        """Roles held at the scope, above it or below it: who takes part in it at all."""
        return frozenset(role for role, path in self.held if scope.path.startswith(path) or path.startswith(scope.path))

    def paths(self, verb: str, kind: str) -> list[str]:
        """Scope paths under which the verb is allowed, nested ones removed."""
        roles = roles_for(kind, verb)
        found = sorted({path for role, path in self.held if role in roles})
        return [path for path in found if not any(path != other and path.startswith(other) for other in found)]


def standing(actor: Actor, at: datetime) -> Standing:
    if actor.is_system:
        return Standing(actor, ())
    held = (
        Grant.objects.filter(actor_id=actor.id or 0, since__lte=at)
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .values_list("role", "scope__path")
    )
    return Standing(actor, tuple(sorted(set(held))))


def visible_scopes(actor: Actor, kind: str, verb: str, at: datetime, *, within: Scope | None = None) -> frozenset[int]:
    """Ids of the scopes where the actor may use the verb; ``within`` narrows to one branch of the tree."""
    scopes = Scope.objects.all()
    if within is not None:
        scopes = scopes.filter(path__startswith=within.path)
    if not actor.is_system:
        paths = standing(actor, at).paths(verb, kind)
        if not paths:
            return frozenset()
        wanted = Q()
        for path in paths:
            wanted |= Q(path__startswith=path)
        scopes = scopes.filter(wanted)
    return frozenset(scopes.values_list("pk", flat=True))


def may(actor: Actor, verb: str, kind: str, scope: Scope, at: datetime) -> bool:
    return standing(actor, at).may(verb, kind, scope)


def require(actor: Actor, verb: str, kind: str, scope: Scope, at: datetime, *, reference: str = "") -> None:
    """Return when allowed.

    Raises Unseen when the actor may not view the kind there, Refused (audited) when he may view but not act.
    """
    held = standing(actor, at)
    if held.may(verb, kind, scope):
        return
    if not held.may(VIEW, kind, scope):
        raise unseen()
    with writing():
        audit.record(
            scope=scope,
            actor=actor,
            now=at,
            verb="refused",
            kind=kind,
            reference=reference,
            facts={"wanted": verb},
        )
    raise Refused(
        _("Your role does not allow this here."),
        way_out=_("Ask the project lead to grant you the role that does."),
    )


def unseen() -> Unseen:
    return Unseen(
        _("There is nothing here, or you may not see it."),
        way_out=_("Check the address or go back to the start page."),
    )
