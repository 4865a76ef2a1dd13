"""What was promised, as pages, clocks and judges read it; other packages import from here."""

from yunheng.contracts.queries.money import KnownPayment, payments_as_known
from yunheng.contracts.queries.projects import contracts_of, project_of, resolved, resolved_scopes
from yunheng.contracts.queries.staffing import needs_as_known, people_as_known
from yunheng.contracts.queries.targets import Target, active_targets
from yunheng.contracts.queries.terms import KnownTerms, budgets_as_known, terms_as_known

__all__ = [
    "KnownPayment",
    "KnownTerms",
    "Target",
    "active_targets",
    "budgets_as_known",
    "contracts_of",
    "needs_as_known",
    "payments_as_known",
    "people_as_known",
    "project_of",
    "resolved",
    "resolved_scopes",
    "terms_as_known",
]
