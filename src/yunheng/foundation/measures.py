"""Measures: what each domain offers to whoever judges. Named functions from records to a value with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ResolvedScope:
    id: int
    code: str
    name: str
    kind: str
    zone: str


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """What is to be measured. A record belongs to the period by its reported time; only facts that occurred at or
    before ``cut_off`` and were recorded at or before ``as_of`` count. ``scopes`` are the applicable contracts,
    ordered by code. ``cache`` is shared by the measures of one evaluation."""

    project: ResolvedScope
    scopes: tuple[ResolvedScope, ...]
    first: date
    last: date
    start: datetime
    end: datetime
    cut_off: datetime
    as_of: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    """The records behind measures, columnar, sorted by reference. No database ids, no uids: they do not survive
    a restore. Instants are int64 epoch seconds with ``columns.MISSING`` for "not known"; text is a list."""

    name: str
    kind: str
    references: list[str]
    columns: Mapping[str, npt.NDArray[Any] | list[str]]
    sources: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """``counted``, ``hit`` and ``left_out`` run along the register. ``left_out`` is 0, or 1 + index into ``reasons``.

    ``words`` are (msgid, arguments) pairs: method, coverage, what is missing. ``parts`` are numerator and
    denominator per contract code; ``inputs`` further raw inputs as text.
    """

    state: str
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    value: Fraction | None = None
    register: Register | None = None
    counted: Mask | None = None
    hit: Mask | None = None
    left_out: npt.NDArray[np.uint8] | None = None
    reasons: tuple[str, ...] = ()
    words: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    parts: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


MEASURED, VACUOUS, NOT_APPLICABLE, MISSING = "measured", "vacuous", "not_applicable", "missing"

MeasureFunction = Callable[[MeasureRequest], MeasureResult]
SourceCheck = Callable[[MeasureRequest], list[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class Measure:
    """``source_check(request)`` compares the rows the measure reads with the facts they are projected from and
    returns (reference, field, what differs) for each that was changed behind the system's back."""

    name: str
    function: MeasureFunction
    label: Any
    unit: str
    source_check: SourceCheck | None = None


_measures: dict[str, Measure] = {}


def register(
    name: str, function: MeasureFunction, *, label: Any, unit: str, source_check: SourceCheck | None = None
) -> None:
    _measures[name] = Measure(name, function, label, unit, source_check)


def get(name: str) -> Measure:
    try:
        return _measures[name]
    except KeyError:
        raise LookupError(f"no measure is called {name}; known are {', '.join(sorted(_measures))}") from None


def registered() -> dict[str, Measure]:
    return dict(sorted(_measures.items()))
