"""I01: was every required post filled?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext_noop

from yunheng.contracts.access import STAFFING
from yunheng.contracts.measures.answers import NO_ANCHOR, Words, parts_of, pooled, terms_of
from yunheng.contracts.queries.staffing import needs_as_known, people_as_known
from yunheng.contracts.rules.staffing import PostMonth, post_months
from yunheng.foundation import measures
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register
from yunheng.foundation.models import Scope
from yunheng.people.queries import working_time

OFFICE_HOURS = "cn-5x8"

NO_POSTS = gettext_noop("%(contract)s requires no staff; it is left out.")
NO_MONTHS = gettext_noop("%(contract)s: no month of its service lies in the period before the cut-off.")
GAP = gettext_noop("%(contract)s, %(post)s, %(month)s: %(gap)s of %(workdays)s workdays with fewer than %(required)s.")
FORGIVEN = gettext_noop(
    "%(contract)s, %(post)s, %(month)s: %(days)s workdays bridged while an approved replacement was on the way."
)
AT_ACCEPTANCE = gettext_noop("Judged at the last workday of the period only.")
ON_AVERAGE = gettext_noop("Judged on the mean number of people over the months of a post.")


def staffing(request: MeasureRequest) -> MeasureResult:
    """I01: post-months filled / post-months required, over every post and month of the service in the period."""
    scope_ids = [scope.id for scope in request.scopes]
    option = request.options.get("measure_at", "every_month")
    grace = int(request.options.get("replacement_grace_days", "5"))
    needs = needs_as_known(scope_ids, request.as_of, grace_days=grace)
    people = people_as_known(scope_ids, cut_off=request.cut_off, as_of=request.as_of)
    words: list[Words] = []
    rows: list[tuple[str, PostMonth]] = []
    missing = False
    for terms in terms_of(request):
        posts = [need for need in needs.get(terms.scope_id, []) if need.required]
        if not posts:
            words.append((NO_POSTS, {"contract": terms.code}))
            continue
        if terms.anchor is None:
            words.append((NO_ANCHOR, {"contract": terms.code}))
            missing = True
            continue
        workdays = _workdays(request, terms.anchor, terms.service_to)
        if not workdays:
            words.append((NO_MONTHS, {"contract": terms.code}))
        for need in posts:
            found = post_months(need, people.get((terms.scope_id, need.post), ()), workdays)
            rows += [(terms.code, one) for one in found]
    if not rows and not missing:
        return MeasureResult(measures.NOT_APPLICABLE, words=tuple(words))
    return _staffing_result(rows, option, words, missing)


def _workdays(request: MeasureRequest, anchor: date, service_to: date) -> list[date]:
    """Workdays of the office inside the service, the period and what had passed by the cut-off."""
    last_passed = request.cut_off.astimezone(ZoneInfo(request.project.zone)).date()
    first, last = max(request.first, anchor), min(request.last, service_to, last_passed)
    if first > last:
        return []
    tenant_id = Scope.objects.values_list("tenant_id", flat=True).get(pk=request.project.id)
    time = working_time(tenant_id or request.project.id, OFFICE_HOURS, first, last, as_of=request.as_of)
    return time.workdays(first, last)


def _staffing_result(
    rows: list[tuple[str, PostMonth]], option: str, words: list[Words], missing: bool
) -> MeasureResult:
    rows.sort(key=lambda row: _post_month_reference(*row))
    filled = [_is_filled(one, option, [other for code, other in rows if code == mine]) for mine, one in rows]
    counted = [option != "acceptance" or _is_last(mine, one, rows) for mine, one in rows]
    if option == "acceptance":
        words.insert(0, (AT_ACCEPTANCE, {}))
    elif option == "average":
        words.insert(0, (ON_AVERAGE, {}))
    for (code, one), is_filled in zip(rows, filled, strict=True):
        said = {"contract": code, "post": one.post, "month": f"{one.month:%Y-%m}"}
        if not is_filled:
            words.append((GAP, said | {"gap": one.gap, "workdays": one.workdays, "required": one.required}))
        elif one.forgiven:
            words.append((FORGIVEN, said | {"days": one.forgiven}))
    hit = np.array(filled, np.bool_) & np.array(counted, np.bool_)
    parts = parts_of([code for code, _one in rows], hit, np.array(counted, np.bool_))
    return pooled(
        MeasureResult(
            state=measures.MISSING if missing else measures.MEASURED,
            register=_staffing_register(rows),
            counted=np.array(counted, np.bool_),
            hit=hit,
            left_out=np.array([0 if one else 1 for one in counted], np.uint8),
            reasons=(AT_ACCEPTANCE,),
            words=tuple(words),
            parts=parts,
        )
    )


def _is_filled(one: PostMonth, option: str, others: Sequence[PostMonth]) -> bool:
    """``others``: the months of the same contract, this one among them."""
    if option == "acceptance":
        return one.at_end >= one.required
    if option == "average":
        months = [other for other in others if other.post == one.post]
        days = sum(other.workdays for other in months)
        return sum(other.present for other in months) >= one.required * days
    return one.filled


def _is_last(code: str, one: PostMonth, rows: Sequence[tuple[str, PostMonth]]) -> bool:
    return one.month == max(other.month for mine, other in rows if mine == code and other.post == one.post)


def _post_month_reference(code: str, one: PostMonth) -> str:
    return f"{code}/{one.post}/{one.month:%Y-%m}"


def _staffing_register(rows: Sequence[tuple[str, PostMonth]]) -> Register:
    def column(name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([getattr(one, name) for _code, one in rows], np.int64)

    return Register(
        name="contracts.staffing",
        kind=STAFFING,
        references=[_post_month_reference(code, one) for code, one in rows],
        columns={
            "contract": [code for code, _one in rows],
            "post": [one.post for _code, one in rows],
            "month": [f"{one.month:%Y-%m}" for _code, one in rows],
            "required": column("required"),
            "fewest": column("fewest"),
            "workdays": column("workdays"),
            "present": column("present"),
            "at_end": column("at_end"),
            "gap": column("gap"),
            "forgiven": column("forgiven"),
        },
        sources=np.array([one.source for _code, one in rows], np.uint8),
    )
