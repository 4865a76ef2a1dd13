"""What people add to a verdict: a value where records cannot speak, and words for the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yunheng.evaluation.access import EVALUATION, STATEMENT
from yunheng.evaluation.models import Evaluation, ManualValue, Statement
from yunheng.evaluation.scheme_data import read
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.kernel import indicator_values
from yunheng.kernel.reading import CaseError


def enter_value(
    *,
    evaluation: Evaluation,
    indicator: str,
    state: str,
    inputs: Mapping[str, Any],
    contract_code: str = "",
    reason: str,
    evidence: str,
    actor: Actor,
    now: datetime,
) -> ManualValue:
    """Enter a value, or that an indicator does not apply, with reason and evidence.

    The owner's lead approves by entering; what the supervisor enters waits for `approve_value`. Raises Invalid
    naming the field when the reason, the evidence or a number is missing or makes no sense.
    """
    project = _project_scope(evaluation.scope)
    access.require(actor, "enter", EVALUATION, project, now, reference=evaluation.number)
    if evaluation.state != Evaluation.State.DRAFT:
        raise Conflict(_("Only a draft takes values; a sealed evaluation is corrected or reopened."))
    wrong = {
        name: _("This cannot be empty.")
        for name, text in (("reason", reason), ("evidence", evidence))
        if not text.strip()
    }
    if wrong:
        raise Invalid(_("A value entered by hand needs its reason and its evidence."), fields=wrong)
    scheme = read(evaluation.scheme)
    if indicator not in scheme.kernel.indicators:
        raise Invalid(_("%(id)s is not an indicator of this scheme.") % {"id": indicator})
    if state == ManualValue.State.MEASURED:
        if contract_code and not {"numerator", "denominator"} <= set(inputs):
            raise Invalid(_("For one contract give numerator and denominator."), fields={"numerator": _("Missing.")})
        options = scheme.kernel.options_of(indicator, scheme.options)
        try:
            indicator_values.read(scheme.kernel.indicators[indicator], dict(inputs), options, indicator)
        except CaseError as problem:
            raise Invalid(
                str(problem.message), place=problem.place, fields={"value": str(problem.message)}
            ) from problem
    approves = access.may(actor, "approve", EVALUATION, project, now)
    with writing():
        value = ManualValue.objects.create(
            scope=project,
            scheme=evaluation.scheme,
            indicator=indicator,
            contract_code=contract_code,
            first=evaluation.first,
            last=evaluation.last,
            state=state,
            inputs=dict(inputs) if state == ManualValue.State.MEASURED else {},
            reason=reason,
            evidence=evidence,
            entered_at=now,
            entered_by_id=actor.id,
            entered_by=actor.label,
            approved_at=now if approves else None,
            approved_by=actor.label if approves else "",
        )
        audit.record(
            scope=project,
            actor=actor,
            now=now,
            verb="enter",
            kind=EVALUATION,
            reference=evaluation.number,
            facts={
                "indicator": indicator,
                "contract": contract_code,
                "state": state,
                "inputs": {key: str(item) for key, item in value.inputs.items()},
                "reason": reason,
                "evidence": evidence,
            },
        )
    return value


def approve_value(*, value: ManualValue, actor: Actor, now: datetime) -> ManualValue:
    access.require(actor, "approve", EVALUATION, value.scope, now, reference=value.indicator)
    with writing():
        changed = ManualValue.objects.filter(pk=value.pk, approved_at__isnull=True).update(
            approved_at=now, approved_by=actor.label
        )
        if not changed:
            raise Conflict(_("This value has been approved already."))
        audit.record(
            scope=value.scope,
            actor=actor,
            now=now,
            verb="approve",
            kind=EVALUATION,
            reference=f"{value.indicator}/{value.contract_code}",
            facts={"value": value.uid},
        )
    value.refresh_from_db()
    return value


def write_statement(
    *, evaluation: Evaluation, kind: str, title: str = "", text: str, actor: Actor, now: datetime
) -> Statement:
    """Experience, problem or advice in the author's own words; the owner adopts it or not."""
    project = _project_scope(evaluation.scope)
    access.require(actor, "write", STATEMENT, evaluation.scope, now, reference=evaluation.number)
    if kind not in Statement.Kind.values:
        raise Invalid(_("Choose experience, problem, advice or conclusion."), fields={"kind": _("Not known.")})
    if not text.strip():
        raise Invalid(_("Nothing is written."), fields={"text": _("This cannot be empty.")})
    held = access.standing(actor, now).roles_at(evaluation.scope)
    author_role = next(iter(sorted(held & access.roles_for(STATEMENT, "write"))), "")
    with writing():
        statement = Statement.objects.create(
            scope=project,
            first=evaluation.first,
            last=evaluation.last,
            kind=kind,
            order=Statement.objects.filter(scope=project, kind=kind).count() + 1,
            title=title.strip(),
            text=text.strip(),
            author_role=author_role or "owner_lead",
            author_id=actor.id,
            author=actor.label,
            written_at=now,
        )
        audit.record(
            scope=project,
            actor=actor,
            now=now,
            verb="write",
            kind=STATEMENT,
            reference=statement.uid,
            facts={"kind": kind, "title": title, "text": text},
        )
    return statement


def adopt_statement(*, statement: Statement, actor: Actor, now: datetime) -> Statement:
    access.require(actor, "adopt", STATEMENT, statement.scope, now, reference=statement.uid)
    with writing():
        if Statement.objects.filter(pk=statement.pk, adopted_at__isnull=True).update(
            adopted_at=now, adopted_by=actor.label
        ):
            audit.record(
                scope=statement.scope,
                actor=actor,
                now=now,
                verb="adopt",
                kind=STATEMENT,
                reference=statement.uid,
                facts={},
            )
    statement.refresh_from_db()
    return statement


def _project_scope(scope: Scope) -> Scope:
    if scope.kind == ScopeKind.CONTRACT and scope.parent is not None:
        return scope.parent
    return scope
