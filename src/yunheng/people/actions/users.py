"""Users: made, changed, put out of service, given a new first password. The system administrator's work."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.people import access
from yunheng.people.models import Organisation, User

_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,59}$")
_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # no i, l, o: a first password is often read aloud
_FIRST_PASSWORD_LENGTH = 14


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """Shown once, kept nowhere."""

    user: User
    password: str


def new_password() -> str:
    """Random and readable: `kqtw-7rme-Xz24-p`; its chance is more than 60 bits."""
    alphabet = _LETTERS + "23456789"
    letters = [secrets.choice(alphabet) for _n in range(_FIRST_PASSWORD_LENGTH)]
    letters[secrets.randbelow(4)] = secrets.choice(_LETTERS.upper())
    letters[4 + secrets.randbelow(4)] = secrets.choice("23456789")
    text = "".join(letters)
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:]}"


def create(
    *,
    tenant: Scope,
    username: str,
    name: str,
    organisation: Organisation | None,
    email: str = "",
    actor: Actor,
    now: datetime,
) -> FirstPassword:
    access.require_in_tenant(actor, "create", access.USER, tenant, now, reference=username)
    username, name = username.strip().lower(), name.strip()
    if not _USERNAME.match(username):
        message = _("Use 2 to 60 small letters, digits, dot, hyphen or underscore.")
        raise Invalid(_("This user name cannot be used."), fields={"username": message})
    if not name:
        raise Invalid(_("The name is missing."), fields={"name": _("Write the name.")})
    _same_tenant(organisation, tenant)
    password = new_password()
    try:
        with writing():
            user = User(username=username, name=name, organisation=organisation, email=email.strip(), tenant=tenant)
            user.set_password(password)
            user.save()
            _record(user, "create", actor, now, {"name": audit.personal(name), "organisation": _named(organisation)})
    except IntegrityError:
        raise Conflict(
            _("The user name %(username)s is taken.") % {"username": username}, way_out=_("Choose another.")
        ) from None
    return FirstPassword(user, password)


def change(
    *, user: User, name: str, organisation: Organisation | None, email: str, actor: Actor, now: datetime
) -> User:
    tenant = _require(user, "change", actor, now)
    _same_tenant(organisation, tenant)
    if not name.strip():
        raise Invalid(_("The name is missing."), fields={"name": _("Write the name.")})
    with writing():
        facts = {}
        if name.strip() != user.name:
            facts["name"] = audit.personal(name.strip())
        if email.strip() != user.email:
            facts["email"] = audit.personal(email.strip())
        if (organisation.pk if organisation else None) != user.organisation_id:
            facts["organisation"] = _named(organisation)
        user.name, user.organisation, user.email = name.strip(), organisation, email.strip()
        user.save(update_fields=["name", "organisation", "email"])
        if facts:
            _record(user, "change", actor, now, facts)
    return user


def deactivate(*, user: User, actor: Actor, now: datetime) -> User:
    """Nobody is deleted: the past keeps its names."""
    _require(user, "deactivate", actor, now)
    if user.pk == actor.id:
        raise Refused(_("Nobody can put himself out of service."), way_out=_("Ask another system administrator."))
    return _set_active(user, False, "deactivate", actor, now)


def reactivate(*, user: User, actor: Actor, now: datetime) -> User:
    _require(user, "deactivate", actor, now)
    return _set_active(user, True, "reactivate", actor, now)


def reset_password(*, user: User, actor: Actor, now: datetime) -> FirstPassword:
    _require(user, "reset_password", actor, now)
    password = new_password()
    with writing():
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        _record(user, "reset-password", actor, now, {})
    return FirstPassword(user, password)


def unlock(*, user: User, actor: Actor, now: datetime) -> int:
    """Let somebody try again before the lock ends; returns how many failed attempts were forgotten."""
    _require(user, "unlock", actor, now)
    if user.pk == actor.id:
        raise Refused(_("Nobody can unlock himself."))
    with writing():
        forgotten: int = forget_failures(username=user.username)
        _record(user, "unlock", actor, now, {"attempts": forgotten})
    return forgotten


def change_own_password(*, user: User, password: str, now: datetime) -> User:
    """The person himself; the old password was checked by the form."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        message = " ".join(problem.messages)
        raise Invalid(_("This password is not strong enough."), fields={"new_password1": message}) from None
    with writing():
        user.set_password(password)
        user.must_change_password = False
        user.password_changed_at = now
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        _record(user, "change-password", user.actor, now, {})
    return user


def choose_language(*, user: User, language: str) -> None:
    """A preference, no fact: not audited."""
    if user.language != language:
        with writing():
            User.objects.filter(pk=user.pk).update(language=language)


def _set_active(user: User, active: bool, verb: str, actor: Actor, now: datetime) -> User:
    with writing():
        if User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
            _record(user, verb, actor, now, {})
    user.is_active = active
    return user


def _require(user: User, verb: str, actor: Actor, now: datetime) -> Scope:
    tenant = access.home_of(user)
    if tenant is None:
        raise Refused(_("No office answers for this user."), way_out=_("Use yunheng user on the server."))
    access.require_in_tenant(actor, verb, access.USER, tenant, now, reference=user.username)
    return tenant


def _same_tenant(organisation: Organisation | None, tenant: Scope) -> None:
    if organisation is not None and organisation.tenant_id != tenant.pk:
        raise Invalid(_("The organisation belongs to another office."), fields={"organisation": _("Choose again.")})


def _named(organisation: Organisation | None) -> str:
    return organisation.name if organisation else ""


def _record(user: User, verb: str, actor: Actor, now: datetime, facts: dict[str, Any]) -> None:
    tenant = access.home_of(user)
    if tenant is not None:
        audit.record(
            scope=tenant, actor=actor, now=now, verb=verb, kind=access.USER, reference=user.username, facts=facts
        )
