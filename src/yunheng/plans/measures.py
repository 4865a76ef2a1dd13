"""What plans offer to whoever judges: the share of systems that were maintained as planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from yunheng.assets.models import InUsePeriod, System
from yunheng.assets.queries import systems_in_use, systems_of
from yunheng.foundation import measures
from yunheng.foundation.columns import MISSING
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register
from yunheng.foundation.models import SOURCE_CODES
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.models import Completion, Occurrence, PlanRow
from yunheng.plans.queries import fact_of, marks_of
from yunheng.plans.rules.facts import CompletionFact, met_marks, standing
from yunheng.plans.rules.maintenance import DEFAULT, RowWork, maintained
from yunheng.plans.rules.periods import period_label
from yunheng.plans.rules.status import Verdict, judge

WAIVED = gettext_noop("It was waived by the owner.")
DUE_LATER = gettext_noop("It falls due after the cut-off.")
UNCONFIRMED = gettext_noop("%(count)s back-filled entries wait for confirmation and do not count as done.")
NO_ROWS = gettext_noop("%(system)s has no plan rows that name it; an evaluator enters yes or no with evidence.")
NOTHING_DUE = gettext_noop("Nothing was due for %(system)s in the period.")
METHOD = gettext_noop("Planned work of the rows that name the system; late work counts as done.")
METHOD_GENERAL = gettext_noop("Planned work of the rows that name the system or say only “application systems”.")
RESULT = gettext_noop("%(system)s: %(done)s of %(due)s done, %(verdict)s.")
MAINTAINED, NOT_MAINTAINED = gettext_noop("maintained"), gettext_noop("not maintained")


@dataclass(frozen=True, slots=True)
class _Judged:
    occurrence: Occurrence
    verdict: Verdict
    source: int
    period: str
    systems: tuple[str, ...]
    unconfirmed: bool


def systems_maintained(request: MeasureRequest) -> MeasureResult:
    """I02: maintained / to maintain; a system without planned work is missing, never vacuously done."""
    reading = request.options.get("system_counts_as_maintained", DEFAULT)
    general = request.options.get("rows_counted", "named") == "general"
    contracts = {scope.id: scope.code for scope in request.scopes}
    systems = _systems(request)
    if not systems:
        return MeasureResult(measures.NOT_APPLICABLE)
    judged = _judged(request, systems, general)
    counted = np.array([_counts(item, request.cut_off) for item in judged], np.bool_)
    hit = np.array([item.verdict.is_done for item in judged], np.bool_) & counted
    words: list[tuple[str, Mapping[str, object]]] = [(METHOD_GENERAL if general else METHOD, {})]
    parts: dict[str, tuple[Fraction, Fraction]] = {}
    missing_in: set[str] = set()
    sums: dict[str, list[int]] = {code: [0, 0] for code in contracts.values()}
    for system in systems.values():
        work = _row_work(system.code, judged, counted)
        found = maintained(work, reading)
        code = contracts[system.scope_id]
        if found.counts is None:
            named = any(system.code in item.systems for item in judged)
            words.append((NOTHING_DUE if named else NO_ROWS, {"system": system.name}))
            missing_in.add(code)
            continue
        sums[code][0] += found.counts
        sums[code][1] += 1
        verdict = MAINTAINED if found.counts else NOT_MAINTAINED
        words.append((RESULT, {"system": system.name, "done": found.done, "due": found.due, "verdict": verdict}))
    for code, (done, due) in sums.items():
        if code not in missing_in and due:
            parts[code] = (Fraction(done), Fraction(due))
    waiting = sum(item.unconfirmed for item in judged)
    if waiting:
        words.append((UNCONFIRMED, {"count": waiting}))
    complete = not missing_in
    numerator = sum((part[0] for part in parts.values()), Fraction(0))
    denominator = sum((part[1] for part in parts.values()), Fraction(0))
    return MeasureResult(
        state=measures.MEASURED if complete else measures.MISSING,
        numerator=numerator if complete else None,
        denominator=denominator if complete else None,
        value=numerator / denominator if complete and denominator else None,
        register=_register(judged),
        counted=counted,
        hit=hit,
        left_out=np.array([_left_out(item, request.cut_off) for item in judged], np.uint8),
        reasons=(WAIVED, DUE_LATER),
        words=tuple(words),
        parts=parts,
        inputs={"maintained": str(numerator), "to_maintain": str(denominator)} if complete else {},
    )


def _systems(request: MeasureRequest) -> dict[int, System]:
    """The contracts' systems in service in the period; one whose service was never dated is taken to be in service."""
    scope_ids = [scope.id for scope in request.scopes]
    in_use = {item.id for item in systems_in_use(scope_ids, request.first, request.last, as_of=request.as_of)}
    dated = set(InUsePeriod.objects.filter(system__scope_id__in=scope_ids).values_list("system_id", flat=True))
    return {system.pk: system for system in systems_of(scope_ids) if system.pk in in_use or system.pk not in dated}


