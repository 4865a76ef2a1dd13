"""Does a verdict still hold? Everything that could have been touched is asked again, and what differs is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yunheng.contracts.queries import contracts_of, project_of, resolved
from yunheng.evaluation import evidence_store
from yunheng.evaluation.access import EVALUATION
from yunheng.evaluation.measuring import Question, applicable, ask, request_for
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.result import FORMAT, compose, digest_of, instant_text
from yunheng.evaluation.rules.drift import MOVED, Difference, compare
from yunheng.evaluation.rules.evidence import BrokenEvidence, Evidence, pack, unpack
from yunheng.evaluation.scheme_data import SchemeData
from yunheng.evaluation.scheme_data import digest_of as scheme_digest
from yunheng.evaluation.scheme_data import read as read_scheme
from yunheng.evaluation.wording import INSTANTS
from yunheng.foundation import audit, measures
from yunheng.foundation.columns import MISSING
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import AuditEntry, Scope, ScopeKind
from yunheng.kernel.reading import CaseError

SHOWN = 200
# What is compared per indicator when everything is asked again; the first that differs is named.
JUDGED = (
    "state", "numerator", "denominator", "value_exact", "value", "target", "score", "exact", "weight", "points",
    "parts", "inputs", "manual", "back_filled_share",
)  # fmt: skip
# How drift says that a record was in the count; the reasons for leaving it are the measures' own.
COUNTED = gettext_noop("counted")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that no longer holds. ``where`` is result, scheme, evidence, record, source, chain or seal."""

    where: str
    reference: str
    msgid: str
    field: str = ""
    then: str = ""
    now: str = ""
    indicators: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _(self.msgid) % {
            "reference": self.reference,
            "field": self.field,
            "then": self.then,
            "now": self.now,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    number: str
    digest: str
    seal: str
    records: int
    links: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


WORDS = {
    "unknown": gettext_noop("%(reference)s: no such evaluation is kept here."),
    "result_digest": gettext_noop("result.json was edited: its content does not match its digest."),
    "result_field": gettext_noop("result.json was edited: %(field)s says %(now)s, kept is %(then)s."),
    "kept_digest": gettext_noop("%(reference)s: the stored verdict was edited; it does not match its digest."),
    "seal": gettext_noop("%(reference)s: %(field)s of the seal is %(now)s, in the audit chain it is %(then)s."),
    "seal_lost": gettext_noop("%(reference)s was sealed, and the seal is gone."),
    "late": gettext_noop("%(reference)s was recorded after this verdict and dated back into its period."),
    "seal_gone": gettext_noop("%(reference)s: the audit chain holds no entry for this seal."),
    "scheme": gettext_noop("%(reference)s: the frozen scheme was changed; %(field)s was %(then)s and is %(now)s."),
    "scheme_digest": gettext_noop("%(reference)s: the frozen scheme was changed; it does not match its digest."),
    "scheme_broken": gettext_noop("%(reference)s: the frozen scheme was changed and no longer parses (%(now)s)."),
    "evidence": gettext_noop("The evidence file was edited: %(field)s does not hold what was written."),
    "evidence_gone": gettext_noop("The evidence file is gone or is another one."),
    "changed": gettext_noop("%(reference)s was changed: %(field)s was %(then)s and is %(now)s."),
    "removed": gettext_noop("%(reference)s was counted and is gone."),
    "added": gettext_noop("%(reference)s was added afterwards, dated back into the period."),
    "moved": gettext_noop("%(reference)s, for %(field)s: then “%(then)s”, now “%(now)s”."),
    "value": gettext_noop("%(reference)s: %(field)s was %(then)s, asked again it is %(now)s."),
    "source": gettext_noop("%(reference)s: %(field)s differs from the facts it comes from (%(now)s)."),
    "chain_missing": gettext_noop("Audit chain: entry %(reference)s is missing."),
    "chain_edited": gettext_noop("Audit chain: entry %(reference)s was edited (%(now)s)."),
    "chain_columns": gettext_noop("Audit chain: the readable part of entry %(reference)s was edited (%(now)s)."),
    "chain_cut_off": gettext_noop("Audit chain: it was cut off at entry %(reference)s."),
    "chain_anchor": gettext_noop("Audit chain: entry %(reference)s is not the one that was printed on the seal."),
}


def verify_file(content: bytes, evidence: bytes | None, *, now: datetime) -> Verification:
    """Verify result.json with the evidence file beside it, against this database.

    Raises Invalid when the file is no result.json at all.
    """
    result = parsed(content)
    row = kept(result)
    if row is None:
        number = str(result.get("evaluation") or "")
        found = [_finding("seal", number or result["digest"][:12], "unknown")]
        if digest_of(result) != result["digest"]:
            found.append(_finding("result", "result.json", "result_digest"))
        return Verification(number, result["digest"], "", 0, 0, tuple(found))
    findings = _head(row, result)
    findings += _fields(row.result, {key: value for key, value in result.items() if key not in {"evaluation", "seal"}})
    findings += _seal_in_file(row, result)
    findings += _evidence_file(row, evidence)
    return _verify(row, findings, now=now)


def verify(row: Evaluation, *, now: datetime) -> Verification:
    """Verify a kept evaluation: itself, its seal, scheme, evidence, records, their sources and the audit chain."""
    return _verify(row, [], now=now)


def _verify(row: Evaluation, findings: list[Finding], *, now: datetime) -> Verification:
    if digest_of(row.result) != row.digest:
        findings.append(_finding("result", row.number, "kept_digest"))
    findings += _columns(row) + _written(row) + _seal(row)
    scheme, scheme_findings = _scheme(row)
    findings += scheme_findings
    records = 0
    if scheme is not None:
        asked, records = _records(row, scheme, now)
        findings += asked
    tenant = Scope.objects.get(pk=row.scope.tenant_id or row.scope_id)
    seal = getattr(row, "seal", None)
    report = audit.verify_chain(tenant, anchors=[(seal.chain_sequence, seal.chain_link)] if seal else [])
    findings += [chain_finding(found) for found in report.breaks]
    return Verification(
        row.number, row.digest, seal.number if seal else "", records, report.links, tuple(findings[:SHOWN])
    )


def chain_finding(found: audit.Break) -> Finding:
    return Finding("chain", str(found.sequence), WORDS[f"chain_{found.trouble}"], now=found.reference)


# ---------------------------------------------------------------- the paper itself


def parsed(content: bytes) -> dict[str, Any]:
    way_out = _("Give the result.json that evaluate has written.")
    try:
        result = json.loads(content)
    except (ValueError, UnicodeDecodeError) as problem:
        raise Invalid(_("This is not a JSON file."), way_out=way_out) from problem
    needed = ("format", "scope", "period", "scheme", "weights", "indicators", "digest", "as_of", "cut_off", "evidence")
    if not isinstance(result, dict) or any(key not in result for key in needed):
        raise Invalid(_("This is not a result.json."), way_out=way_out)
    if result["format"] != FORMAT:
        raise Invalid(_("This result.json has a format that is not known here: %s.") % result["format"])
    return result


def kept(result: Mapping[str, Any]) -> Evaluation | None:
    rows = Evaluation.objects.select_related("scope", "scheme", "seal")
    number = result.get("evaluation")
    found = rows.filter(number=number, scope__code=result["scope"].get("code")).first() if number else None
    return found or rows.filter(digest=result["digest"]).order_by("id").first()


def _head(row: Evaluation, result: Mapping[str, Any]) -> list[Finding]:
    """The number on the paper."""
    number = result.get("evaluation")
    if number == row.number:
        return []
    return [_finding("result", "result.json", "result_field", "evaluation", row.number, number)]


def _columns(row: Evaluation) -> list[Finding]:
    """The row's own columns against the result they stand beside."""
    said = {
        "first": row.result["period"]["from"],
        "last": row.result["period"]["to"],
        "cut_off": row.result["cut_off"],
        "as_of": row.result["as_of"],
        "scope": row.result["scope"]["code"],
        "trial": row.result["scheme"]["trial"],
    }
    kept = {
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "cut_off": instant_text(row.cut_off),
        "as_of": instant_text(row.as_of),
        "scope": row.scope.code,
        "trial": row.trial,
    }
    return [
        _finding("result", row.number, "value", key, said[key], kept[key]) for key in said if said[key] != kept[key]
    ]


def _written(row: Evaluation) -> list[Finding]:
    """The digest against the entry of the audit chain that was written when the verdict was made."""
    entry = AuditEntry.objects.filter(
        tenant_id=row.scope.tenant_id or row.scope_id,
        kind=EVALUATION,
        reference=row.number,
        verb__in=["evaluate", "try"],
    ).first()
    facts = audit.facts_of(entry) if entry else {}
    return [
        _finding("result", row.number, "value", key, facts.get(key), kept)
        for key, kept in {"digest": row.digest, "evidence": row.evidence}.items()
        if facts.get(key) != kept
    ]


def _fields(then: Any, now: Any, path: str = "") -> list[Finding]:
    """Where two versions of a result differ, as paths like ``indicators.I04.score``."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return [
            found
            for key in sorted({*then, *now})
            for found in _fields(then.get(key), now.get(key), f"{path}.{key}".lstrip("."))
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            found
            for index, (left, right) in enumerate(zip(then, now, strict=True))
            for found in _fields(left, right, f"{path}.{_name(left, index)}")
        ]
    return [] if then == now else [_finding("result", "result.json", "result_field", path, then, now)]


def _name(item: Any, index: int) -> str:
    return str(item["id"]) if isinstance(item, Mapping) and "id" in item else str(index)


def _seal_in_file(row: Evaluation, result: Mapping[str, Any]) -> list[Finding]:
    seal, written = getattr(row, "seal", None), result.get("seal")
    if seal is None or not written:
        # A draft's paper from before the seal is no forgery; a sealed paper without its seal is.
        return [_finding("seal", str(written.get("number", row.number)), "seal_lost")] if written else []
    kept = seal_text(row)
    return [
        _finding("result", "result.json", "result_field", f"seal.{key}", kept.get(key), written.get(key))
        for key in sorted({*kept, *written})
        if kept.get(key) != written.get(key)
    ]


def seal_text(row: Evaluation) -> dict[str, Any]:
    """What result.json and the papers say of a seal."""
    seal = row.seal
    return {
        "number": seal.number,
        "sealed_at": instant_text(seal.sealed_at),
        "sealed_by": seal.sealed_by,
        "digest": seal.digest,
        "revision": seal.revision,
        "replaces": row.replaces.seal.number if row.replaces_id and row.replaces else None,
        "chain": {"sequence": seal.chain_sequence, "link": seal.chain_link},
    }


def result_of(row: Evaluation) -> dict[str, Any]:
    """What result.json says: the kept result with the number and, once there is one, the seal."""
    result: dict[str, Any] = row.result
    seal = getattr(row, "seal", None)
    return result | {"evaluation": row.number, "seal": seal_text(row) if seal else None}


def _evidence_file(row: Evaluation, content: bytes | None) -> list[Finding]:
    if content is not None and hashlib.sha256(content).hexdigest() == row.evidence:
        return []
    if content is None:
        return [_finding("evidence", "evidence.zip", "evidence_gone")]
    try:
        unpack(content)
    except BrokenEvidence as problem:
        return [_finding("evidence", "evidence.zip", "evidence", problem.place)]
    return [_finding("evidence", "evidence.zip", "evidence_gone")]


# ---------------------------------------------------------------- what is kept


def _seal(row: Evaluation) -> list[Finding]:
    """The seal against the entry of the audit chain that was written with it."""
    seal = getattr(row, "seal", None)
    if seal is None:
        sealed = AuditEntry.objects.filter(
            tenant_id=row.scope.tenant_id or row.scope_id, kind=EVALUATION, reference=row.number, verb="seal"
        )
        gone = row.state == Evaluation.State.SEALED or sealed.exists()
        return [_finding("seal", row.number, "seal_lost")] if gone else []
    entry = AuditEntry.objects.filter(
        tenant_id=row.scope.tenant_id or row.scope_id, sequence=seal.chain_sequence, verb="seal"
    ).first()
    if entry is None:
        return [_finding("seal", seal.number, "seal_gone")]
    said = audit.facts_of(entry) | {"sealed_by": entry.actor_label, "sealed_at": instant_text(entry.at)}
    said |= {"first": row.result["period"]["from"], "last": row.result["period"]["to"]}
    kept = {
        "seal": seal.number,
        "digest": seal.digest,
        "evidence": row.evidence,
        "revision": row.revision,
        "sealed_by": seal.sealed_by,
        "sealed_at": instant_text(seal.sealed_at),
        "first": seal.first.isoformat(),
        "last": seal.last.isoformat(),
    }
    facts = audit.facts_of(entry)
    found = [
        _finding("seal", seal.number, "seal", key, said.get(key), value)
        for key, value in kept.items()
        if said.get(key) != value
    ]
    if row.digest != seal.digest:
        found.append(_finding("seal", seal.number, "seal", "digest", seal.digest, row.digest))
    if facts.get("scheme") != row.scheme.digest:
        found.append(_finding("scheme", str(row.scheme), "scheme_digest"))
    return found


def _scheme(row: Evaluation) -> tuple[SchemeData | None, list[Finding]]:
    """The scheme as it is now; a change is named by the weight or option that it shows in, where one does."""
    used = row.result["scheme"]
    weights = used["trial_weights"] if used["trial"] else None
    try:
        data = read_scheme(row.scheme, weights=weights)
    except CaseError as problem:
        return None, [_finding("scheme", str(row.scheme), "scheme_broken", now=str(problem))]
    digest = scheme_digest(row.scheme.data)
    if digest == used["digest"] == row.scheme.digest:
        return data, []
    in_force = {
        key: str(weight)
        for key, weight in data.kernel.weights(data.weights).rows.items()
        if key in row.result["weights"]
    }
    found = [
        _finding("scheme", str(row.scheme), "scheme", f"weights.{key}", then, in_force.get(key))
        for key, then in row.result["weights"].items()
        if str(then) != in_force.get(key)
    ]
    found += [
        _finding("scheme", str(row.scheme), "scheme", f"options.{key}", then, data.options.get(key))
        for key, then in used["options"].items()
        if then != data.options.get(key)
    ]
    return data, found or [_finding("scheme", str(row.scheme), "scheme_digest")]


# ---------------------------------------------------------------- the records, asked again


def _records(row: Evaluation, scheme: SchemeData, now: datetime) -> tuple[list[Finding], int]:
    project = project_of(row.scope)
    of_contract = row.scope.kind == ScopeKind.CONTRACT
    contract = contracts_of(project).get(scope=row.scope) if of_contract else None
    question = Question(project, contract, row.first, row.last, row.cut_off, row.as_of)
    try:
        then = evidence_store.load(row.evidence)
    except BrokenEvidence as problem:
        msgid = "evidence_gone" if problem.place == "file" else "evidence"
        return [_finding("evidence", f"{row.number}/evidence.zip", msgid, problem.place)], 0
    answers = ask(scheme, question)
    differences = compare(then, answers.evidence, limit=SHOWN)
    zone = ZoneInfo(project.scope.zone)
    findings = [_difference(found, then, zone) for found in differences]
    content, digests = pack(answers.evidence)
    again = compose(scheme, answers, digests, hashlib.sha256(content).hexdigest())
    findings += _values(row.result, again)
    findings += _late(scheme, question, (then, answers.evidence), now)
    findings += _sources(scheme, question)
    return findings, sum(len(table.references) for table in then.tables.values())


def _late(scheme: SchemeData, question: Question, known: tuple[Evidence, ...], now: datetime) -> list[Finding]:
    """Records of the period that were written down after the verdict: they never alter it, and they are named.

    ``known``: what was counted then, and what is found now as of the verdict and is named as added already.
    """
    if now <= question.as_of:
        return []
    later = ask(scheme, replace(question, as_of=now)).evidence
    found = []
    for name, table in sorted(later.tables.items()):
        named = {one for seen in known if name in seen.tables for one in seen.tables[name].references}
        used = tuple(sorted(key for key, marks in later.marks.items() if marks.register == name))
        found += [
            Finding("record", reference, WORDS["late"], indicators=used)
            for reference in table.references
            if reference not in named
        ]
    return found[:SHOWN]


def _difference(found: Difference, then: Evidence, zone: ZoneInfo) -> Finding:
    indicators = tuple(sorted(key for key, marks in then.marks.items() if marks.register == found.register))
    return Finding(
        "record",
        found.reference,
        WORDS[found.trouble],
        found.field,
        _(str(found.then)) if found.trouble == MOVED else _value(found.field, found.then, zone),
        _(str(found.now)) if found.trouble == MOVED else _value(found.field, found.now, zone),
        indicators,
    )


def _value(field: str, value: Any, zone: ZoneInfo) -> str:
    """A value of a register for people: instants in the project's time, standing and reasons in words."""
    if value is None or value == MISSING:
        return "—"
    if field in INSTANTS and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, zone):%Y-%m-%d %H:%M:%S}"
    return str(value)


