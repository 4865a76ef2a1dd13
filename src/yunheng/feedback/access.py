"""Who may see complaints, surveys and monthly signatures. A clerk sees the complaints he made himself, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.feedback.models import Complaint, MonthlySignature, Survey
from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.people.roles import OWNER, PARTIES, Role

COMPLAINT, SURVEY, SIGNATURE = "feedback.complaint", "feedback.survey", "feedback.signature"

access.declare(
    COMPLAINT,
    {
        "view": OWNER | {Role.SUPERVISOR, Role.VENDOR_MANAGER, Role.AUDITOR, Role.REQUESTER},
        "view_all": OWNER | {Role.SUPERVISOR, Role.VENDOR_MANAGER, Role.AUDITOR},
        "open": OWNER | {Role.SUPERVISOR, Role.REQUESTER},
        "comment": OWNER | {Role.SUPERVISOR, Role.VENDOR_MANAGER},
        "dispose": {Role.OWNER_LEAD},
    },
)
access.declare(SURVEY, {"view": PARTIES, "import": {Role.OWNER_LEAD, Role.SUPERVISOR}})
access.declare(
    SIGNATURE,
    {
        "view": PARTIES,
        "prepare": {Role.VENDOR_MANAGER, Role.OWNER_LEAD, Role.SUPERVISOR},
        "sign": {Role.VENDOR_MANAGER, Role.OWNER_LEAD, Role.SUPERVISOR},
    },
)


def complaints(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Complaint]:
    everything = access.visible_scopes(actor, COMPLAINT, "view_all", at, within=within)
    anything = access.visible_scopes(actor, COMPLAINT, access.VIEW, at, within=within)
    own = Q(scope_id__in=anything, complainant_id=actor.id) if actor.id is not None else Q(pk__in=[])
    return Complaint.objects.filter(Q(scope_id__in=everything) | own).select_related("scope")


def surveys(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Survey]:
    scopes = access.visible_scopes(actor, SURVEY, access.VIEW, at, within=within)
    parents = Scope.objects.filter(pk__in=scopes, kind="contract").values_list("parent_id", flat=True)
    return Survey.objects.filter(scope_id__in={*scopes, *parents}, withdrawn_at__isnull=True).select_related("scope")


def signatures(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[MonthlySignature]:
    scopes = access.visible_scopes(actor, SIGNATURE, access.VIEW, at, within=within)
    return MonthlySignature.objects.filter(scope_id__in=scopes).select_related("scope")


def the_complaint(actor: Actor, uid: str, at: datetime) -> Complaint:
    """Raises Unseen."""
    found = complaints(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def the_survey(actor: Actor, uid: str, at: datetime) -> Survey:
    """Raises Unseen."""
    found = surveys(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def the_signature(actor: Actor, uid: str, at: datetime) -> MonthlySignature:
    """Raises Unseen."""
    found = signatures(actor, at).filter(uid=uid).first()
    if found is None:
        raise access.unseen()
    return found


def _describe_complaints(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    return [
        records.Described(
            item.number,
            item.subject,
            reverse("feedback:complaint", args=[item.uid]),
            str(item.get_disposition_display()),
        )
        for item in complaints(actor, at).filter(number__in=list(references))
    ]


def _describe_surveys(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    return [
        records.Described(item.number, item.title, reverse("feedback:survey", args=[item.uid]))
        for item in surveys(actor, at).filter(number__in=list(references))
    ]


def _describe_signatures(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    return [
        records.Described(
            item.number, f"{item.scope.code} {item.month:%Y-%m}", reverse("feedback:signature", args=[item.uid])
        )
        for item in signatures(actor, at).filter(number__in=list(references))
    ]


records.register(records.RecordKind(COMPLAINT, _("Complaint"), _describe_complaints))
records.register(records.RecordKind(SURVEY, _("Survey"), _describe_surveys))
records.register(records.RecordKind(SIGNATURE, _("Monthly signature"), _describe_signatures))
