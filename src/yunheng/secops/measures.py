"""What secops offers to whoever judges: the number of confirmed security events."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext_lazy, gettext_noop

from yunheng.foundation import measures, registers
from yunheng.foundation.columns import MISSING
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register
from yunheng.foundation.models import SOURCE_CODES
from yunheng.secops.access import KIND
from yunheng.secops.models import SecurityEvent
from yunheng.secops.queries import facts_by_event
from yunheng.secops.rules.standing import CONFIRMED, DISMISSED, EventStanding, counts, standing

NOT_ONE = gettext_noop("The owner decided that it is no security event.")
NOT_DECIDED = gettext_noop("The owner has not decided on it yet.")
BELOW = gettext_noop("Its level is below the threshold of the scheme.")
NOT_LIABLE = gettext_noop("The vendor does not answer for it.")
NO_NIL = gettext_noop("Nobody vouched for the register of %(contract)s in %(months)s.")
OPEN_CASES = gettext_noop("%(count)s reported events are not decided yet, so zero cannot be said.")
NIL = gettext_noop("No security event; the parties signed it for every month.")


def security_incidents(request: MeasureRequest) -> MeasureResult:
    """I08: distinct confirmed events of the whole project; zero only where every month was vouched for."""
    threshold = request.options.get("threshold", "any")
    liability = request.options.get("liability", "any")
    scope_ids = [request.project.id, *(scope.id for scope in request.scopes)]
    rows = sorted(
        SecurityEvent.objects.filter(
            scope_id__in=scope_ids, reported_at__gte=request.start, reported_at__lt=request.end
        ).filter(reported_at__lte=request.cut_off),
        key=lambda event: event.number,
    )
    facts = facts_by_event(event.pk for event in rows)
    judged = [
        (event, found)
        for event in rows
        if (found := standing(facts[event.pk], cut_off=request.cut_off, as_of=request.as_of)) is not None
    ]
    left_out = np.array([_left_out(found, threshold, liability) for _event, found in judged], np.uint8)
    counted = left_out == 0
    count = int(counted.sum())
    words: list[tuple[str, Mapping[str, object]]] = []
    undecided = sum(found.state not in (CONFIRMED, DISMISSED) for _event, found in judged)
    state = measures.MEASURED
    if not count:
        words = _doubts(request, undecided)
        state = measures.MISSING if words else measures.VACUOUS
        words = words or [(NIL, {})]
    known = state != measures.MISSING
    return MeasureResult(
        state=state,
        numerator=Fraction(count) if known else None,
        denominator=Fraction(1) if known else None,
        value=Fraction(count) if known else None,
        register=_register(judged),
        counted=counted,
        hit=counted,
        left_out=left_out,
        reasons=(NOT_ONE, NOT_DECIDED, BELOW, NOT_LIABLE),
        words=tuple(words),
        inputs={"value": str(count), "nil_return": "true"} if known and not count else {"value": str(count)},
    )


def _left_out(found: EventStanding, threshold: str, liability: str) -> int:
    if found.state == DISMISSED:
        return 1
    if found.state != CONFIRMED:
        return 2
    if not counts(found, threshold=threshold):
        return 3
    return 0 if counts(found, threshold=threshold, liability=liability) else 4


def _doubts(request: MeasureRequest, undecided: int) -> list[tuple[str, Mapping[str, object]]]:
    doubts: list[tuple[str, Mapping[str, object]]] = []
    if undecided:
        doubts.append((OPEN_CASES, {"count": undecided}))
    last = min(request.last, request.cut_off.astimezone(ZoneInfo(request.project.zone)).date())
    months = registers.months_between(request.first, last)
    for scope in request.scopes:
        open_months = registers.kept(scope.id, registers.SECURITY_EVENTS, months, as_of=request.as_of)
        if open_months:
            told = "、".join(f"{month:%Y-%m}" for month in sorted(open_months))
            doubts.append((NO_NIL, {"contract": scope.code, "months": told}))
    return doubts


def _register(judged: list[tuple[SecurityEvent, EventStanding]]) -> Register:
    return Register(
        name="secops.events",
        kind=KIND,
        references=[event.number for event, _found in judged],
        columns={
            "reported": np.array([int(event.reported_at.timestamp()) for event, _found in judged], np.int64),
            "decided": np.array(
                [int(found.decided_at.timestamp()) if found.decided_at else MISSING for _event, found in judged],
                np.int64,
            ),
            "level": np.array([found.level for _event, found in judged], np.int64),
            "state": [found.state for _event, found in judged],
            "liable": [found.liable_party for _event, found in judged],
        },
        sources=np.array([SOURCE_CODES[event.source] for event, _found in judged], np.uint8),
    )


measures.register("secops.security_incidents", security_incidents, label=gettext_lazy("Security events"), unit="event")
