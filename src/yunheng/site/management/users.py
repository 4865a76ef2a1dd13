"""`yunheng user`: the first administrators of an office, and a way back in for one who lost the password."""

from __future__ import annotations

import argparse

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.people.actions import grants, users
from yunheng.people.models import User
from yunheng.people.roles import Role


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="yunheng user", description=_("Create a user, or give a new first password."))
    what = parser.add_subparsers(dest="what", required=True)
    create = what.add_parser("create", help=_("a user, with a role when one is named"))
    create.add_argument("username")
    create.add_argument("--name", required=True, help=_("the person's name"))
    create.add_argument("--office", required=True, metavar="CODE", help=_("code of the owner organisation"))
    create.add_argument("--office-name", metavar="NAME", help=_("make the office with this name when it is not there"))
    create.add_argument("--role", choices=Role.values, help=_("a role on the whole office"))
    reset = what.add_parser("reset", help=_("a new first password"))
    reset.add_argument("username")
    options = parser.parse_args(argv)
    return _create(options) if options.what == "create" else _reset(options.username)


def _create(options: argparse.Namespace) -> int:
    now = timezone.now()
    with writing():
        office = _office(options.office, options.office_name)
        made = users.create(
            tenant=office, username=options.username, name=options.name, organisation=None, actor=SYSTEM, now=now
        )
        if options.role:
            grants.give(user=made.user, role=options.role, scope=office, since=now, until=None, actor=SYSTEM, now=now)
    _show(made)
    return 0


def _office(code: str, name: str | None) -> Scope:
    office = Scope.objects.filter(kind=ScopeKind.TENANT, code=code).first()
    if office is not None:
        return office
    if not name:
        known = ", ".join(Scope.objects.filter(kind=ScopeKind.TENANT).values_list("code", flat=True)) or "—"
        raise Invalid(
            _("There is no office %(code)s; known are: %(known)s.") % {"code": code, "known": known},
            way_out=_("Add --office-name to make it."),
        )
    return Scope.objects.create_child(kind=ScopeKind.TENANT, code=code, name=name)


def _reset(username: str) -> int:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Invalid(_("There is no user %(username)s.") % {"username": username})
    made = users.reset_password(user=user, actor=SYSTEM, now=timezone.now())
    users.unlock(user=user, actor=SYSTEM, now=timezone.now())
    _show(made)
    return 0


def _show(made: users.FirstPassword) -> None:
    print(_("User name:      %(username)s") % {"username": made.user.username})
    print(_("First password: %(password)s") % {"password": made.password})
    print(_("It is shown only now and must be changed at the first sign-in."))
