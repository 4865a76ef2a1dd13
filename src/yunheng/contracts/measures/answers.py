"""Parts that the answers of contracts have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from yunheng.contracts.access import CONTRACT
from yunheng.contracts.queries.terms import KnownTerms, terms_as_known
from yunheng.foundation import measures
from yunheng.foundation.measures import Mask, MeasureRequest, MeasureResult, Register

NO_ANCHOR = gettext_noop("%(contract)s: where its obligations start is not signed by the three parties yet.")

Words = tuple[str, Mapping[str, Any]]


def terms_of(request: MeasureRequest) -> list[KnownTerms]:
    """The terms of the applicable contracts by number, as a register is sorted."""
    known = terms_as_known([scope.id for scope in request.scopes], request.as_of)
    return sorted(known, key=lambda terms: terms.number)


def contract_register(name: str, contracts: Sequence[KnownTerms], columns: Mapping[str, Any]) -> Register:
    """``contracts`` by number (`terms_of`), each column in the same order."""
    return Register(
        name=name,
        kind=CONTRACT,
        references=[terms.number for terms in contracts],
        columns={"contract": [terms.code for terms in contracts], **columns},
        sources=np.zeros(len(contracts), np.uint8),
    )


def parts_of(codes: Sequence[str], hit: Mask, counted: Mask) -> dict[str, tuple[Fraction, Fraction]]:
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for code, is_hit, is_counted in zip(codes, hit, counted, strict=True):
        top, bottom = found.get(code, (Fraction(0), Fraction(0)))
        found[code] = (top + int(is_hit), bottom + int(is_counted))
    return found


def pooled(result: MeasureResult) -> MeasureResult:
    """With numerator, denominator and value from its parts; without them while a contract's part is missing."""
    top = sum((part[0] for part in result.parts.values()), Fraction(0))
    bottom = sum((part[1] for part in result.parts.values()), Fraction(0))
    if result.state == measures.MISSING or not bottom:
        return result
    return replace(result, numerator=top, denominator=bottom, value=top / bottom)
