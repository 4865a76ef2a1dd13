"""`yunheng import tickets FILE --mapping NAME [--contract CODE] [--dry-run] [--json] [--rejects FILE]`"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.foundation import tabular
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.errors import Invalid, Unseen, YunhengError
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.kernel.calendars import DEFAULT_ZONE
from yunheng.people.models import User
from yunheng.servicedesk import access
from yunheng.servicedesk.imports import batches
from yunheng.servicedesk.imports.drafts import LogReader
from yunheng.servicedesk.imports.mapping import Mapping, load, names, zone_of
from yunheng.servicedesk.imports.staging import Staging

SHOWN_PROBLEMS = 20


def main(argv: Sequence[str]) -> int:
    """0 done, 1 trouble, 2 bad input."""
    options = _parser().parse_args(list(argv))
    try:
        result = _run(options)
    except YunhengError as problem:
        if options.json:
            _say(json.dumps({"error": str(problem)}, ensure_ascii=False))
        print(f"yunheng: {problem}", file=sys.stderr)  # noqa: T201 (the command line's own voice)
        return 2 if isinstance(problem, Invalid | Unseen) else 1
    _say(json.dumps(result, ensure_ascii=False, indent=2) if options.json else _told(result))
    return 0


def import_tickets(
    path: Path,
    *,
    mapping: Mapping,
    scope: Scope | None,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> tuple[dict[str, Any], list[tabular.Problem]]:
    """The facts of the log, and what was kept out. Without a contract only a dry run is possible."""
    digest = _digest(path)
    before = batches.applied(scope, digest) if scope else None
    if before is not None and not dry_run:
        return {**before.summary, "batch": before.number, "already": True}, []
    zone = zone_of(mapping, scope.zone if scope else DEFAULT_ZONE)
    staging = Staging(mapping, zone)
    sheet = tabular.read(path).first
    try:
        staging.take(sheet)
        reader = LogReader(staging, mapping, zone)
        result: dict[str, Any] = {"file": path.name, "mapping": mapping.name, "dry_run": dry_run}
        if scope is not None:
            result["contract"] = scope.code
        batch = None
        if dry_run or scope is None:
            for _draft in reader.tickets(_already(scope, None) if scope and before is None else None):
                pass
        else:
            batch = batches.begin(scope, file_name=path.name, digest=digest, mapping=mapping.name, actor=actor, now=now)
            batches.apply(batch, reader.tickets(_already(scope, batch.pk)), actor=actor, now=now)
        result |= reader.facts()
        problems = staging.problems.found
        result["problems_found"] = staging.problems.count
        result["problems"] = [problem.as_data() for problem in problems[:SHOWN_PROBLEMS]]
        if batch is not None:
            result["batch"] = batch.number
            rejects = [problem.as_data() for problem in problems[: batches.REJECTS_KEPT]]
            batches.finish(batch, summary=result, rejects=rejects, actor=actor, now=now)
        return result, problems
    finally:
        sheet.close()
        staging.close()


def _run(options: argparse.Namespace) -> dict[str, Any]:
    now = timezone.now()
    actor = _actor(options.by)
    if options.undo:
        scopes = access.ground_scopes(actor, "import", now)
        batch = batches.withdraw(
            number=options.undo, scope_ids=scopes, reason=options.reason or "", actor=actor, now=now
        )
        return {"withdrawn": batch.number, "tickets": batch.taken}
    if not options.file:
        raise Invalid(_("Name the file."))
    path = Path(options.file)
    if not path.is_file():
        raise Invalid(_("There is no such file."), place=options.file)
    if options.rejects and not Path(options.rejects).parent.is_dir():
        raise Invalid(_("There is no such folder."), place=str(Path(options.rejects).parent))
    mapping = load(options.mapping)
    scope = contract(options.contract, actor, now, needed=not options.dry_run)
    result, problems = import_tickets(path, mapping=mapping, scope=scope, actor=actor, now=now, dry_run=options.dry_run)
    if options.rejects:
        Path(options.rejects).write_bytes(tabular.problems_csv(problems))
        result["rejects_file"] = options.rejects
    return result


def contract(code: str, actor: Actor, now: datetime, *, needed: bool) -> Scope | None:
    """The contract of that code; without one the first contract of the only project there is. A dry run without a code
    asks no database."""
    if not code and not needed:
        return None
    scopes = Scope.objects.filter(pk__in=access.ground_scopes(actor, "import", now), kind=ScopeKind.CONTRACT)
    if code:
        found = list(scopes.filter(code=code)[:2])
        if len(found) != 1:
            raise Invalid(
                _("No single contract has the code %(code)s.") % {"code": code},
                way_out=_("Known are: %(names)s.") % {"names": ", ".join(scopes.values_list("code", flat=True)[:20])},
            )
        return found[0]
    projects = set(scopes.values_list("parent_id", flat=True)[:1000])
    if len(projects) != 1:
        raise Invalid(
            _("There are several projects, or none; say which contract served these tickets."),
            way_out=_("Add --contract CODE."),
        )
    return scopes.order_by("code").first()


def _already(scope: Scope, batch_id: int | None) -> Callable[[Sequence[str]], dict[str, str]]:
    """Which source numbers are in force here; those of the batch that is being resumed are its own."""

    def look(numbers: Sequence[str]) -> dict[str, str]:
        found = access.in_force().filter(scope=scope, external_reference__in=list(numbers))
        if batch_id is not None:
            found = found.exclude(batch_id=batch_id)
        return dict(found.values_list("external_reference", "number"))

    return look


def _actor(name: str) -> Actor:
    if not name:
        return SYSTEM
    user = User.objects.filter(username=name).first()
    if user is None:
        raise Invalid(_("Nobody is called %(name)s.") % {"name": name})
    return user.actor


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _told(result: dict[str, Any]) -> str:
    if "withdrawn" in result:
        return _("%(number)s is withdrawn: %(count)s tickets no longer count.") % {
            "number": result["withdrawn"],
            "count": result["tickets"],
        }
    if result.get("already"):
        head = _("This file was imported before, as %(batch)s; nothing was changed.") % {"batch": result["batch"]}
    elif result["dry_run"]:
        head = _("Dry run: nothing was written.")
    else:
        head = _("Imported as %(batch)s into %(contract)s.") % {
            "batch": result["batch"],
            "contract": result["contract"],
        }
    within, hours = result["within_target"], result["resolve_hours"]
    lines = [
        head,
        _("%(rows)s rows, %(tickets)s tickets; %(rejected)s rows kept out (%(whole)s whole tickets).")
        % {
            "rows": result["rows"],
            "tickets": result["tickets"],
            "rejected": result["rejected"],
            "whole": result["rejected_tickets"],
        },
        _("In time by the source's own word: %(within)s of %(all)s.")
        % {"within": within["all"], "all": within["of"]["all"]},
        *(
            _("  priority %(level)s: %(within)s of %(all)s")
            % {"level": level, "within": count, "all": within["of"]["by_priority"][level]}
            for level, count in within["by_priority"].items()
        ),
        _("Hours to resolution, known for %(known)s: median %(median)s, mean %(mean)s.") % hours,
        _("Reopened: %(reopened)s. Never reassigned: %(never)s.")
        % {"reopened": result["reopened"], "never": result["never_reassigned"]},
    ]
    lines += [str(tabular.Problem(**problem)) for problem in result.get("problems", [])]
    more = result.get("problems_found", 0) - len(result.get("problems", []))
    if more > 0:
        lines.append(_("… and %(more)s more; --rejects FILE writes them all.") % {"more": more})
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yunheng import tickets", description=_("Bring in a log of tickets."))
    parser.add_argument("file", nargs="?", help=_("CSV or XLSX"))
    parser.add_argument("--mapping", default="generic", help=", ".join(names()))
    parser.add_argument("--contract", default="", help=_("code of the contract"))
    parser.add_argument("--dry-run", action="store_true", help=_("read and judge, write nothing"))
    parser.add_argument("--json", action="store_true", help=_("the facts as JSON"))
    parser.add_argument("--rejects", default="", help=_("write what was kept out into this CSV file"))
    parser.add_argument("--by", default="", help=_("user name of whoever imports"))
    parser.add_argument("--undo", default="", metavar="NUMBER", help=_("withdraw an import"))
    parser.add_argument("--reason", default="", help=_("why it is withdrawn"))
    return parser
