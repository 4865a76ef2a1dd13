"""`yunheng import contract FILE`: a project with its contracts from JSON, the devices of a contract from a table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.contracts.imports.batches import Outcome, bring_in, withdraw
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Invalid, YunhengError
from yunheng.foundation.models import Scope, ScopeKind

WRONG_INPUT = 2


def main(argv: Sequence[str]) -> int:
    parser = _parser()
    options = parser.parse_args(list(argv))
    now = timezone.now()
    try:
        tenant = _office(options.office)
        if options.withdraw:
            batch = withdraw(tenant=tenant, number=options.withdraw, reason=options.reason, actor=SYSTEM, now=now)
            said = {"state": "withdrawn", "batch": batch.number}
            words = _("%(batch)s is withdrawn.") % {"batch": batch.number}
            _print(json.dumps(said) if options.json else words)
            return 0
        if options.file is None:
            parser.error(_("Name the file."))
        outcome = bring_in(
            tenant=tenant,
            name=options.file.name,
            content=_content(options.file),
            contract=options.contract,
            actor=SYSTEM,
            now=now,
            dry_run=options.dry_run,
        )
    except YunhengError as problem:
        if options.json:
            _print(json.dumps({"state": "problems", "error": str(problem)}, ensure_ascii=False, indent=2))
        else:
            print(f"yunheng import contract: {problem}", file=sys.stderr)  # noqa: T201 (the command's answer)
        return WRONG_INPUT
    _print(json.dumps(outcome.as_data(), ensure_ascii=False, indent=2) if options.json else _summary(outcome))
    return WRONG_INPUT if outcome.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=_("Bring in a project with its contracts (JSON), or the devices of a contract (CSV, XLSX).")
    )
    parser.add_argument("file", nargs="?", type=Path, help=_("the file"))
    parser.add_argument("--office", default="", metavar="CODE", help=_("the office, when there are several"))
    parser.add_argument("--contract", default="", metavar="CODE", help=_("the contract that serves the devices"))
    parser.add_argument("--withdraw", default="", metavar="BATCH", help=_("take an import back"))
    parser.add_argument("--reason", default="", help=_("why it is taken back"))
    parser.add_argument("--dry-run", action="store_true", help=_("check and count, write nothing"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))
    return parser


def _office(code: str) -> Scope:
    known = Scope.objects.filter(kind=ScopeKind.TENANT).order_by("code")
    found = list(known.filter(code=code) if code else known)
    if len(found) != 1:
        codes = ", ".join(known.values_list("code", flat=True)) or "—"
        raise Invalid(_("Name the office with --office; known are: %(known)s.") % {"known": codes})
    return found[0]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Invalid(_("The file cannot be read (%(why)s).") % {"why": problem.strerror}, place=str(path)) from problem


def _summary(outcome: Outcome) -> str:
    names = {
        "organisations": _("organisations"),
        "projects": _("projects"),
        "sub_projects": _("sub-projects"),
        "contracts": _("contracts"),
        "payment_nodes": _("payment nodes"),
        "payments": _("payments"),
        "targets": _("service targets"),
        "posts": _("posts"),
        "systems": _("systems"),
        "devices": _("devices"),
        "in_use": _("periods of use"),
    }
    lines = [f"{outcome.project}: {', '.join(outcome.contracts)}"] if outcome.project else []
    lines += [f"  {names[name]}: {count}" for name, count in outcome.counts.items()]
    lines += [f"  {problem}" for problem in outcome.problems]
    said = {
        "dry_run": _("Nothing was written (dry run)."),
        "problems": _("Nothing was written: %(count)s problems.") % {"count": len(outcome.problems)},
        "unchanged": _("This file was brought in before (%(batch)s); nothing changed.") % {"batch": outcome.batch},
        "applied": _("Brought in as %(batch)s.") % {"batch": outcome.batch},
    }
    return "\n".join([*lines, said[outcome.state]])


def _print(text: str) -> None:
    print(text)  # noqa: T201 (the command's answer)
