"""Fake measures: the worked example of the rules, so that the judge is tested without the operating domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
from tests.cast import Cast
from tests.contracts.builders import an_office

from yunheng.contracts.models import Project
from yunheng.evaluation.actions.schemes import freeze_scheme, propose_scheme
from yunheng.evaluation.models import Scheme
from yunheng.foundation import measures
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register

BEFORE = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)


@dataclass
class Faults:
    """A register of made-up faults that a test may change behind the judge's back."""

    count: int = 126
    resolved: int = 118
    responded: int = 124
    restored: int = 117
    level: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    extra: list[str] = field(default_factory=list)
    calls: int = 0

    def register(self, request: MeasureRequest) -> Register:
        if "faults" not in request.cache:
            self.calls += 1
            rows = [n for n in range(self.count) if n not in self.gone]
            references = [f"INC-2021-{n:06d}" for n in rows] + self.extra
            levels = np.array([self.level.get(n, n % 4 + 1) for n in rows] + [4] * len(self.extra), np.int64)
            request.cache["faults"] = Register(
                "tests.faults",
                "servicedesk.ticket",
                references,
                {"level": levels, "title": [f"故障 {reference}" for reference in references]},
                np.array([1 if n < 12 else 0 for n in rows] + [0] * len(self.extra), np.uint8),
            )
        found: Register = request.cache["faults"]
        return found

    def measure(self, hits: str) -> Callable[[MeasureRequest], MeasureResult]:
        def ask(request: MeasureRequest) -> MeasureResult:
            register = self.register(request)
            rows = len(register.references)
            hit = np.arange(rows) < getattr(self, hits)
            return MeasureResult(
                "measured",
                Fraction(int(hit.sum())),
                Fraction(rows),
                Fraction(int(hit.sum()), rows),
                register,
                np.ones(rows, np.bool_),
                hit,
                np.zeros(rows, np.uint8),
                parts={"C1": (Fraction(int(hit.sum()) - 8), Fraction(rows - 8)), "C2": (Fraction(8), Fraction(8))},
            )

        return ask


def plain(
    numerator: int | str, denominator: int | str = 1, **more: object
) -> Callable[[MeasureRequest], MeasureResult]:
    top, bottom = Fraction(numerator), Fraction(denominator)
    return lambda request: MeasureResult("measured", top, bottom, top / bottom, **more)  # type: ignore[arg-type]


@contextmanager
def worked_example(
    faults: Faults | None = None, **replaced: Callable[[MeasureRequest], MeasureResult]
) -> Iterator[Faults]:
    """The measures of the worked total: 91.96 by points100, 89.09 equal; ``replaced`` by name with `__` for the dot."""
    faults = faults or Faults()
    fakes = {
        "contracts.staffing": plain(1),
        "plans.systems_maintained": plain(4, 4),
        "contracts.service_period": plain(1),
        "servicedesk.resolved": faults.measure("resolved"),
        "servicedesk.responded_in_time": faults.measure("responded"),
        "servicedesk.restored_in_time": faults.measure("restored"),
        "contracts.savings": plain("7.87", "178.87", inputs={"budget": "178.87", "price": "171.00"}),
        "secops.security_incidents": lambda request: MeasureResult("vacuous"),
        "servicedesk.devices_normal": plain("0.992"),
        "servicedesk.fault_free_days": plain("0.961"),
        "feedback.complaints": plain(1),
        "feedback.satisfaction": plain(46, 50),
        "contracts.budget_execution": plain("165.00", "178.87"),
    }
    for name, function in replaced.items():
        fakes[name.replace("__", ".")] = function
    kept = dict(measures._measures)
    try:
        for name, function in fakes.items():
            measures.register(name, function, label=name, unit="")
        yield faults
    finally:
        measures._measures.clear()
        measures._measures.update(kept)


def a_weighed_office(cast: Cast, **choices: object) -> tuple[Project, Scheme]:
    """The office with a scheme frozen a month before its service begins."""
    project = an_office(cast)
    choices.setdefault("kinds", {1: "operations", 2: "software"})
    scheme = propose_scheme(
        project=project,
        code="2021",
        name="2021年评价方案",
        actor=SYSTEM,
        now=BEFORE,
        **choices,  # type: ignore[arg-type]
    )
    return project, freeze_scheme(scheme=scheme, actor=SYSTEM, now=BEFORE)
