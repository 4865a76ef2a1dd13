"""View models of the verdict: score sheet, steps, trail, and how a register's columns are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yunheng.evaluation.access import EVALUATION
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.rules.evidence import Table
from yunheng.evaluation.wording import STATE_TONES, state_word, value_text, weight_text
from yunheng.foundation.columns import MISSING
from yunheng.foundation.models import AuditEntry
from yunheng.people.roles import Role
from yunheng.ui.components import Step, TrailEntry
from yunheng.ui.formatting import day_text, instant_text

# Columns of registers that readers ask for, in this order; the evidence file holds all of them.
COLUMN_LABELS = {
    "title": gettext_noop("Title"),
    "level": gettext_noop("Level"),
    "reported": gettext_noop("Reported"),
    "responded": gettext_noop("Responded"),
    "response_due": gettext_noop("Response due"),
    "restored": gettext_noop("Restored"),
    "restore_due": gettext_noop("Restore due"),
    "resolved": gettext_noop("Resolved"),
    "due": gettext_noop("Due"),
    "done": gettext_noop("Done"),
    "amount": gettext_noop("Amount"),
    "occurred": gettext_noop("Occurred"),
    "period_from": gettext_noop("From"),
    "period_to": gettext_noop("To"),
    "required": gettext_noop("Required"),
    "qualified": gettext_noop("Qualified"),
    "fault_days": gettext_noop("Fault days"),
    "service_days": gettext_noop("Service days"),
    "satisfied": gettext_noop("Satisfied"),
    "respondents": gettext_noop("Respondents"),
    "disposition": gettext_noop("Disposition"),
}
INSTANTS = {
    "reported", "responded", "response_due", "restored", "restore_due", "resolved", "due", "done", "occurred",
}  # fmt: skip
VERBS = {
    "evaluate": gettext_noop("Evaluated"),
    "try": gettext_noop("Tried with other weights"),
    "seal": gettext_noop("Sealed"),
    "export": gettext_noop("Exported"),
    "enter": gettext_noop("Value entered"),
    "refused": gettext_noop("Refused"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the score sheet as the page prints it."""

    id: str
    name: str
    level2: str
    target: str
    rule: str
    state: str
    state_word: str
    tone: str
    value: str
    fraction: str
    score: str
    weight: str
    points: str
    lost: bool


def sheet(row: Evaluation) -> list[tuple[str, list[Line]]]:
    """The weighed indicators by first level, in the scheme's order."""
    definitions = {item["id"]: item for item in row.scheme.data["scheme"]["indicators"]}
    groups: dict[str, list[Line]] = {}
    for item in row.result["indicators"]:
        if item["weight"] is None and item["state"] != "not_applicable":
            continue
        definition = definitions.get(item["id"], {})
        fraction = ""
        if item["state"] == "measured" and item["denominator"] not in {None, 1}:
            fraction = f"{item['numerator']}/{item['denominator']}"
        groups.setdefault(item["level1"], []).append(
            Line(
                id=item["id"],
                name=item["name"],
                level2=item["level2"],
                target=definition.get("target_text", ""),
                rule=definition.get("rule_text", ""),
                state=item["state"],
                state_word=state_word(item["state"]),
                tone=STATE_TONES[item["state"]],
                value=value_text(item, definition.get("formula", "")),
                fraction=fraction,
                score=item["score"] or "—",
                weight=weight_text(item["weight"]),
                points=item["points"] or "",
                lost=item["score"] is not None and item["score"] != "100.00",
            )
        )
    return list(groups.items())


def steps_of(row: Evaluation) -> list[Step]:
    seal = getattr(row, "seal", None)
    blocked = bool(row.result["blocking"])
    return [
        Step(_("Scheme frozen"), "done", row.scheme.frozen_by, row.scheme.frozen_at),
        Step(_("Measured and scored"), "done", row.made_by, row.made_at),
        Step(
            _("Values complete"),
            "current" if blocked else "done",
            _("Owner and supervisor") if blocked else "",
        ),
        Step(
            _("Sealed by the owner"),
            "done" if seal else "ahead" if blocked else "current",
            seal.sealed_by if seal else str(Role.OWNER_LEAD.label),
            seal.sealed_at if seal else None,
        ),
    ]


def trail_of(row: Evaluation) -> list[TrailEntry]:
    tenant = row.scope.tenant_id or row.scope_id
    entries = AuditEntry.objects.filter(tenant_id=tenant, kind=EVALUATION, reference=row.number).order_by("-sequence")
    return [
        TrailEntry(
            at=entry.at,
            label=_(VERBS.get(entry.verb, entry.verb)),
            actor=entry.actor_label,
            kind="transition",
            number=entry.sequence,
        )
        for entry in entries[:100]
    ]


def register_columns(table: Table) -> list[tuple[str, str, Callable[[Any], str]]]:
    """(column, its label, how a value is shown) for the columns that readers ask for."""
    return [
        (name, _(label), _instant if name in INSTANTS else _day if name.startswith("period_") else _plain)
        for name, label in COLUMN_LABELS.items()
        if name in table.columns
    ]


def _instant(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "—" if int(value) == MISSING else instant_text(datetime.fromtimestamp(int(value), UTC))


def _day(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "—" if int(value) == MISSING else day_text(datetime.fromtimestamp(int(value), UTC).date())


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "—" if int(value) == MISSING else str(int(value))
