"""What the report is made of: the kept verdict, its evidence file and the project's own words. No figure is asked
from the live records, so a sealed verdict prints the same report for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from yunheng.contracts.models import Contract, Project
from yunheng.contracts.queries import contracts_of, project_of
from yunheng.documents.rules.blocks import Figure
from yunheng.evaluation import evidence_store
from yunheng.evaluation.models import Evaluation, Scheme, Statement
from yunheng.evaluation.queries import statements_of
from yunheng.evaluation.rules.evidence import Evidence, Marks, Table
from yunheng.evaluation.wording import number_text
from yunheng.kernel.schemes import Indicator
from yunheng.kernel.schemes import Scheme as KernelScheme
from yunheng.kernel.words import Words, say

LANGUAGE = "zh-hans"
STATES = {"measured": "", "vacuous": "本期未发生", "not_applicable": "不适用", "missing": "缺数"}


@dataclass(frozen=True)
class Material:
    evaluation: Evaluation
    project: Project
    contracts: tuple[Contract, ...]
    scheme: KernelScheme
    evidence: Evidence
    statements: tuple[Statement, ...]

    @classmethod
    def of(cls, evaluation: Evaluation) -> Material:
        project = project_of(evaluation.scope)
        return cls(
            evaluation,
            project,
            tuple(contracts_of(project)),
            KernelScheme.parse(evaluation.scheme.data["scheme"]),
            evidence_store.load(evaluation.evidence),
            tuple(statements_of(project.scope, evaluation.first, evaluation.last)),
        )

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.evaluation.result
        return found

    @property
    def scheme_row(self) -> Scheme:
        return self.evaluation.scheme

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.project.scope.zone)

    @property
    def data_date(self) -> date:
        """The last day whose facts count: the stamp of every file, taken from the data and not from a clock."""
        return (self.evaluation.cut_off.astimezone(self.zone) - timedelta(seconds=1)).date()

    @property
    def contract(self) -> Contract | None:
        return next((item for item in self.contracts if item.scope_id == self.evaluation.scope_id), None)

    @property
    def weighed(self) -> list[dict[str, Any]]:
        """The rows of the score sheet that have a weight, in the scheme's order."""
        return [item for item in self.result["indicators"] if item["weight"] is not None]

    def item(self, indicator: str) -> dict[str, Any] | None:
        return next((item for item in self.result["indicators"] if item["id"] == indicator), None)

    def by_measure(self, measure: str) -> dict[str, Any] | None:
        return next((item for item in self.result["indicators"] if item["measure"] == measure), None)

    def definition(self, item: Mapping[str, Any]) -> Indicator:
        return self.scheme.indicators[item["id"]]

    def marks(self, item: Mapping[str, Any]) -> tuple[Table, Marks] | None:
        marks = self.evidence.marks.get(item["id"])
        return (self.evidence.tables[marks.register], marks) if marks else None

    def day_of(self, epoch_second: int) -> date:
        return datetime.fromtimestamp(epoch_second, self.zone).date()

    @property
    def uses_points(self) -> bool:
        return any(item["points"] is not None for item in self.result["indicators"])


def months(first: date, last: date) -> Iterator[date]:
    """First days of the months from one day to another."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def chinese(pair: list[Any]) -> str:
    """[msgid, arguments] of a result in Chinese: the kernel's words first, then the catalogues'."""
    msgid, arguments = pair[0], {key: _argument(value) for key, value in pair[1].items()}
    said = say(Words(msgid, arguments), LANGUAGE)
    if said != msgid % arguments if arguments else said != msgid:
        return said
    with translation.override(LANGUAGE):
        return _(msgid) % arguments if arguments else _(msgid)


def chinese_text(msgid: str) -> str:
    with translation.override(LANGUAGE):
        return _(msgid)


def _argument(value: Any) -> Any:
    """An argument may be a sentence itself, or one word that the catalogue knows (a verdict, a level)."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        return chinese(value)
    return (
        chinese_text(value)
        if isinstance(value, str) and value.isascii() and value.replace(" ", "").isalpha()
        else value
    )


def score_figure(item: Mapping[str, Any]) -> Figure | str:
    if item["score"] is None:
        return STATES[item["state"]] or "—"
    return Figure(item["score"], f"{item['id']}.score", Decimal(item["score"]))


def points_figure(item: Mapping[str, Any]) -> Figure | str:
    if item["points"] is None:
        return "—"
    return Figure(item["points"], f"{item['id']}.points", Decimal(item["points"]))


def value_figure(item: Mapping[str, Any], definition: Indicator) -> Figure | str:
    """The actual value as a leader reads it: a share as per cent, cases as a number, yes or no as words."""
    if item["state"] not in {"measured", "vacuous"}:
        return STATES[item["state"]]
    key = f"{item['id']}.value"
    if item["state"] == "vacuous":
        return Figure("0" if definition.formula == "zero_event" else STATES["vacuous"], key)
    value = Decimal(item["value"])
    match definition.formula:
        case "ratio" | "inverse_ratio" if definition.share or definition.formula == "ratio":
            return Figure(f"{(value * 100).quantize(Decimal('0.01'))}%", key, value)
        case "gap_deduct":
            return Figure(f"{value.quantize(Decimal('0.01'))}%", key, value / 100)
        case "zero_event":
            return Figure(f"{value.normalize():f}", key, value)
        case "yes_no":
            return Figure("达标" if value >= 1 else "未达标", key)
    return Figure(f"{value.normalize():f}", key, value)


def fraction_words(item: Mapping[str, Any]) -> str:
    if item["numerator"] is None or item["denominator"] is None or item["state"] != "measured":
        return ""
    return f"{number_text(item['numerator'])} / {number_text(item['denominator'])}"


def money(amount: Decimal | str) -> str:
    """元 with thousands separators, as the office writes it."""
    return f"{Decimal(amount):,.2f}"
