"""I07 savings on the budget, B01 budget execution. Money in registers is in cents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from django.utils.translation import gettext_noop

from yunheng.contracts.access import PAYMENT
from yunheng.contracts.measures.answers import Words, contract_register, pooled, terms_of
from yunheng.contracts.models import Contract, Project
from yunheng.contracts.queries.money import Standing, executed, payments_as_known
from yunheng.contracts.queries.terms import budgets_as_known
from yunheng.contracts.rules.money import cents
from yunheng.foundation import measures
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register

NO_BUDGET = gettext_noop("%(contract)s: the budget of its sub-project is not known.")
CORRECTED = gettext_noop("A later entry corrects it.")
UNCONFIRMED = gettext_noop("Back-filled, and nobody has confirmed it.")
LATER = gettext_noop("It was paid after the cut-off.")


def savings(request: MeasureRequest) -> MeasureResult:
    """I07: (budget - price) / budget, pooled over the applicable contracts."""
    known = terms_of(request)
    words: list[Words] = [(NO_BUDGET, {"contract": terms.code}) for terms in known if terms.budget is None]
    priced = [(terms, terms.budget) for terms in known if terms.budget is not None]
    budget = sum((amount for _terms, amount in priced), Decimal(0))
    price = sum((terms.price for terms, _amount in priced), Decimal(0))
    parts = {terms.code: (Fraction(amount - terms.price), Fraction(amount)) for terms, amount in priced}
    missing = bool(words) or not known
    register = contract_register(
        "contracts.savings",
        [terms for terms, _amount in priced],
        {
            "budget_cents": np.array([cents(amount) for _terms, amount in priced], np.int64),
            "price_cents": np.array([cents(terms.price) for terms, _amount in priced], np.int64),
        },
    )
    everything = np.ones(len(priced), np.bool_)
    if not missing and not budget:
        return MeasureResult(measures.NOT_APPLICABLE, register=register, parts=parts)
    return pooled(
        MeasureResult(
            state=measures.MISSING if missing else measures.MEASURED,
            register=register,
            counted=everything,
            hit=everything,
            left_out=np.zeros(len(priced), np.uint8),
            words=tuple(words),
            parts=parts,
            inputs={} if missing else {"budget": str(budget), "price": str(price)},
        )
    )


def budget_execution(request: MeasureRequest) -> MeasureResult:
    """B01: paid out by the cut-off / budget, over the whole project whatever contracts are asked for."""
    project = Project.objects.select_related("scope").get(scope_id=request.project.id)
    scope_ids = list(Contract.objects.filter(sub_project__project=project).values_list("scope_id", flat=True))
    payments = payments_as_known(scope_ids, cut_off=request.cut_off, as_of=request.as_of)
    budget, paid = budgets_as_known(project, request.as_of), executed(payments)
    counted = np.array([one.standing is Standing.COUNTS for one in payments], np.bool_)
    register = Register(
        name="contracts.payments",
        kind=PAYMENT,
        references=[one.number for one in payments],
        columns={
            "contract": [one.contract for one in payments],
            "paid_on": [str(one.paid_on) for one in payments],
            "voucher": [one.voucher for one in payments],
            "amount_cents": np.array([cents(one.amount) for one in payments], np.int64),
        },
        sources=np.array([one.source for one in payments], np.uint8),
    )
    if not budget:
        return MeasureResult(measures.NOT_APPLICABLE, register=register)
    return MeasureResult(
        state=measures.MEASURED,
        numerator=Fraction(paid),
        denominator=Fraction(budget),
        value=Fraction(paid) / Fraction(budget),
        register=register,
        counted=counted,
        hit=counted,
        left_out=np.array([one.standing for one in payments], np.uint8),
        reasons=(CORRECTED, UNCONFIRMED, LATER),
        inputs={"executed": str(paid), "budget": str(budget)},
    )
