"""View models of the verdict: score sheet, steps, trail, and how a register's columns are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yunheng.evaluation.access import EVALUATION
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.rules.evidence import Table
from yunheng.evaluation.wording import INSTANTS, STATE_TONES, number_text, state_word, value_text, weight_text
from yunheng.foundation.columns import MISSING
from yunheng.foundation.models import AuditEntry
from yunheng.people.roles import Role
from yunheng.ui.components import Step, TrailEntry
from yunheng.ui.formatting import instant_text

# Columns of registers that readers ask for, in this order; the evidence file holds all of them.
COLUMN_LABELS = {
    "contract": gettext_noop("Contract"),
    "title": gettext_noop("Title"),
    "level": gettext_noop("Level"),
    "reported": gettext_noop("Reported"),
    "responded": gettext_noop("Responded"),
    "response_due": gettext_noop("Response due"),
    "restored": gettext_noop("Restored"),
    "restore_due": gettext_noop("Restore due"),
    "repair_due": gettext_noop("Repair due"),
    "resolved": gettext_noop("Resolved"),
    "row": gettext_noop("Plan row"),
    "period": gettext_noop("Period"),
    "due": gettext_noop("Due"),
    "done": gettext_noop("Done"),
    "status": gettext_noop("State"),
    "paid_on": gettext_noop("Paid on"),
    "voucher": gettext_noop("Voucher"),
    "amount_cents": gettext_noop("Amount (yuan)"),
    "budget_cents": gettext_noop("Budget (yuan)"),
    "price_cents": gettext_noop("Price (yuan)"),
    "start": gettext_noop("From"),
    "end": gettext_noop("To"),
    "suspended_days": gettext_noop("Days suspended"),
    "post": gettext_noop("Post"),
    "month": gettext_noop("Month"),
    "required": gettext_noop("Required"),
    "fewest": gettext_noop("Fewest present"),
    "gap": gettext_noop("Workdays vacant"),
    "complained": gettext_noop("Received"),
    "decided": gettext_noop("Decided"),
    "disposition": gettext_noop("Disposition"),
    "held_to": gettext_noop("Held until"),
    "satisfied": gettext_noop("Satisfied"),
    "respondents": gettext_noop("Respondents"),
}
# What decides an indicator comes first; measures that are not named here show every column that has a label.
DECIDING = {
    "servicedesk.resolved": ("level", "reported", "resolved"),
    "servicedesk.responded_in_time": ("level", "reported", "responded", "response_due"),
    "servicedesk.restored_in_time": ("level", "reported", "restored", "restore_due", "repair_due"),
    "servicedesk.devices_normal": ("level", "reported", "restored"),
    "servicedesk.fault_free_days": ("level", "reported", "restored"),
}
STATUSES = {
    "on_time": gettext_noop("in time"),
    "late": gettext_noop("late"),
    "missing": gettext_noop("missing"),
    "waived": gettext_noop("waived"),
    "open": gettext_noop("open"),
}
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
            fraction = f"{number_text(item['numerator'])} / {number_text(item['denominator'])}"
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


def register_columns(table: Table, measure: str) -> list[tuple[str, str, Callable[[Any], str]]]:
    """(column, its label, how a value is shown) for the columns that readers ask for."""
    wanted = DECIDING.get(measure, tuple(COLUMN_LABELS))
    return [
        (name, _(label), _shown_as(name))
        for name, label in COLUMN_LABELS.items()
        if name in table.columns and name in wanted
    ]


def _shown_as(name: str) -> Callable[[Any], str]:
    if name in INSTANTS:
        return _instant
    if name.endswith("_cents"):
        return _money
    return _status if name == "status" else _plain


def _instant(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "—" if int(value) == MISSING else instant_text(datetime.fromtimestamp(int(value), UTC))


def _money(value: Any) -> str:
    return "—" if int(value) == MISSING else f"{Decimal(int(value)) / 100:,.2f}"


def _status(value: Any) -> str:
    return _(STATUSES.get(str(value), str(value)))


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "—" if int(value) == MISSING else str(int(value))
