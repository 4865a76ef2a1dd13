"""Who may see a plan and act on it; the door through which pages get rows, occurrences and papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.people.roles import OWNER, PARTIES, VENDOR, Role
from yunheng.plans.models import DocumentDue, Occurrence, PlanRow, PlanVersion

VERSION, ROW, OCCURRENCE, DOCUMENT = "plans.version", "plans.row", "plans.occurrence", "plans.document"
SIGNERS = (Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR)

access.declare(
    VERSION,
    {"view": PARTIES, "import": {Role.OWNER_LEAD}, "sign": set(SIGNERS)},
)
access.declare(
    ROW,
    {
        "view": PARTIES,
        "interpret": set(SIGNERS),
        "confirm": set(SIGNERS),
        "settle": {Role.OWNER_LEAD},
    },
)
access.declare(
    OCCURRENCE,
    {
        "view": PARTIES,
        "complete": VENDOR | {Role.SUPERVISOR, Role.OWNER_LEAD},
        "open": VENDOR | {Role.SUPERVISOR, Role.OWNER_LEAD},
        "confirm": {Role.OWNER_LEAD, Role.SUPERVISOR},
        "retract": {Role.OWNER_LEAD, Role.SUPERVISOR, Role.VENDOR_MANAGER},
        "waive": {Role.OWNER_LEAD},
    },
)
access.declare(DOCUMENT, {"view": PARTIES, "link": VENDOR | OWNER | {Role.SUPERVISOR}})


def rows(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[PlanRow]:
    scopes = access.visible_scopes(actor, ROW, access.VIEW, at, within=within)
    return PlanRow.objects.filter(scope_id__in=scopes).select_related("version", "version__scope", "scope")


def occurrences(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Occurrence]:
    scopes = access.visible_scopes(actor, OCCURRENCE, access.VIEW, at, within=within)
    return Occurrence.objects.filter(scope_id__in=scopes).select_related("row", "row__version", "scope")


def papers(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[DocumentDue]:
    scopes = access.visible_scopes(actor, DOCUMENT, access.VIEW, at, within=within)
    return DocumentDue.objects.filter(scope_id__in=scopes).select_related("entry", "scope")


def versions(actor: Actor, at: datetime) -> QuerySet[PlanVersion]:
    """A plan is the project's: whoever sees one of its contracts sees its versions."""
    scopes = access.visible_scopes(actor, VERSION, access.VIEW, at)
    parents = Scope.objects.filter(pk__in=scopes, kind="contract").values_list("parent_id", flat=True)
    return PlanVersion.objects.filter(scope_id__in={*scopes, *parents}).select_related("scope")


def the_row(actor: Actor, uid: str, at: datetime) -> PlanRow:
    """Raises Unseen."""
    row = rows(actor, at).filter(uid=uid).first()
    if row is None:
        raise access.unseen()
    return row


def the_occurrence(actor: Actor, uid: str, at: datetime) -> Occurrence:
    """Raises Unseen."""
    occurrence = occurrences(actor, at).filter(uid=uid).first()
    if occurrence is None:
        raise access.unseen()
    return occurrence


def the_version(actor: Actor, uid: str, at: datetime) -> PlanVersion:
    """Raises Unseen."""
    version = versions(actor, at).filter(uid=uid).first()
    if version is None:
        raise access.unseen()
    return version


def _describe_occurrences(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    found = occurrences(actor, at).filter(number__in=list(references))
    return [
        records.Described(
            reference=item.number,
            title=item.row.content,
            address=reverse("plans:occurrence", args=[item.uid]),
            state=item.get_state_display(),
        )
        for item in found
    ]


def _describe_rows(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    wanted = set(references)
    keys = {reference.rsplit("/", 1)[-1].split(".", 1)[0] for reference in wanted}
    return [
        records.Described(row.reference, row.content, reverse("plans:row", args=[row.uid]))
        for row in rows(actor, at).filter(row_id__in=keys)
        if row.reference in wanted
    ]


def _describe_papers(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    return [
        records.Described(item.number, item.name, reverse("plans:documents"), item.get_state_display())
        for item in papers(actor, at).filter(number__in=list(references))
    ]


records.register(records.RecordKind(ROW, _("Plan row"), _describe_rows))
records.register(records.RecordKind(OCCURRENCE, _("Planned work"), _describe_occurrences))
records.register(records.RecordKind(DOCUMENT, _("Paper due"), _describe_papers))
