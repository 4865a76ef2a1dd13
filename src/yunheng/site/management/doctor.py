"""`yunheng doctor`: one line per check with its way out; exit 1 when something is bad."""

from __future__ import annotations

import argparse
import json

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.site import checks


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="yunheng doctor", description=_("Look for trouble and say the way out."))
    parser.add_argument("--json", action="store_true", help=_("for machines"))
    options = parser.parse_args(argv)
    now = timezone.now()
    found = [check(now) for check in checks.DOCTOR]
    bad = any(finding.level == "bad" for finding in found)
    if options.json:
        print(json.dumps([finding.as_data() for finding in found], ensure_ascii=False, indent=2))
        return 1 if bad else 0
    for finding in found:
        print(f"{finding.level:<4}  {finding.label}: {finding.words}")
        if finding.way_out:
            print(f"      → {finding.way_out}")
    return 1 if bad else 0
