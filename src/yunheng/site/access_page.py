"""docs/access.md from what the domains declare: `python -m yunheng.site.access_page [--write]`; a test holds them
together. Without --write it prints the page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "access.md"
MARK = "●"

HEAD = """# Access

Who may do what, as role × object × verb. This page is printed from the `access.py` of the domains
(`python -m yunheng.site.access_page --write`), and a test walks every cell with a person of each role.

A grant gives a role on a scope (owner organisation › project › contract) from an instant to another, and holds for
everything below. What somebody may not *view* does not exist for him (404). What he sees but may not do is refused
(403), and the refusal stands in the audit chain. These rules narrow the tables further:

- A vendor's roles are given on contracts, so a vendor sees his own and no other.
- A clerk sees the tickets and complaints that he opened himself.
- The supervisor sees no personal part of a record (`view_personal`).
- Users, calendars, organisations and the chain belong to the whole office; a role anywhere in it is enough.
- The three administrators hold no role in the business, and nobody holds two of the three. Nobody gives a role to
  himself, ends his own, unlocks himself or puts himself out of service.
- A decision is answered by whoever holds the role that was asked (`foundation.decisions`).

| Column | Role | 角色 |
|---|---|---|
"""
#: Role → short column name, Chinese.
COLUMNS: dict[str, tuple[str, str]] = {
    "owner_lead": ("lead", "甲方项目负责人"),
    "owner_leader": ("leader", "甲方领导"),
    "vendor_manager": ("manager", "乙方项目经理"),
    "vendor_engineer": ("engineer", "乙方工程师"),
    "supervisor": ("supervisor", "监理"),
    "requester": ("clerk", "办事人员"),
    "auditor": ("auditor", "审计人员"),
    "system_admin": ("system", "系统管理员"),
    "security_admin": ("security", "安全管理员"),
    "audit_admin": ("audit", "审计管理员"),
}


def page() -> str:
    from yunheng.foundation import access

    policies = {kind: verbs for kind, verbs in access.policies().items() if not kind.startswith("tests.")}
    lines = [f"| {short} | `{role}` | {chinese} |" for role, (short, chinese) in COLUMNS.items()]
    for domain, kinds in groupby(sorted(policies), key=lambda kind: kind.split(".")[0]):
        lines += ["", f"## {domain}", ""]
        lines += _table({kind: policies[kind] for kind in kinds})
    return HEAD + "\n".join(lines) + "\n"


def _table(policies: dict[str, dict[str, frozenset[str]]]) -> Iterator[str]:
    yield "| Object | Verb | " + " | ".join(short for short, _chinese in COLUMNS.values()) + " |"
    yield "|---|---|" + ":-:|" * len(COLUMNS)
    for kind, verbs in policies.items():
        for verb in sorted(verbs, key=lambda verb: (verb != "view", verb)):
            cells = " | ".join(MARK if role in verbs[verb] else " " for role in COLUMNS)
            yield f"| `{kind}` | {verb} | {cells} |"


def read(text: str) -> dict[tuple[str, str], frozenset[str]]:
    """The printed page as (kind, verb) → roles."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(COLUMNS) + 2 and cells[0].startswith("`"):
            roles = frozenset(role for role, cell in zip(COLUMNS, cells[2:], strict=True) if cell == MARK)
            found[(cells[0].strip("`"), cells[1])] = roles
    return found


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunheng.site.settings")
    import django

    django.setup()
    if "--write" in arguments:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