def _values(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Finding]:
    """Values and scores that come out differently; calendars and payments change them without changing a record."""
    before = {item["id"]: item for item in then["indicators"]}
    found = []
    for item in now["indicators"]:
        old = before.get(item["id"], {})
        for key in JUDGED:
            if old.get(key) != item[key]:
                found.append(_finding("record", f"{item['id']} {item['name']}", "value", key, old.get(key), item[key]))
                break
    for key in ("total", "total_exact", "grade", "weights", "blocking", "back_filled_share"):
        if then.get(key) != now[key] and (not found or key in {"total", "grade"}):
            found.append(_finding("record", then["scope"]["name"], "value", key, then.get(key), now[key]))
    for code, calendar in then.get("calendars", {}).items():
        fresh = now["calendars"].get(code)
        if fresh != calendar:
            found.append(
                _finding("record", code, "value", "calendar", calendar["revision"], fresh and fresh["revision"])
            )
    return found


def _sources(scheme: SchemeData, question: Question) -> list[Finding]:
    contracts = [(contract, resolved(contract.scope)) for contract in contracts_of(question.project)]
    cache: dict[str, Any] = {}
    found: dict[tuple[str, str], Finding] = {}
    for plan in scheme.indicators:
        if not plan.measure or (question.contract is not None and plan.whole_project_only):
            continue
        check = measures.get(plan.measure).source_check
        scopes, _reason = applicable(plan, question, contracts)
        if check is None or not scopes:
            continue
        for reference, field, differs in check(request_for(plan, question, scopes, cache)):
            found.setdefault((reference, field), _finding("source", reference, "source", field, now=differs))
    return list(found.values())


def _finding(where: str, reference: str, key: str, field: str = "", then: Any = "", now: Any = "") -> Finding:
    return Finding(where, reference, WORDS[key], field, _shown(then), _shown(now))


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
