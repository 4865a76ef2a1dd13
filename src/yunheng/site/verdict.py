"""`yunheng evaluate`, `seal` and `verify`: the verdict on the command line, with its files."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.contracts.models import Project
from yunheng.evaluation import evidence_store, verification
from yunheng.evaluation.actions.judging import evaluate as evaluate_action
from yunheng.evaluation.actions.schemes import propose_scheme
from yunheng.evaluation.actions.sealing import seal as seal_action
from yunheng.evaluation.models import Evaluation, Scheme
from yunheng.evaluation.queries import find_contract, find_project, scheme_in_force
from yunheng.foundation import access, audit
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.errors import Invalid, YunhengError
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.kernel import schemes
from yunheng.people.models import User
from yunheng.people.roles import Role

HOLDS, DRIFT, BAD_INPUT = 0, 1, 2
RESULT, EVIDENCE = "result.json", "evidence.zip"
DRAFT = ".evaluation-"
FORMATS = ("docx", "pdf", "xlsx", "html")


def evaluate(argv: Sequence[str]) -> int:
    """Measure, score, write the files, print the sheet. Exit 0 also when values are missing: the draft says so."""
    parser = argparse.ArgumentParser("yunheng evaluate", description=_("Measure, score and write the report."))
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--project", metavar="CODE", help=_("one project; without it, the only one there is"))
    what.add_argument("--contract", metavar="CODE", help=_("one contract instead of its project"))
    parser.add_argument("--period", nargs=2, metavar=("FROM", "TO"), type=_day, help=_("first and last day"))
    parser.add_argument("--scheme", metavar="NAME|FILE", help=_("other weights: a trial that is never sealed"))
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help=_("folder for the files"))
    parser.add_argument("--no-documents", action="store_true", help=_("result and evidence only"))
    parser.add_argument("--correct", metavar="REASON", help=_("correct the sealed evaluation of this period"))
    parser.add_argument("--reopen", metavar="REASON", help=_("reopen the sealed evaluation of this period"))
    given = parser.parse_args(list(argv))
    now = timezone.now()
    contract = find_contract(given.contract) if given.contract else None
    project = contract.sub_project.project if contract else find_project(given.project)
    first, last = given.period or (project.service_from, project.service_to)
    _writable(given.out)
    corrects, kind, reason = None, "", given.correct or given.reopen or ""
    if reason:
        kind = Evaluation.Correction.CORRECTION if given.correct else Evaluation.Correction.REOPENING
        corrects = _sealed((contract or project).scope, first, last)
    scheme, weights = _other_scheme(given.scheme, project, now)
    row = evaluate_action(
        project=project,
        contract=contract,
        first=first,
        last=last,
        scheme=scheme,
        weights=weights,
        corrects=corrects,
        correction=kind,
        correction_reason=reason,
        actor=SYSTEM,
        now=now,
    )
    write_folder(row, given.out, documents=not given.no_documents)
    print_sheet(row.result)
    print(_("Written to %(folder)s") % {"folder": given.out})
    return HOLDS


def seal(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("yunheng seal", description=_("Seal an evaluation: the owner's act."))
    parser.add_argument("folder", metavar="DIR", type=Path, help=_("the folder that evaluate has written"))
    parser.add_argument("--as", dest="user", metavar="USER", help=_("user name of the owner's project lead"))
    given = parser.parse_args(list(argv))
    now = timezone.now()
    content, evidence = _files(given.folder / RESULT)
    row = _kept(content)
    actor = _owner(row.scope, given.user, now)
    if row.state == Evaluation.State.DRAFT:
        checked = verification.verify_file(content, evidence, now=now)
        if not checked.holds:
            _print_findings(checked)
            return DRIFT
    sealed = seal_action(evaluation=row, actor=actor, now=now)
    write_folder(row, given.folder, documents=(given.folder / "report.html").exists())
    print(
        _("Sealed as %(number)s by %(by)s, digest %(digest)s")
        % {"number": sealed.number, "by": sealed.sealed_by, "digest": sealed.digest}
    )
    return HOLDS


def verify(argv: Sequence[str]) -> int:
    """0 holds, 1 something differs (each named), 2 bad input."""
    parser = argparse.ArgumentParser("yunheng verify", description=_("Hold a result or the chain against the records."))
    parser.add_argument("file", metavar="DIR/result.json", type=Path, nargs="?")
    parser.add_argument("--chain", action="store_true", help=_("the audit chain of every office"))
    parser.add_argument("--anchor", metavar="N:LINK", action="append", default=[], help=_("a head printed elsewhere"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    given = parser.parse_args(list(argv))
    if given.chain == bool(given.file):
        parser.error(_("give a result.json or --chain"))
    if given.chain:
        return _verify_chains([_anchor(text) for text in given.anchor], as_json=given.json)
    path = given.file / RESULT if given.file.is_dir() else given.file
    content, evidence = _files(path)
    found = verification.verify_file(content, evidence, now=timezone.now())
    if given.json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _print_findings(found)
    return HOLDS if found.holds else DRIFT


# ---------------------------------------------------------------- files


def write_folder(row: Evaluation, folder: Path, *, documents: bool = True) -> None:
    """Write all files to a folder beside ``folder``, then move each into place; result.json comes last.

    Other files in the folder stay as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    draft = Path(tempfile.mkdtemp(prefix=f"{DRAFT}{os.getpid()}-", dir=folder))
    try:
        names = [EVIDENCE]
        evidence_store.write_whole(draft / EVIDENCE, evidence_store.path_of(row.evidence).read_bytes())
        if documents:
            from yunheng.reporting.evaluation_report import documents_of

            for rendered_name, content in documents_of(row, FORMATS):
                evidence_store.write_whole(draft / rendered_name, content)
                names.append(rendered_name)
        text = json.dumps(verification.result_of(row), ensure_ascii=False, indent=1) + "\n"
        evidence_store.write_whole(draft / RESULT, text.encode())
        for name in [*names, RESULT]:
            (draft / name).replace(folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """What a killed process was writing; its number is in the name, so that the drafts of the living stay."""
    for left in folder.glob(f"{DRAFT}*-*"):
        number = left.name.removeprefix(DRAFT).split("-", 1)[0]
        try:
            os.kill(int(number), 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(left, ignore_errors=True)
        except PermissionError:
            continue  # somebody else's process lives


def _writable(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Invalid(_("This is a file, not a folder."), place=str(folder), way_out=_("Name another folder."))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise Invalid(
            _("Nothing can be written here (%(problem)s).") % {"problem": problem.strerror},
            place=str(folder),
            way_out=_("Name another folder."),
        ) from problem


def _files(path: Path) -> tuple[bytes, bytes | None]:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise Invalid(
            _("The file cannot be read (%(problem)s).") % {"problem": problem.strerror},
            place=str(path),
            way_out=_("Give the result.json that evaluate has written."),
        ) from problem
    evidence = path.with_name(EVIDENCE)
    return content, evidence.read_bytes() if evidence.exists() else None


# ---------------------------------------------------------------- finding things


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("%(text)s is no day; write 2021-07-01") % {"text": text}) from None


def _other_scheme(name: str | None, project: Project, now: datetime) -> tuple[Scheme | None, Any]:
    """(scheme, weights) of a trial: a weight set of the frozen scheme by name, a built-in frame by name, or a JSON
    file that is a whole scheme or `{indicator: weight}`. (None, None): the frozen scheme as it is."""
    if not name:
        return None, None
    frozen = scheme_in_force(project.scope)
    if frozen is not None and name in {frozen.data["weights"], frozen.code}:
        return None, None
    if frozen is not None and name in frozen.data["scheme"]["weights"]:
        return None, name
    given = dict(schemes.built_in(name).data) if name in schemes.BUILT_IN else _scheme_file(name, frozen)
    if "indicators" not in given:
        return None, given
    code = f"trial-{given.get('id', '')}"[:40]
    digest_wanted = {"scheme": given, "weights": None}
    same = [
        row
        for row in Scheme.objects.filter(scope=project.scope, code=code, frozen_at__isnull=True)
        if {key: row.data[key] for key in digest_wanted} == digest_wanted
    ]
    return (
        same[0]
        if same
        else propose_scheme(
            project=project,
            code=code,
            name=str(given.get("name", code)),
            data=given,
            weights=None,
            actor=SYSTEM,
            now=now,
        )
    ), None


def _scheme_file(name: str, frozen: Scheme | None) -> dict[str, Any]:
    try:
        given = json.loads(Path(name).read_text(), parse_float=str)
    except (OSError, ValueError) as problem:
        known = ", ".join(sorted({*(frozen.data["scheme"]["weights"] if frozen else ()), *schemes.BUILT_IN}))
        raise Invalid(
            _("There is no scheme called %(name)s.") % {"name": name},
            way_out=_("Known are: %(known)s; or name a JSON file.") % {"known": known},
        ) from problem
    if not isinstance(given, dict):
        raise Invalid(_("A scheme file holds an object."), place=name)
    return given


def _sealed(scope: Scope, first: date, last: date) -> Evaluation:
    row = Evaluation.objects.filter(scope=scope, first=first, last=last, state=Evaluation.State.SEALED).first()
    if row is None:
        raise Invalid(_("There is no sealed evaluation of this period."), place=scope.code)
    return row


def _kept(content: bytes) -> Evaluation:
    result = verification.parsed(content)
    row = verification.kept(result)
    if row is None:
        raise Invalid(
            _("This evaluation is not kept here."), way_out=_("Evaluate again on this machine, then seal that folder.")
        )
    return row


def _owner(scope: Scope, username: str | None, now: datetime) -> Actor:
    """The person whose act it is: the named one, or the only project lead of the owner."""
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise Invalid(_("There is no user %(name)s.") % {"name": username}, place="--as")
        return user.actor
    leads = [
        user
        for user in User.objects.filter(is_active=True)
        if Role.OWNER_LEAD in access.standing(user.actor, now).roles_at(scope)
    ]
    if len(leads) != 1:
        known = ", ".join(user.username for user in leads) or "-"
        raise Invalid(
            _("Say whose act it is."), way_out=_("Add --as USER; project leads are: %(known)s.") % {"known": known}
        )
    return leads[0].actor


def _anchor(text: str) -> tuple[int, str]:
    number, _separator, link = text.partition(":")
    if not number.isdecimal() or len(link) != 64:
        raise Invalid(_("An anchor is written NUMBER:LINK, as a seal prints it."), place=f"--anchor {text}")
    return int(number), link.lower()


# ---------------------------------------------------------------- printing


def print_sheet(result: dict[str, Any]) -> None:
    states = {
        "measured": "",
        "vacuous": _("nothing happened"),
        "not_applicable": _("not applicable"),
        "missing": _("MISSING"),
    }
    for item in result["indicators"]:
        value = item["value"]
        if item["numerator"] is not None and "/" not in f"{item['numerator']}{item['denominator']}":
            value = f"{item['numerator']}/{item['denominator']}"
        shown = item["points"] if item["points"] is not None else item["score"]
        row = (item["id"], item["score"] or "—", str(item["weight"] or "—"), shown or "—", value or "—")
        note = states[item["state"]]
        print("{:<4} {:>8} {:>9} {:>8}  {:<24}".format(*row), item["name"], f"[{note}]" if note else "")
    print()
    if result["blocking"]:
        print(_("No total: %(missing)s missing.") % {"missing": ", ".join(result["blocking"])})
    print(_("Total: %(total)s") % {"total": result["total"] or "—"})
    print(_("Grade: %(grade)s") % {"grade": result["grade"] or "—"})
    print(_("Back-filled: %(share)s %%") % {"share": result["back_filled_share"]})
    print(_("Digest: %(digest)s") % {"digest": result["digest"]})
    if result["scheme"]["trial"]:
        print(_("This is a trial with other weights; it cannot be sealed."))


def _print_findings(found: verification.Verification) -> None:
    if found.holds:
        print(_("%(number)s holds.") % {"number": found.number})
        counts = {"records": found.records, "links": found.links}
        print(_("%(records)d records compared, %(links)d links of the audit chain verified.") % counts)
        if found.seal:
            print(_("Seal: %(seal)s") % {"seal": found.seal})
        return
    print(_("%(number)s does not hold:") % {"number": found.number or RESULT})
    for finding in found.findings:
        used = f" [{', '.join(finding.indicators)}]" if finding.indicators else ""
        print(f"  - {finding}{used}")


def _as_json(found: verification.Verification) -> dict[str, Any]:
    return {
        "holds": found.holds,
        "evaluation": found.number,
        "digest": found.digest,
        "seal": found.seal,
        "records": found.records,
        "links": found.links,
        "findings": [
            {
                "where": item.where,
                "reference": item.reference,
                "field": item.field,
                "then": item.then,
                "now": item.now,
                "indicators": list(item.indicators),
                "words": str(item),
            }
            for item in found.findings
        ],
    }


def _verify_chains(anchors: list[tuple[int, str]], *, as_json: bool) -> int:
    tenants = list(Scope.objects.filter(kind=ScopeKind.TENANT).order_by("code"))
    if anchors and len(tenants) != 1:
        raise YunhengError(_("Anchors belong to one chain, and several offices are kept here."))
    reports = [audit.verify_chain(tenant, anchors=anchors) for tenant in tenants]
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "tenant": report.tenant,
                        "links": report.links,
                        "head": report.head,
                        "holds": report.holds,
                        "breaks": [str(verification.chain_finding(found)) for found in report.breaks],
                    }
                    for report in reports
                ],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for report in reports:
            print(f"{report.tenant}: {report.links} {_('links')}, {report.head}")
            for found in report.breaks:
                print(f"  - {verification.chain_finding(found)}")
    return HOLDS if all(report.holds for report in reports) else DRIFT
