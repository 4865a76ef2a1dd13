"""How drawers and other packages' pages show what contracts keep: number, words, address; only what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.contracts import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.records import Described, RecordKind, register


def _projects(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.projects(actor, at).filter(number__in=list(references))
    return [Described(row.number, row.name, reverse("contracts:project", args=[row.uid])) for row in rows]


def _contracts(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.contracts(actor, at).filter(number__in=list(references))
    return [
        Described(row.number, f"{row.code} {row.sub_project.name}", reverse("contracts:contract", args=[row.uid]))
        for row in rows
    ]


def _targets(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    wanted = set(references)
    rows = access.targets(actor, at).filter(contract__code__in={one.split("/")[0] for one in wanted})
    return [
        Described(row.reference, str(row.get_clock_display()), reverse("contracts:target", args=[row.uid]))
        for row in rows.order_by("confirmed_at")
        if row.reference in wanted
    ]


def _payments(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.payments(actor, at).filter(number__in=list(references))
    return [
        Described(
            row.number, f"{row.paid_on} {row.amount:,} {row.voucher}", reverse("contracts:payment", args=[row.uid])
        )
        for row in rows
    ]


def _staffing(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    """`C1/post/2021-07`: a post in a month, shown on its contract's page."""
    wanted = list(references)
    rows = access.contracts(actor, at).filter(code__in={one.split("/")[0] for one in wanted})
    pages = {row.code: reverse("contracts:contract", args=[row.uid]) for row in rows}
    return [
        Described(one, " ".join(one.split("/")[1:]), f"{pages[one.split('/')[0]]}#staffing")
        for one in wanted
        if one.split("/")[0] in pages
    ]


register(RecordKind(access.PROJECT, _("Project"), _projects))
register(RecordKind(access.CONTRACT, _("Contract"), _contracts))
register(RecordKind(access.TARGET, _("Service target"), _targets))
register(RecordKind(access.PAYMENT, _("Payment"), _payments))
register(RecordKind(access.STAFFING, _("Staffing"), _staffing))
