"""Verbs and kinds of the chain as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunheng.foundation import records
from yunheng.people import access


def verb_label(verb: str) -> str:
    """A verb of the chain as people read it; an unknown one as it stands."""
    return {
        "create": _("created"),
        "change": _("changed"),
        "deactivate": _("put out of service"),
        "reactivate": _("put back into service"),
        "reset-password": _("given a new first password"),
        "unlock": _("unlocked"),
        "change-password": _("changed the password"),
        "sign-in": _("signed in"),
        "sign-out": _("signed out"),
        "sign-in-failed": _("failed to sign in"),
        "locked-out": _("locked out"),
        "give": _("given a role"),
        "end": _("ended"),
        "record": _("recorded"),
        "place": _("posted"),
        "ask": _("asked for a decision"),
        "approve": _("approved"),
        "reject": _("rejected"),
        "refused": _("was refused"),
        "verify": _("verified"),
        "export": _("exported"),
        "run-again": _("run again"),
    }.get(verb, verb)


def kind_label(kind: str) -> str:
    known = records.kinds().get(kind)
    own = {
        access.USER: _("User"),
        access.GRANT: _("Role"),
        access.CALENDAR: _("Service calendar"),
        access.ORGANISATION: _("Organisation"),
        access.POSTING: _("Posting"),
        access.AUDIT: _("Audit chain"),
        access.JOB: _("Job"),
    }
    return str(known.label) if known else own.get(kind, kind)
