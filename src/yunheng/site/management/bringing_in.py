"""`yunheng import WHAT FILE ...`: each domain reads its own files."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from django.utils.translation import gettext as _

from yunheng.site.cli import WRONG_USE, complain

READERS = {
    "tickets": "yunheng.servicedesk.imports",
    "plan": "yunheng.plans.imports",
    "people": "yunheng.people.imports",
    "survey": "yunheng.feedback.imports",
    "contract": "yunheng.contracts.imports",
}


def main(argv: list[str]) -> int:
    known = ", ".join(READERS)
    if not argv or argv[0] in {"-h", "--help"}:
        print(_("Usage: yunheng import WHAT FILE [--dry-run] [--json]"))
        print(_("WHAT is one of: %(known)s") % {"known": known})
        return 0 if argv else WRONG_USE
    what, *rest = argv
    module = READERS.get(what)
    if module is None or find_spec(module) is None:
        complain(_("%(what)s cannot be brought in; known are %(known)s.") % {"what": what, "known": known})
        return WRONG_USE
    sys.argv[0] = f"yunheng import {what}"
    return int(import_module(module).main(rest))
