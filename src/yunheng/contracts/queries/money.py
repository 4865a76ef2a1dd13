"""Payments as they were known at an instant, corrections applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from django.db.models import F

from yunheng.contracts.models import Payment
from yunheng.foundation.models import SOURCE_CODES, Source


class Standing(IntEnum):
    """Whether a payment counts; the codes are those of ``left_out`` in a measure."""

    COUNTS = 0
    CORRECTED = 1
    UNCONFIRMED = 2
    LATER = 3


@dataclass(frozen=True, slots=True)
class KnownPayment:
    number: str
    contract: str
    paid_on: date
    occurred_at: datetime
    amount: Decimal
    voucher: str
    source: int
    standing: Standing


def payments_as_known(scope_ids: Iterable[int], *, cut_off: datetime, as_of: datetime) -> list[KnownPayment]:
    """Every payment recorded by ``as_of``, by number, each with whether it counts; one query."""
    rows = list(
        Payment.objects.filter(scope_id__in=list(scope_ids), recorded_at__lte=as_of)
        .annotate(contract_code=F("contract__code"))
        .order_by("number")
    )
    corrected = {row.corrects_id for row in rows if row.corrects_id is not None}
    return [
        KnownPayment(
            number=row.number,
            contract=row.contract_code,
            paid_on=row.paid_on,
            occurred_at=row.occurred_at,
            amount=row.amount,
            voucher=row.voucher,
            source=SOURCE_CODES[row.source],
            standing=_standing(row, row.pk in corrected, cut_off, as_of),
        )
        for row in rows
    ]


def executed(payments: Iterable[KnownPayment]) -> Decimal:
    return sum((one.amount for one in payments if one.standing is Standing.COUNTS), Decimal(0))


def _standing(row: Payment, corrected: bool, cut_off: datetime, as_of: datetime) -> Standing:
    if corrected:
        return Standing.CORRECTED
    if row.source == Source.BACK_FILLED and (row.confirmed_at is None or row.confirmed_at > as_of):
        return Standing.UNCONFIRMED
    return Standing.LATER if row.occurred_at > cut_off else Standing.COUNTS
