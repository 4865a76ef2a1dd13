"""Required posts and the people on them, as they were known at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from yunheng.contracts.models import StaffingRequirement
from yunheng.contracts.rules.staffing import Need, Presence, certificates_of
from yunheng.foundation.models import SOURCE_CODES, AuditEntry, Decision, Source
from yunheng.people.models import Posting

POSTING = "people.posting"


def needs_as_known(scope_ids: Iterable[int], as_of: datetime, *, grace_days: int = 5) -> dict[int, list[Need]]:
    """Scope → what its contract requires, by post; ``grace_days`` where the contract does not say. One query."""
    rows = (
        StaffingRequirement.objects.filter(contract__scope_id__in=list(scope_ids), recorded_at__lte=as_of)
        .filter(Q(replaced_at__isnull=True) | Q(replaced_at__gt=as_of))
        .select_related("contract")
        .order_by("post", "recorded_at")
    )
    found: dict[int, list[Need]] = {}
    for row in rows:
        grace = grace_days if row.grace_days is None else row.grace_days
        need = Need(row.post, row.required, certificates_of(row.certificates), grace)
        found.setdefault(row.contract.scope_id, []).append(need)
    return found


def people_as_known(
    scope_ids: Iterable[int], *, cut_off: datetime, as_of: datetime
) -> dict[tuple[int, str], list[Presence]]:
    """(scope, post) → who was on it. Back-filled postings count once confirmed; three queries."""
    rows = [
        row
        for row in Posting.objects.filter(
            scope_id__in=list(scope_ids), recorded_at__lte=as_of, occurred_at__lte=cut_off
        )
        .select_related("replaces")
        .order_by("since", "number")
        if row.source != Source.BACK_FILLED or (row.confirmed_at is not None and row.confirmed_at <= as_of)
    ]
    corrected = {row.corrects_id for row in rows if row.corrects_id is not None}
    ended_later = _ended_later(rows, as_of)
    approved_later = _approved_later(rows, as_of)
    found: dict[tuple[int, str], list[Presence]] = {}
    for row in rows:
        if row.pk in corrected:
            continue
        vacated = None
        if row.replaces is not None and row.replacement_approved and row.number not in approved_later:
            vacated = None if row.replaces.number in ended_later else row.replaces.until
        presence = Presence(
            reference=row.number,
            since=row.since,
            until=None if row.number in ended_later else row.until,
            certificate=row.certificate,
            certificate_until=row.certificate_until,
            vacated=vacated,
            source=SOURCE_CODES[row.source],
        )
        found.setdefault((row.scope_id, row.post), []).append(presence)
    return found


def _ended_later(rows: Iterable[Posting], as_of: datetime) -> set[str]:
    """Postings whose end was entered after ``as_of``: the chain remembers when."""
    tenants = {row.scope_id for row in rows}
    if not tenants:
        return set()
    numbers = [row.number for row in rows] + [row.replaces.number for row in rows if row.replaces is not None]
    return set(
        AuditEntry.objects.filter(
            kind=POSTING, verb="end", reference__in=numbers, at__gt=as_of, scope_ref__in=tenants
        ).values_list("reference", flat=True)
    )


def _approved_later(rows: Iterable[Posting], as_of: datetime) -> set[str]:
    numbers = [row.number for row in rows if row.replaces_id is not None]
    if not numbers:
        return set()
    return set(
        Decision.objects.filter(
            scope_id__in={row.scope_id for row in rows},
            subject_kind=POSTING,
            subject_reference__in=numbers,
            decided_at__gt=as_of,
        ).values_list("subject_reference", flat=True)
    )
