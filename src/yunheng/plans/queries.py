"""What pages, jobs and rules ask about plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, Q, QuerySet

from yunheng.assets.models import System
from yunheng.contracts.models import Contract, SubProject
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.people.queries import working_time
from yunheng.plans.models import Completion, DocumentEntry, Occurrence, PlanRow, PlanVersion
from yunheng.plans.rules.facts import CompletionFact
from yunheng.plans.rules.status import Mark, Verdict, judge

CALENDAR = "cn-5x8"


def active_rows(project_id: int) -> QuerySet[PlanRow]:
    """The rows of a project in force: brought by a version in force and not retired by one."""
    return (
        PlanRow.objects.filter(project_id=project_id, version__state=PlanVersion.State.IN_FORCE)
        .exclude(retired_in__state=PlanVersion.State.IN_FORCE)
        .select_related("version", "scope")
        .order_by("position", "row_id", "revision")
    )


def current_version(project_id: int) -> PlanVersion | None:
    versions = PlanVersion.objects.filter(scope_id=project_id, state=PlanVersion.State.IN_FORCE)
    return versions.select_related("scope").order_by("-number").first()


def document_entries(project_id: int) -> QuerySet[DocumentEntry]:
    return DocumentEntry.objects.filter(
        project_id=project_id, version__state=PlanVersion.State.IN_FORCE
    ).select_related("version", "scope")


def project_scope(scope: Scope) -> Scope:
    if scope.kind == ScopeKind.CONTRACT and scope.parent is not None:
        return scope.parent
    return scope


@dataclass(frozen=True, slots=True)
class Debtors:
    """Which contract owes the rows of which sub-project; ``lead`` owes what is owed once for the whole project."""

    by_number: dict[int, Scope]
    lead: Scope

    def of(self, sub_project: int | None) -> Scope | None:
        return self.lead if sub_project is None else self.by_number.get(sub_project)


def debtors(project: Scope) -> Debtors:
    contracts = (
        Contract.objects.filter(scope__parent_id=project.pk)
        .select_related("scope", "sub_project")
        .order_by("sub_project__no")
    )
    found = {contract.sub_project.no: contract for contract in contracts}
    operations = [c.scope for c in found.values() if c.sub_project.kind == SubProject.Kind.OPERATIONS]
    lead = operations[0] if operations else project
    return Debtors({number: contract.scope for number, contract in found.items()}, lead)


def systems_by_name(project: Scope) -> dict[str, System]:
    """By name and by code; papers use either."""
    found: dict[str, System] = {}
    for system in System.objects.filter(scope__path__startswith=project.path).order_by("code"):
        found.setdefault(system.name, system)
        found.setdefault(system.code, system)
    return found


def service_window(scope: Scope, plan_window: tuple[date, date]) -> tuple[date, date]:
    """The plan's window for one contract: it begins at the contract's signed start anchor."""
    contract = Contract.objects.filter(scope_id=scope.pk).first()
    if contract is None or contract.anchor_signed_at is None or contract.anchor_date is None:
        return plan_window
    return (min(contract.anchor_date, plan_window[1]), plan_window[1])


def working(scope: Scope, window: tuple[date, date]) -> WorkingTime:
    """Workdays as the office has them; deadlines are read on its wall."""
    return working_time(scope.tenant_id or scope.pk, CALENDAR, *window)


def working_anywhere(window: tuple[date, date]) -> WorkingTime:
    """The built-in workdays, where no office is named yet."""
    return WorkingTime.of(built_in(CALENDAR), *window)


# ---------------------------------------------------------------- facts and standing


def fact_of(completion: Completion) -> CompletionFact:
    return CompletionFact(
        id=completion.pk,
        mark=completion.mark,
        occurred_at=completion.occurred_at,
        recorded_at=completion.recorded_at,
        source=completion.source,
        confirmed_at=completion.confirmed_at,
        corrects=completion.corrects_id,
        retracts=completion.retracts,
        objects=frozenset(str(name) for name in completion.objects_named),
    )


def marks_of(occurrence: Occurrence) -> tuple[Mark, ...]:
    return tuple(
        Mark(str(mark["name"]), datetime.fromisoformat(mark["due"]) if mark.get("due") else None)
        for mark in occurrence.marks
    )


def verdict(occurrence: Occurrence, at: datetime) -> Verdict:
    """How the occurrence stands at an instant, from its projection."""
    met = (
        {mark.name: occurrence.done_at for mark in marks_of(occurrence)}
        if occurrence.state == Occurrence.State.DONE and occurrence.done_at is not None
        else {}
    )
    found = judge(
        marks_of(occurrence),
        met,
        missing_from=occurrence.missing_from,
        at=at,
        zone=ZoneInfo(occurrence.scope.zone),
        waived=occurrence.state == Occurrence.State.WAIVED,
    )
    if not found.is_done:
        return found
    # Each mark has its own instant; whether one of them was late is kept with the projection.
    status = type(found.status).LATE if occurrence.is_late else type(found.status).ON_TIME
    return Verdict(status, occurrence.done_at, occurrence.late_days)


@dataclass(frozen=True, slots=True)
class RowCounts:
    due: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    missing: int = 0
    waived: int = 0
    planned: int = 0
    unconfirmed: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        return RowCounts(*(getattr(self, name) + getattr(other, name) for name in RowCounts.__slots__))


MISSING_NOW = "missing"


def status_filter(status: str, at: datetime) -> Q:
    """Occurrences of one standing at an instant, as a condition for SQL."""
    due = Q(due_at__lt=at) & Q(state=Occurrence.State.OPEN)
    gone = Q(missing_from__isnull=True) | Q(missing_from__lte=at)
    never = Q(missing_from__isnull=False) & Q(done_at__gte=F("missing_from"))
    done = Q(state=Occurrence.State.DONE) & (Q(missing_from__isnull=True) | Q(done_at__lt=F("missing_from")))
    return {
        "done": done,
        "on_time": done & Q(is_late=False),
        "late": done & Q(is_late=True),
        "overdue": due & Q(missing_from__gt=at),
        "missing": (due & gone) | (Q(state=Occurrence.State.DONE) & never),
        "waived": Q(state=Occurrence.State.WAIVED),
        "open": Q(state=Occurrence.State.OPEN) & (Q(due_at__gte=at) | Q(due_at__isnull=True)),
        "unconfirmed": Q(waits_for_confirmation=True),
    }[status]


STATUSES = ("on_time", "late", "missing", "overdue", "open", "waived", "unconfirmed")


def counts_by_row(row_ids: Collection[int], at: datetime) -> dict[int, RowCounts]:
    """Standing of the rows' occurrences at an instant; one query."""
    live = Occurrence.objects.filter(row_id__in=row_ids).exclude(state=Occurrence.State.WITHDRAWN)
    rows: Any = live.values("row_id").annotate(
        planned=Count("pk"),
        due=Count("pk", filter=Q(due_at__lt=at)),
        done=Count("pk", filter=status_filter("done", at)),
        late=Count("pk", filter=status_filter("late", at)),
        overdue=Count("pk", filter=status_filter("overdue", at)),
        missing=Count("pk", filter=status_filter("missing", at)),
        waived=Count("pk", filter=status_filter("waived", at)),
        unconfirmed=Count("pk", filter=status_filter("unconfirmed", at)),
    )
    return {row["row_id"]: RowCounts(**{name: row[name] for name in RowCounts.__slots__}) for row in rows.order_by()}


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Half-open instants of one local day."""
    begin = datetime.combine(day, time(), zone)
    return begin, datetime.combine(day + timedelta(days=1), time(), zone)


def due_between(occurrences: QuerySet[Occurrence], start: datetime, end: datetime) -> QuerySet[Occurrence]:
    return (
        occurrences.exclude(state=Occurrence.State.WITHDRAWN)
        .filter(due_at__gte=start, due_at__lt=end)
        .order_by("due_at", "number")
    )


@dataclass(frozen=True, slots=True)
class DayLoad:
    day: date
    due: int
    open: int


def loads(occurrences: QuerySet[Occurrence], first: date, last: date, zone: ZoneInfo) -> dict[date, DayLoad]:
    """What falls due on each local day of a stretch; one query."""
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    due: dict[date, list[str]] = {}
    for instant, state in due_between(occurrences, start, end).values_list("due_at", "state"):
        assert instant is not None
        due.setdefault(instant.astimezone(zone).date(), []).append(state)
    return {
        day: DayLoad(day, len(states), sum(state == Occurrence.State.OPEN for state in states))
        for day, states in due.items()
    }


def todays(occurrences: QuerySet[Occurrence], day: date, zone: ZoneInfo) -> QuerySet[Occurrence]:
    """Work for a day: due that day, overdue, or in a period that holds the day and ends within a week."""
    _start, end = day_bounds(day, zone)
    soon = end + timedelta(days=6)
    return (
        occurrences.filter(state=Occurrence.State.OPEN, waits_for_confirmation=False)
        .filter(Q(period_from__isnull=True) | Q(period_from__lte=day))
        .filter(Q(due_at__lt=soon) | Q(due_at__isnull=True))
        .filter(Q(missing_from__isnull=True) | Q(missing_from__gt=_start))
        .order_by("due_at", "number")
    )


def effective(completions: Iterable[Completion]) -> list[Completion]:
    """Completions that were not corrected away, oldest first."""
    listed = list(completions)
    corrected = {item.corrects_id for item in listed if item.corrects_id}
    return [item for item in listed if item.pk not in corrected and not item.retracts]


def covered_span(occurrences: QuerySet[Occurrence]) -> tuple[date | None, date | None]:
    span = occurrences.aggregate(first=Min("period_from"), last=Max("period_to"))
    return span["first"], span["last"]
