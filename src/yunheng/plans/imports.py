"""`yunheng import plan FILE`: a service plan from JSON (with readings) or from the eight printed columns (CSV, XLSX).

Everything is checked before anything is written; one problem keeps the whole file out. The same file brought in
twice changes nothing. A project that has a plan already gets a proposed version, for which day and reason are needed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.contracts.models import Contract, Project
from yunheng.foundation import access, numbering
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.errors import Conflict, Invalid, YunhengError
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind
from yunheng.foundation.tabular import Problem, read
from yunheng.foundation.writing import writing
from yunheng.kernel.reading import CaseError
from yunheng.plans.access import VERSION
from yunheng.plans.actions import generate, propose_version, start_plan, withdraw_version
from yunheng.plans.models import PlanVersion
from yunheng.plans.queries import current_version, debtors, service_window, systems_by_name, working, working_anywhere
from yunheng.plans.rules.drafts import COLUMNS, PlanFile
from yunheng.plans.rules.generation import planned
from yunheng.plans.rules.layout import read_layout
from yunheng.plans.rules.printed import read_columns
from yunheng.plans.wording import in_words

KIND = "plans.plan"
LARGEST = 20 * 1024 * 1024  # bytes; the plan of a province fits many times over
EXTRA_COLUMNS = ("阶段",)


@dataclass(slots=True)
class Outcome:
    """What a file holds and what became of it; ``state`` is dry_run, problems, unchanged, in_force or proposed."""

    state: str
    rows: int = 0
    occurrences: int = 0
    documents: int = 0
    papers: int = 0
    by_row: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown_systems: list[str] = field(default_factory=list)
    batch: str = ""
    version: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "rows": self.rows,
            "occurrences": self.occurrences,
            "documents": self.documents,
            "papers": self.papers,
            "by_row": self.by_row,
            "problems": [problem.as_data() for problem in self.problems],
            "unknown_systems": self.unknown_systems,
            "batch": self.batch,
            "version": self.version,
        }


def bring_in(
    *,
    project: Scope | None,
    name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    window: tuple[date, date] | None = None,
    valid_from: date | None = None,
    reason: str = "",
) -> Outcome:
    """Read, check and, unless it is a dry run, apply. Without a project only a dry run is possible."""
    if project is not None:
        access.require(actor, "import", VERSION, project, now)
    plan, problems = read_plan(name, content, window, otherwise=_service_period(project))
    outcome = check(plan, problems, project)
    if outcome.problems or dry_run or project is None:
        return outcome
    digest = hashlib.sha256(content).hexdigest()
    earlier = ImportBatch.objects.filter(
        scope=project, kind=KIND, digest=digest, state=ImportBatch.State.APPLIED
    ).first()
    if earlier is not None:
        outcome.state, outcome.batch = "unchanged", earlier.number
        outcome.version = str(earlier.summary.get("version", ""))
        return outcome
    with writing():
        batch = _batch(project, name, digest, outcome, actor, now)
        if current_version(project.pk) is None:
            version = start_plan(project=project, plan=plan, actor=actor, now=now, batch=batch)
        elif valid_from is None or not reason.strip():
            raise Invalid(
                _("This project has a plan already; a change needs its first day and a reason."),
                fields={"valid_from": _("Name the first day."), "reason": _("Write why.")},
                way_out=_("Give --valid-from and --reason."),
            )
        else:
            version = propose_version(
                project=project, plan=plan, valid_from=valid_from, reason=reason, actor=actor, now=now, batch=batch
            )
        outcome.state, outcome.batch, outcome.version = str(version.state), batch.number, version.reference
        batch.summary = outcome.as_data() | {"problems": [], "by_row": {}}
        batch.save(update_fields=["summary"])
    if version.state == PlanVersion.State.IN_FORCE:
        generate(project=project, actor=actor, now=now)
    return outcome


def withdraw(*, project: Scope, number: str, reason: str, actor: Actor, now: datetime) -> PlanVersion:
    """Undo an import by the number of its batch."""
    version = PlanVersion.objects.filter(scope=project, batch__number=number).select_related("scope", "batch").first()
    if version is None:
        raise Invalid(_("There is no import %(number)s of a plan in this project.") % {"number": number})
    return withdraw_version(version=version, reason=reason, actor=actor, now=now)


def read_plan(
    name: str, content: bytes, window: tuple[date, date] | None, *, otherwise: tuple[date, date] | None = None
) -> tuple[PlanFile, list[Problem]]:
    """Drafts and the problems of the file itself. ``window`` moves the service period of the file, ``otherwise`` is
    used where the file says none. Raises Invalid when it cannot be read at all."""
    if len(content) > LARGEST:
        raise Invalid(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024 // 1024}, place=name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        plan = _read_json(name, content, window)
        return plan, _told(plan)
    window = window or otherwise
    if window is None:
        raise Invalid(_("The service period is not known."), place=name, way_out=_("Name it with --window."))
    sheet = read(content, name).first
    lacking = sheet.check(known=(*COLUMNS, *EXTRA_COLUMNS), required=("计划内容", "计划安排时间"))
    if any(problem.message for problem in lacking if problem.column in ("计划内容", "计划安排时间")):
        return PlanFile("", window, (), (), (), ()), lacking
    plan = read_columns(sheet.rows(), window)
    return plan, [*lacking, *sheet.problems, *_told(plan)]


def _read_json(name: str, content: bytes, window: tuple[date, date] | None) -> PlanFile:
    try:
        return read_layout(json.loads(content.decode("utf-8-sig")), window)
    except UnicodeDecodeError as problem:
        raise Invalid(_("JSON has to be UTF-8."), place=name) from problem
    except json.JSONDecodeError as problem:
        place = f"{name}:{problem.lineno}:{problem.colno}"
        raise Invalid(_("The file is not valid JSON."), place=place) from problem
    except RecursionError as problem:
        raise Invalid(_("The file is not valid JSON."), place=name) from problem
    except CaseError as problem:
        way_out = in_words(problem.way_out) if problem.way_out else ""
        raise Invalid(in_words(problem.message), place=f"{name} {problem.place}", way_out=way_out) from problem


def _told(plan: PlanFile) -> list[Problem]:
    return [
        Problem("", 0, f"{item.row} {item.column}".strip(), item.value, in_words(item.words)) for item in plan.problems
    ]


def check(plan: PlanFile, problems: Sequence[Problem], project: Scope | None) -> Outcome:
    """Count what the plan will ask for; what the kernel or the contracts refuse is a problem that names the row."""
    outcome = Outcome("dry_run", rows=len(plan.rows), documents=len(plan.documents), problems=list(problems))
    owing = debtors(project) if project is not None else None
    systems = systems_by_name(project) if project is not None else {}
    hours = working(project, plan.window) if project is not None else working_anywhere(plan.window)
    for draft in plan.rows:
        scope = owing.of(draft.sub_project) if owing is not None else None
        if owing is not None and scope is None:
            message = _("The project has no contract for sub-project %(no)s.") % {"no": draft.sub_project}
            outcome.problems.append(Problem("", 0, f"{draft.row_id} sub_project", str(draft.sub_project), message))
            continue
        used = service_window(scope, plan.window) if scope is not None else plan.window
        try:
            count = len(planned(draft.row_id, draft.reading, hours, used, place=draft.row_id))
        except CaseError as trouble:
            outcome.problems.append(Problem("", 0, trouble.place, "", in_words(trouble.message)))
            continue
        outcome.by_row[draft.row_id] = count
        outcome.occurrences += count
        if project is not None:
            unknown = [name for name in draft.systems if name not in systems]
            outcome.unknown_systems += [name for name in unknown if name not in outcome.unknown_systems]
    for paper in plan.documents:
        try:
            outcome.papers += len(planned(paper.doc_id, paper.reading, hours, plan.window, place=paper.doc_id))
        except CaseError as trouble:
            outcome.problems.append(Problem("", 0, trouble.place, "", in_words(trouble.message)))
    if outcome.problems:
        outcome.state = "problems"
    return outcome


def _batch(project: Scope, name: str, digest: str, outcome: Outcome, actor: Actor, now: datetime) -> ImportBatch:
    return ImportBatch.objects.create(
        scope=project,
        number=numbering.next_number(project, "IMP", now.year),
        kind=KIND,
        file_name=Path(name).name[:255],
        digest=digest,
        mapping="plan",
        state=ImportBatch.State.APPLIED,
        rows=outcome.rows,
        taken=outcome.rows,
        created_at=now,
        created_by=actor.label,
        applied_at=now,
    )


def _service_period(project: Scope | None) -> tuple[date, date] | None:
    if project is None:
        return None
    found = Project.objects.filter(scope=project).values_list("service_from", "service_to").first()
    if found is not None:
        return found
    contract = Contract.objects.filter(scope__parent=project).order_by("code").first()
    return (contract.service_from, contract.service_to) if contract is not None else None


# ---------------------------------------------------------------- the shell


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(list(argv))
    now = timezone.now()
    try:
        project = the_project(arguments.project, needed=not arguments.dry_run)
        if arguments.withdraw:
            assert project is not None
            version = withdraw(
                project=project, number=arguments.withdraw, reason=arguments.reason, actor=SYSTEM, now=now
            )
            print(_("%(version)s is withdrawn.") % {"version": version.reference})  # noqa: T201 (the command's answer)
            return 0
        if arguments.file is None:
            _parser().error(_("Name the file."))
        path = Path(arguments.file)
        outcome = bring_in(
            project=project,
            name=path.name,
            content=_content(path),
            actor=SYSTEM,
            now=now,
            dry_run=arguments.dry_run,
            window=tuple(arguments.window) if arguments.window else None,
            valid_from=arguments.valid_from,
            reason=arguments.reason,
        )
    except YunhengError as problem:
        if arguments.json:
            _print(json.dumps({"state": "problems", "error": str(problem)}, ensure_ascii=False, indent=2))
        else:
            print(f"yunheng import plan: {problem}", file=sys.stderr)  # noqa: T201 (the command's answer)
        return 2
    _print(json.dumps(outcome.as_data(), ensure_ascii=False, indent=2) if arguments.json else _summary(outcome))
    return 2 if outcome.problems else 0


def the_project(code: str, *, needed: bool) -> Scope | None:
    """The project of that code, or the one there is. Raises Invalid when that leaves a doubt."""
    projects = Scope.objects.filter(kind=ScopeKind.PROJECT).order_by("code")
    if code:
        projects = projects.filter(code=code)
    found = list(projects[:2])
    if len(found) == 1:
        return found[0]
    if not found and not needed and not code:
        return None
    if not found:
        raise Invalid(
            _("There is no project %(code)s.") % {"code": code} if code else _("There is no project yet."),
            way_out=_("Enter the project and its contracts first."),
        )
    raise Conflict(_("There are several projects."), way_out=_("Name one with --project CODE."))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=_("Bring in a service plan: JSON, or the printed columns as CSV or XLSX.")
    )
    parser.add_argument("file", nargs="?", help=_("the plan file"))
    parser.add_argument("--project", default="", metavar="CODE", help=_("the project, when there are several"))
    parser.add_argument(
        "--window", nargs=2, type=date.fromisoformat, metavar=("FROM", "TO"), help=_("the service period")
    )
    parser.add_argument("--valid-from", type=date.fromisoformat, metavar="DAY", help=_("first day of a changed plan"))
    parser.add_argument("--reason", default="", help=_("why the plan is changed or withdrawn"))
    parser.add_argument("--withdraw", default="", metavar="BATCH", help=_("take an import back"))
    parser.add_argument("--dry-run", action="store_true", help=_("check and count, write nothing"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))
    return parser


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Invalid(_("The file cannot be read (%(why)s).") % {"why": problem.strerror}, place=str(path)) from problem


def _summary(outcome: Outcome) -> str:
    lines = [
        _("%(rows)s rows, %(occurrences)s occurrences; %(documents)s kinds of paper, %(papers)s papers")
        % {
            "rows": outcome.rows,
            "occurrences": outcome.occurrences,
            "documents": outcome.documents,
            "papers": outcome.papers,
        }
    ]
    if outcome.unknown_systems:
        lines.append(_("Systems that nobody has entered: %(names)s") % {"names": "、".join(outcome.unknown_systems)})
    lines += [f"  {problem}" for problem in outcome.problems]
    words = {
        "dry_run": _("Nothing was written (dry run)."),
        "problems": _("Nothing was written: %(count)s problems.") % {"count": len(outcome.problems)},
        "unchanged": _("This file was brought in before (%(batch)s); nothing changed.") % {"batch": outcome.batch},
        "in_force": _("%(version)s is in force (%(batch)s).") % {"version": outcome.version, "batch": outcome.batch},
        "proposed": _("%(version)s waits for the three parties (%(batch)s).")
        % {"version": outcome.version, "batch": outcome.batch},
    }
    return "\n".join([*lines, words[outcome.state]])


def _print(text: str) -> None:
    print(text)  # noqa: T201 (the command's answer)
