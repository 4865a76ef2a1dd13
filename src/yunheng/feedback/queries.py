"""What pages, registers and measures ask about feedback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from yunheng.feedback.models import Complaint, ComplaintFact, MonthlySignature, Signing, Survey, SurveyResult
from yunheng.feedback.rules.complaints import LEAVES, ComplaintFactValue
from yunheng.feedback.rules.signing import SigningFact, signed, vouched
from yunheng.foundation import registers
from yunheng.foundation.models import Scope

#: Kinds of sub-project whose registers are vouched for month by month: whoever keeps systems, or hosts them.
SIGNED_KINDS = ("operations", "cloud_lease")


def following_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def complaint_fact(fact: ComplaintFact) -> ComplaintFactValue:
    return ComplaintFactValue(fact.pk, fact.kind, fact.value, fact.occurred_at, fact.recorded_at, fact.corrects_id)


def facts_by_complaint(complaint_ids: Iterable[int]) -> dict[int, list[ComplaintFactValue]]:
    found: dict[int, list[ComplaintFactValue]] = defaultdict(list)
    for fact in ComplaintFact.objects.filter(complaint_id__in=list(complaint_ids)).order_by("recorded_at", "id"):
        found[fact.complaint_id].append(complaint_fact(fact))
    return found


def count_in_month(scope_id: int, month: date) -> int:
    """Complaints of the month that the owner has not taken out of the count."""
    zone = ZoneInfo(Scope.objects.values_list("zone", flat=True).get(pk=scope_id))
    start = datetime.combine(month.replace(day=1), time(), zone)
    end = datetime.combine(following_month(month.replace(day=1)), time(), zone)
    return (
        Complaint.objects.filter(scope_id=scope_id, occurred_at__gte=start, occurred_at__lt=end)
        .exclude(disposition__in=LEAVES)
        .count()
    )


def signing_fact(signing: Signing) -> SigningFact:
    return SigningFact(signing.pk, signing.party, signing.recorded_at, signing.corrects_id, signing.retracts)


def parties_of(signatures: Iterable[MonthlySignature]) -> dict[int, frozenset[str]]:
    """Signature id → the parties whose word stands; one query."""
    facts: dict[int, list[SigningFact]] = {signature.pk: [] for signature in signatures}
    for signing in Signing.objects.filter(signature_id__in=facts).order_by("recorded_at", "id"):
        facts[signing.signature_id].append(signing_fact(signing))
    return {pk: signed(found) for pk, found in facts.items()}


def vouched_months(scope_id: int, register: str, months: frozenset[date], as_of: datetime | None) -> set[date]:
    """The keeper of `foundation.registers`: months whose signature stands, by owner or supervisor."""
    facts: dict[date, list[SigningFact]] = defaultdict(list)
    rows = Signing.objects.filter(signature__scope_id=scope_id, signature__month__in=months)
    for signing in rows.select_related("signature").order_by("recorded_at", "id"):
        facts[signing.signature.month].append(signing_fact(signing))
    return {month for month, found in facts.items() if vouched(signed(found, as_of=as_of))}


NIL_FIELDS: Mapping[str, str] = {
    registers.INCIDENTS: "nil_incidents",
    registers.SECURITY_EVENTS: "nil_security",
    registers.COMPLAINTS: "nil_complaints",
}


def register_counts(scope_id: int, month: date) -> dict[str, int | None]:
    """Register → records of the month; None where nobody keeps such a register yet."""
    return {name: registers.count(name, scope_id, month) for name in NIL_FIELDS}


def latest_results(
    surveys: Iterable[Survey], *, cut_off: datetime | None = None, as_of: datetime | None = None
) -> dict[int, SurveyResult]:
    """Survey id → its newest result that was known then and not corrected."""
    results = SurveyResult.objects.filter(survey__in=list(surveys)).order_by("recorded_at", "id")
    if as_of is not None:
        results = results.filter(recorded_at__lte=as_of)
    if cut_off is not None:
        results = results.filter(occurred_at__lte=cut_off)
    listed = list(results)
    corrected = {result.corrects_id for result in listed if result.corrects_id}
    return {result.survey_id: result for result in listed if result.pk not in corrected}
