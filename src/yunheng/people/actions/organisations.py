"""Parties of the contracts: offices, companies, supervisors."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.people import access
from yunheng.people.models import Organisation


def record(
    *,
    tenant: Scope,
    kind: str,
    name: str,
    short_name: str = "",
    organisation: Organisation | None = None,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """A new organisation, or new words for ``organisation``."""
    access.require_in_tenant(actor, "record", access.ORGANISATION, tenant, now, reference=name)
    name, short_name = name.strip(), short_name.strip()
    if not name:
        raise Invalid(_("The name is missing."), fields={"name": _("Write the name.")})
    if kind not in Organisation.Kind.values:
        raise Invalid(_("There is no such kind of organisation."), fields={"kind": _("Choose again.")})
    verb = "change" if organisation else "create"
    kept = organisation or Organisation(tenant=tenant)
    kept.kind, kept.name, kept.short_name = kind, name, short_name
    try:
        with writing():
            kept.save()
            audit.record(
                scope=tenant,
                actor=actor,
                now=now,
                verb=verb,
                kind=access.ORGANISATION,
                reference=name,
                facts={"kind": kind, "short_name": short_name},
            )
    except IntegrityError:
        raise Conflict(_("There is an organisation with this name already.")) from None
    return kept
