"""The demo on the command line: refusals, one transaction, the log-ins at the end."""

from __future__ import annotations

import argparse
import time
from random import Random

from django.conf import settings
from django.utils.translation import gettext as _

from yunheng.contracts.models import Project
from yunheng.evaluation.models import Evaluation
from yunheng.foundation.errors import Refused
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.site.demo.office import PASSWORD
from yunheng.site.demo.scenes import play
from yunheng.site.demo.stage import Stage, at, texts
from yunheng.site.demo.timeline import Timeline

TICKETS = 430


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser("yunheng demo", description=_("Fill an empty database with a fictional office."))
    parser.add_argument("--tickets", type=_count, default=TICKETS, metavar="N", help=_("about how many tickets"))
    parser.add_argument("--seed", type=int, default=2021, metavar="S", help=_("the same number, the same year"))
    parser.add_argument("--if-empty", action="store_true", help=_("do nothing when there is a project already"))
    given = parser.parse_args(argv)
    if Scope.objects.exists():
        if given.if_empty and Project.objects.exists():
            print(_("There is a project already; nothing was done."))
            return 0
        _refuse()
    started = time.monotonic()
    print(_("A fictional office lives through its year ..."), flush=True)
    evaluation = build(tickets=given.tickets, seed=given.seed)
    _show(evaluation, time.monotonic() - started)
    return 0


def build(*, tickets: int = TICKETS, seed: int = 2021) -> Evaluation:
    """All of it in one transaction: a demo that is interrupted leaves nothing behind but unnamed files."""
    with writing():
        if Scope.objects.exists():
            _refuse()
        office = texts("office")["tenant"]
        tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code=office["code"], name=office["name"])
        opened = at("2021-05-10", "08:00")
        stage = Stage(tenant, Timeline(opened), Random(seed))  # noqa: S311  # the chance of a demo keeps no secret
        return play(stage, tickets=tickets)


def _refuse() -> None:
    known = ", ".join(Scope.objects.filter(kind=ScopeKind.TENANT).order_by("code").values_list("code", flat=True))
    raise Refused(
        _("This database has an office already (%(known)s); the demo never mixes with real records.")
        % {"known": known},
        way_out=_("Give the demo a data folder of its own: YUNHENG_DATA=./demo yunheng demo"),
    )


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(_("%(text)s is no number of tickets") % {"text": text})
    return int(text)


def _show(evaluation: Evaluation, seconds: float) -> None:
    result = evaluation.result
    print(
        _("Made in %(seconds)s s: %(name)s") % {"seconds": f"{seconds:.1f}", "name": texts("office")["tenant"]["name"]}
    )
    print(
        _("Draft %(number)s: %(total)s points, grade %(grade)s")
        % {"number": evaluation.number, "total": result["total"] or "—", "grade": result["grade"] or "—"}
    )
    lines = [_("Log-ins, all with the password %(password)s:") % {"password": PASSWORD}]
    lines += [f"  {entry['key']:<11} {entry['name']}" for entry in texts("office")["users"]]
    print("", *lines, sep="\n")
    # `yunheng serve` says them again at every start (the password of a demo is no secret).
    (settings.DATA_FOLDER / "demo-logins.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
