"""How many people a post needs, and with which certificates."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.contracts.access import STAFFING
from yunheng.contracts.models import Contract, StaffingRequirement
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.writing import writing


def require_staff(
    *,
    contract: Contract,
    post: str,
    required: int,
    certificates: str = "",
    grace_days: int | None = None,
    actor: Actor,
    now: datetime,
) -> StaffingRequirement:
    """Another number for the same post replaces the earlier one from now on; a number of 0 asks for nobody.

    ``grace_days``: workdays of vacancy with an approved replacement; None: as the scheme says.
    """
    access.require(actor, "require", STAFFING, contract.scope, now, reference=contract.number)
    post = post.strip()
    fields = {}
    if not post or "/" in post:
        fields["post"] = _("Write the post, without a slash.")
    if required < 0:
        fields["required"] = _("Nobody is the least.")
    if fields:
        raise Invalid(_("The requirement cannot be saved yet."), fields=fields)
    with writing():
        StaffingRequirement.objects.filter(contract=contract, post=post, replaced_at__isnull=True).update(
            replaced_at=now
        )
        made = StaffingRequirement.objects.create(
            contract=contract,
            post=post,
            required=required,
            certificates=certificates.strip(),
            grace_days=grace_days,
            recorded_at=now,
        )
        audit.record(
            scope=contract.scope,
            actor=actor,
            now=now,
            verb="require",
            kind=STAFFING,
            reference=f"{contract.code}/{post}",
            facts={"required": required, "certificates": made.certificates, "grace_days": grace_days},
        )
    return made