def _judged(request: MeasureRequest, systems: Mapping[int, System], general: bool) -> list[_Judged]:
    """Every occurrence of the rows that serve one of the systems, as it stood; by number."""
    bases = [PlanRow.SystemsBasis.NAMED, *([PlanRow.SystemsBasis.GENERAL] if general else [])]
    rows = {
        row.pk: row
        for row in PlanRow.objects.filter(systems__in=list(systems), systems_basis__in=bases)
        .prefetch_related("systems")
        .distinct()
        if not row.on_demand
    }
    occurrences = list(
        Occurrence.objects.filter(row_id__in=rows, created_at__lte=request.as_of)
        .filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=request.as_of))
        .filter(period_from__lte=request.last, period_to__gte=request.first)
    )
    occurrences.sort(key=lambda item: item.number)
    facts = _facts(occurrences, request.as_of)
    zone = ZoneInfo(request.project.zone)
    return [_judge(item, rows[item.row_id], facts[item.pk], systems, request, zone) for item in occurrences]


def _facts(occurrences: Sequence[Occurrence], as_of: datetime) -> dict[int, list[CompletionFact]]:
    found: dict[int, list[CompletionFact]] = defaultdict(list)
    ids = [item.pk for item in occurrences]
    for start in range(0, len(ids), 5000):
        some = Completion.objects.filter(occurrence_id__in=ids[start : start + 5000], recorded_at__lte=as_of)
        for completion in some.order_by("recorded_at", "id"):
            found[completion.occurrence_id].append(fact_of(completion))
    return found


def _judge(
    occurrence: Occurrence,
    row: PlanRow,
    facts: Sequence[CompletionFact],
    systems: Mapping[int, System],
    request: MeasureRequest,
    zone: ZoneInfo,
) -> _Judged:
    known = {"cut_off": request.cut_off, "as_of": request.as_of}
    waived = occurrence.waived_at is not None and occurrence.waived_at <= request.as_of
    verdict = judge(
        marks_of(occurrence),
        met_marks(facts, **known),
        missing_from=occurrence.missing_from,
        at=request.cut_off,
        zone=zone,
        waived=waived,
    )
    stands = standing(facts, **known)
    counting = [fact for fact in stands if fact.counts(request.as_of)]
    source = SOURCE_CODES[counting[-1].source] if counting else 0
    assert occurrence.period_from is not None
    assert occurrence.period_to is not None
    freq = str(row.reading.get("freq", "")) if row.reading.get("kind") == "periodic" else ""
    label = period_label(freq, occurrence.period_from, occurrence.period_to) or "once"
    codes = tuple(sorted(system.code for system in row.systems.all() if system.pk in systems))
    return _Judged(occurrence, verdict, source, f"{row.label} {label}", codes, len(counting) < len(stands))


def _counts(item: _Judged, cut_off: datetime) -> bool:
    return _left_out(item, cut_off) == 0


def _left_out(item: _Judged, cut_off: datetime) -> int:
    if item.verdict.status == "waived":
        return 1
    due = item.occurrence.due_at
    return 2 if due is not None and due > cut_off else 0


def _row_work(code: str, judged: Sequence[_Judged], counted: np.ndarray) -> list[RowWork]:
    rows: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for item, counts in zip(judged, counted.tolist(), strict=True):
        if not counts or code not in item.systems:
            continue
        row = item.period.split(" ", 1)[0]
        due, done = rows[row].get(item.period, (0, 0))
        rows[row][item.period] = (due + 1, done + item.verdict.is_done)
    return [RowWork(row, periods) for row, periods in sorted(rows.items())]


def _register(judged: Sequence[_Judged]) -> Register:
    def second(at: datetime | None) -> int:
        return int(at.timestamp()) if at is not None else MISSING

    return Register(
        name="plans.occurrences",
        kind=OCCURRENCE,
        references=[item.occurrence.number for item in judged],
        columns={
            "row": [item.period.split(" ", 1)[0] for item in judged],
            "period": [item.period.split(" ", 1)[1] for item in judged],
            "systems": [",".join(item.systems) for item in judged],
            "due": np.array([second(item.occurrence.due_at) for item in judged], np.int64),
            "done": np.array([second(item.verdict.done_at) for item in judged], np.int64),
            "status": [str(item.verdict.status) for item in judged],
        },
        sources=np.array([item.source for item in judged], np.uint8),
    )


measures.register(
    "plans.systems_maintained",
    systems_maintained,
    label=gettext_lazy("Systems maintained as planned"),
    unit="system",
)
