"""Holding the audit chain against itself; that somebody did so, and what came out, stands in the chain too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.audit import ChainReport
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.people import access

VERIFY_CHAIN = "people.verify-chain"  # the job of a chain too long to wait for


def verify(*, tenant: Scope, actor: Actor, now: datetime, anchors: Sequence[tuple[int, str]] = ()) -> ChainReport:
    access.require_in_tenant(actor, "verify", access.AUDIT, tenant, now)
    report = audit.verify_chain(tenant, anchors=anchors)
    trouble = report.breaks[0] if report.breaks else None
    with writing():
        audit.record(
            scope=tenant,
            actor=actor,
            now=now,
            verb="verify",
            kind=access.AUDIT,
            reference=tenant.code,
            facts={
                "links": report.links,
                "head": report.head,
                "holds": report.holds,
                "trouble": trouble.trouble if trouble else "",
                "sequence": trouble.sequence if trouble else 0,
            },
        )
    return report
