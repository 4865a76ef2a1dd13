"""A scheme row as the judge reads it: the kernel's scheme with the project's choices made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from yunheng.evaluation.models import Scheme
from yunheng.foundation.canonical import canonical_json
from yunheng.kernel import scoring
from yunheng.kernel.schemes import Applicability, Indicator

# Kind of sub-project → kind of contract in the applicability matrix, where the proposal names none.
DEFAULT_KINDS = {
    "operations": "operations",
    "supervision": "supervision",
    "cloud_lease": "cloud",
    "planning": "planning",
}
_EVERYBODY = Applicability(True, "")
# Weighed once over the whole project, never for one contract (the purchase total, the year's money).
_WHOLE_PROJECT = frozenset({"contracts.budget_execution"})


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator with its options in force and the row of the matrix that belongs to it."""

    indicator: Indicator
    options: Mapping[str, str]
    cells: Mapping[str, Applicability]
    kinds: Mapping[int, str]

    @property
    def id(self) -> str:
        return self.indicator.id

    @property
    def measure(self) -> str:
        return self.indicator.measure

    @property
    def whole_project_only(self) -> bool:
        return self.indicator.measure in _WHOLE_PROJECT

    def applies_to(self, sub_project_no: int) -> Applicability:
        if not self.cells:
            return _EVERYBODY
        kind = self.kinds.get(sub_project_no, "")
        return self.cells.get(kind, Applicability(False, f"no cell of the matrix for {kind or sub_project_no}"))


@dataclass(frozen=True, slots=True)
class SchemeData:
    code: str
    revision: int
    name: str
    digest: str
    kernel: scoring.Scheme
    weights: Any
    bands: Any
    options: Mapping[str, str]
    indicators: tuple[IndicatorPlan, ...]
    data: Mapping[str, Any]
    trial: bool = False

    def score(self, values: Mapping[str, object]) -> scoring.Verdict:
        chosen = {key: value for key, value in self.options.items() if "." in key}
        return scoring.score(self.kernel, self.weights, chosen, values, bands=self.bands)


def read(row: Scheme, *, weights: Any = None) -> SchemeData:
    """``weights`` other than the row's own, or a row that nobody has frozen, make a trial (试算). Raises kernel
    CaseError for data that do not parse."""
    found = parse(
        row.data, code=row.code, revision=row.revision, name=row.name, digest=digest_of(row.data), weights=weights
    )
    return found if row.is_frozen else replace(found, trial=True)


def parse(
    data: Mapping[str, Any], *, code: str, revision: int, name: str, digest: str, weights: Any = None
) -> SchemeData:
    kernel = scoring.Scheme.parse(data["scheme"])
    chosen = weights if weights is not None else data["weights"]
    weight_set = kernel.weights(chosen)
    in_force = kernel.options(data.get("options", {}))
    kinds = {int(no): kind for no, kind in data.get("contracts", {}).items()}
    plans = tuple(
        IndicatorPlan(indicator, kernel.options_of(key, in_force), kernel.applicability.get(key, {}), kinds)
        for key, indicator in kernel.indicators.items()
        if key in weight_set.rows
    )
    return SchemeData(
        code=code,
        revision=revision,
        name=name,
        digest=digest,
        kernel=kernel,
        weights=chosen,
        bands=data.get("bands"),
        options=in_force,
        indicators=plans,
        data=data,
        trial=weights is not None and weights != data["weights"],
    )


def digest_of(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(data)).hexdigest()
