"""Roles given and ended. The security administrator's work, never for himself; and the three administrators stay
apart from one another and from the business."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunheng.foundation import access as ground
from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Grant, Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.people import access
from yunheng.people.models import User
from yunheng.people.roles import ADMINISTRATORS, VENDOR, Role

#: Where a role makes sense; the others may be given on any scope.
PLACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(ADMINISTRATORS, frozenset({ScopeKind.TENANT})),
    **dict.fromkeys(VENDOR, frozenset({ScopeKind.CONTRACT})),
    Role.OWNER_LEAD: frozenset({ScopeKind.TENANT, ScopeKind.PROJECT}),
    Role.OWNER_LEADER: frozenset({ScopeKind.TENANT, ScopeKind.PROJECT}),
    Role.SUPERVISOR: frozenset({ScopeKind.TENANT, ScopeKind.PROJECT}),
}


def give(
    *, user: User, role: str, scope: Scope, since: datetime, until: datetime | None, actor: Actor, now: datetime
) -> Grant:
    ground.require(actor, "give", access.GRANT, scope, now, reference=user.username)
    if user.pk == actor.id:
        raise Refused(_("Nobody can give himself a role."), way_out=_("Ask another security administrator."))
    _check(role, scope, since, until)
    with writing():
        # The row of the person is locked, so that two who give at once see each other's grant.
        User.objects.select_for_update().get(pk=user.pk)
        home = access.home_of(user)
        if home is not None and home.pk != scope.tenant_id:
            raise Invalid(_("The user belongs to another office."), fields={"user": _("Choose again.")})
        _keep_apart(user, role, since, until)
        if _overlapping(user, since, until).filter(role=role, scope=scope).exists():
            raise Conflict(_("The person holds this role there already."))
        grant = Grant.objects.create(
            actor_id=user.pk,
            actor_label=user.name,
            scope=scope,
            role=role,
            since=since,
            until=until,
            granted_by=actor.label,
        )
        audit.record(
            scope=scope,
            actor=actor,
            now=now,
            verb="give",
            kind=access.GRANT,
            reference=user.username,
            facts={"role": role, "since": since, "until": until},
        )
    return grant


def end(*, grant: Grant, actor: Actor, now: datetime) -> Grant:
    """From now on; one that has not begun yet ends before it begins and is taken away."""
    ground.require(actor, "end", access.GRANT, grant.scope, now, reference=grant.actor_label)
    if grant.actor_id == actor.id:
        raise Refused(_("Nobody can end his own role."), way_out=_("Ask another security administrator."))
    username = User.objects.filter(pk=grant.actor_id).values_list("username", flat=True).first() or grant.actor_label
    with writing():
        held = Grant.objects.select_for_update().filter(pk=grant.pk).first()
        if held is None or (held.until is not None and held.until <= now):
            raise Conflict(_("This role has ended already."))
        if held.since >= now:
            held.delete()
        else:
            held.until = now
            held.save(update_fields=["until"])
        audit.record(
            scope=grant.scope,
            actor=actor,
            now=now,
            verb="end",
            kind=access.GRANT,
            reference=username,
            facts={"role": grant.role},
        )
    grant.until = now
    return grant


def _check(role: str, scope: Scope, since: datetime, until: datetime | None) -> None:
    if role not in Role.values:
        raise Invalid(_("There is no such role."), fields={"role": _("Choose again.")})
    if until is not None and until <= since:
        raise Invalid(_("The role would end before it begins."), fields={"until": _("Choose a later day.")})
    places = PLACES.get(role)
    if places is not None and scope.kind not in places:
        kinds = ", ".join(str(ScopeKind(kind).label) for kind in ScopeKind.values if kind in places)
        message = _("This role is given on: %(kinds)s.") % {"kinds": kinds}
        raise Invalid(_("The role does not fit the place."), fields={"scope": message})


def _overlapping(user: User, since: datetime, until: datetime | None) -> QuerySet[Grant]:
    held = Grant.objects.filter(actor_id=user.pk).filter(Q(until__isnull=True) | Q(until__gt=since))
    return held if until is None else held.filter(since__lt=until)


def _keep_apart(user: User, role: str, since: datetime, until: datetime | None) -> None:
    """Three administrators, three people, and none of them takes part in the business."""
    others = set(_overlapping(user, since, until).exclude(role=role).values_list("role", flat=True))
    if role in ADMINISTRATORS and others:
        held = ", ".join(str(Role(other).label) for other in sorted(others))
        raise Invalid(
            _("Who administers holds no other role; this person holds: %(roles)s.") % {"roles": held},
            way_out=_("End those roles first, or choose another person."),
        )
    if others & ADMINISTRATORS:
        raise Invalid(
            _("This person is an administrator and may hold no role in the business."),
            way_out=_("End that role first, or choose another person."),
        )
