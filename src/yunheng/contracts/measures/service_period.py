"""I03: did the service last its year?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext_noop

from yunheng.contracts.measures.answers import NO_ANCHOR, Words, contract_register, parts_of, pooled, terms_of
from yunheng.contracts.rules import service_period as term
from yunheng.foundation import measures
from yunheng.foundation.measures import MeasureRequest, MeasureResult

TERM = gettext_noop(
    "%(contract)s: from %(start)s the year runs to %(wanted)s; served until %(end)s less %(days)s days of suspension."
)


def service_period(request: MeasureRequest) -> MeasureResult:
    """I03: contracts that served a year from their anchor, the vendor's suspensions taken off / contracts."""
    known = terms_of(request)
    today = request.cut_off.astimezone(ZoneInfo(request.project.zone)).date()
    anchored = [terms for terms in known if terms.anchor is not None]
    words: list[Words] = [(NO_ANCHOR, {"contract": terms.code}) for terms in known if terms.anchor is None]
    served, suspended = [], []
    for terms in anchored:
        assert terms.anchor is not None
        # A suspension that nobody has ended runs on to the day of judging, not beyond.
        days = term.suspended_days(terms.anchor, min(terms.service_to, today), terms.stops)
        suspended.append(days)
        served.append(term.is_served(terms.anchor, terms.service_to, days))
        words.append(
            (
                TERM,
                {
                    "contract": terms.code,
                    "start": str(terms.anchor),
                    "wanted": str(term.wanted_last_day(terms.anchor)),
                    "end": str(terms.service_to),
                    "days": days,
                },
            )
        )
    columns = {
        "start": [str(terms.anchor) for terms in anchored],
        "end": [str(terms.service_to) for terms in anchored],
        "suspended_days": np.array(suspended, np.int64),
    }
    missing = len(anchored) < len(known)
    counted, hit = np.ones(len(anchored), np.bool_), np.array(served, np.bool_)
    parts = parts_of([terms.code for terms in anchored], hit, counted)
    return pooled(
        MeasureResult(
            state=measures.MISSING if missing else measures.MEASURED,
            register=contract_register("contracts.service_period", anchored, columns),
            counted=counted,
            hit=hit,
            left_out=np.zeros(len(anchored), np.uint8),
            words=tuple(words),
            parts=parts,
        )
    )
