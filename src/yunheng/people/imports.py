"""`yunheng import people FILE`: postings, and users when the file names them, from JSON, CSV or a workbook.

A file is taken whole or not at all; every fault is named with sheet, row and column. The columns are those of
`COLUMNS`, in Chinese or English; a JSON file has `{"people": [{"contract": …, "name": …, …}]}` with the English names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.foundation import access as ground
from yunheng.foundation import audit, numbering, tabular
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind, Source
from yunheng.foundation.tabular import Problem
from yunheng.foundation.writing import writing
from yunheng.people.actions import grants, organisations, postings, users
from yunheng.people.models import Organisation, Posting, User
from yunheng.people.roles import VENDOR, Role

SERIES = "IMP"
KIND = "people.posting"
#: Heading → name. The English name is a heading too.
COLUMNS = {
    "合同": "contract",
    "姓名": "name",
    "单位": "organisation",
    "岗位": "post",
    "证书": "certificate",
    "证书有效期": "certificate_until",
    "背景审查": "background",
    "开始日期": "since",
    "结束日期": "last_day",
    "接替": "replaces",
    "用户名": "username",
    "角色": "role",
}
NAMES = tuple(COLUMNS.values())
REQUIRED = ("contract", "name", "organisation", "post", "since")


@dataclass(frozen=True, slots=True)
class Line:
    """One row, understood. ``replaces`` is the name of the person whose post is taken over."""

    sheet: str
    row: int
    contract: Scope
    placement: postings.Placement
    replaces: str
    username: str
    role: str


@dataclass(slots=True)
class Reading:
    rows: int = 0
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)  # columns that nobody reads: said, and no reason to refuse
    new_organisations: set[str] = field(default_factory=set)
    new_users: set[str] = field(default_factory=set)

    def as_data(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "postings": len(self.lines),
            "rejected": self.rows - len(self.lines),
            "users": sorted(self.new_users),
            "organisations": sorted(self.new_organisations),
            "problems": [problem.as_data() for problem in self.problems],
            "remarks": [remark.as_data() for remark in self.remarks],
        }


# ---------------------------------------------------------------- reading


def read(content: bytes, name: str, tenant: Scope) -> Reading:
    """Nothing is written. Raises Invalid when the file cannot be read as a whole."""
    reader = _Reader(tenant)
    for sheet, row, cells in _rows(content, name, reader.result):
        reader.take(sheet, row, cells)
    return reader.result


def _rows(content: bytes, name: str, result: Reading) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}:
        yield from _json_rows(content, name)
        return
    for sheet in tabular.read(content, name).sheets:
        headings = {heading: COLUMNS.get(heading, heading) for heading in sheet.columns if heading}
        result.remarks += sheet.check(known={*COLUMNS, *NAMES})
        lacking = [wanted for wanted in REQUIRED if wanted not in headings.values()]
        if lacking:
            message = _("This column is needed and not there.")
            result.problems += [Problem(sheet.name, 1, column, "", message) for column in lacking]
            continue
        for row, cells in sheet.rows():
            yield sheet.name, row, {headings[heading]: text for heading, text in cells.items()}
        result.problems += sheet.problems


def _json_rows(content: bytes, name: str) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except ValueError as problem:
        raise Invalid(_("This is not JSON: %(why)s.") % {"why": problem}, place=name) from problem
    entries = body.get("people") if isinstance(body, dict) else body
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Invalid(_("The list “people” is missing."), place=name)
    for number, entry in enumerate(entries, start=1):
        unknown = set(entry) - set(NAMES)
        if unknown:
            said = {"names": ", ".join(sorted(map(str, unknown)))}
            raise Invalid(_("Unknown fields: %(names)s.") % said, place=f"people[{number - 1}]")
        yield "people", number, {key: "" if value is None else str(value) for key, value in entry.items()}


class _Reader:
    def __init__(self, tenant: Scope) -> None:
        self._tenant = tenant
        self.result = Reading()
        contracts = Scope.objects.filter(tenant=tenant, kind=ScopeKind.CONTRACT)
        self._contracts = {scope.code: scope for scope in contracts}
        self._organisations = {found.name: found for found in Organisation.objects.filter(tenant=tenant)}
        self._usernames = set(User.objects.values_list("username", flat=True))

    def take(self, sheet: str, row: int, cells: Mapping[str, str]) -> None:
        result = self.result
        result.rows += 1
        before = len(result.problems)

        def wrong(column: str, message: str) -> None:
            result.problems.append(Problem(sheet, row, column, cells.get(column, ""), message))

        def day(column: str) -> date | None:
            text = cells.get(column, "").split(" ")[0].replace("/", "-").replace(".", "-")
            if not text:
                return None
            try:
                year, month, number = (int(part) for part in text.split("-"))
                return date(year, month, number)
            except ValueError:
                wrong(column, _("This is no day. Write 2021-07-01."))
                return None

        for column in REQUIRED:
            if not cells.get(column, "").strip():
                wrong(column, _("This is needed."))
        contract = self._contracts.get(cells.get("contract", "").strip())
        if contract is None and cells.get("contract"):
            wrong("contract", _("There is no contract with this code."))
        role = cells.get("role", "").strip()
        if role and role not in VENDOR:
            wrong("role", _("Only %(roles)s can be given here.") % {"roles": ", ".join(sorted(VENDOR))})
        username = cells.get("username", "").strip().lower()
        if role and not username:
            wrong("username", _("A role needs a user name."))
        since, last_day = day("since"), day("last_day")
        if since and last_day and last_day < since:
            wrong("last_day", _("The posting would end before it begins."))
        certificate_until = day("certificate_until")
        if len(result.problems) > before or contract is None or since is None:
            return
        placement = postings.Placement(
            person_name=cells["name"].strip(),
            organisation=self._organisation(cells["organisation"].strip()),
            post=cells["post"].strip(),
            since=since,
            until=last_day + timedelta(days=1) if last_day else None,
            certificate=cells.get("certificate", "").strip(),
            certificate_until=certificate_until,
            background=cells.get("background", "").strip(),
            source=Source.IMPORTED,
        )
        if username and username not in self._usernames:
            result.new_users.add(username)
        replaces = cells.get("replaces", "").strip()
        result.lines.append(Line(sheet, row, contract, placement, replaces, username, role))

    def _organisation(self, name: str) -> Organisation:
        found = self._organisations.get(name)
        if found is None:
            self.result.new_organisations.add(name)
            found = Organisation(tenant=self._tenant, name=name, kind=Organisation.Kind.VENDOR)
            self._organisations[name] = found
        return found


# ---------------------------------------------------------------- writing


def apply(reading: Reading, *, tenant: Scope, file_name: str, digest: str, actor: Actor, now: datetime) -> ImportBatch:
    """All of it in one transaction. Raises Conflict when the same file was taken before, Invalid when it has faults."""
    if reading.problems:
        raise Invalid(_("The file has faults; nothing was taken."), place=file_name)
    if not reading.lines:
        raise Invalid(_("The file holds no posting."), place=file_name)
    if ImportBatch.objects.filter(scope=tenant, kind=KIND, digest=digest, state="applied").exists():
        raise Conflict(_("This very file was brought in before."), place=file_name)
    with writing():
        number = numbering.next_number(tenant, SERIES, timezone.localtime(now).year)
        made = _users(reading, tenant, actor, now)
        _place(reading, made, actor, now)
        batch = ImportBatch.objects.create(
            scope=tenant,
            number=number,
            kind=KIND,
            file_name=file_name[:255],
            digest=digest,
            mapping="people",
            state=ImportBatch.State.APPLIED,
            rows=reading.rows,
            taken=len(reading.lines),
            rejected=reading.rows - len(reading.lines),
            summary={"users": len(reading.new_users), "organisations": len(reading.new_organisations)},
            created_at=now,
            created_by=actor.label,
            applied_at=now,
        )
        audit.record(
            scope=tenant,
            actor=actor,
            now=now,
            verb="import",
            kind=KIND,
            reference=number,
            facts={"file": file_name, "digest": digest, "postings": len(reading.lines)},
        )
    return batch


def _users(reading: Reading, tenant: Scope, actor: Actor, now: datetime) -> dict[str, User]:
    """Organisations first, then users; a first password is given later by the system administrator."""
    for name in sorted(reading.new_organisations):
        organisation = next(
            line.placement.organisation for line in reading.lines if line.placement.organisation.name == name
        )
        kept = organisations.record(tenant=tenant, kind=Organisation.Kind.VENDOR, name=name, actor=actor, now=now)
        organisation.pk = kept.pk
        organisation.uid = kept.uid
    found: dict[str, User] = {}
    for line in reading.lines:
        if not line.username or line.username in found:
            continue
        user = User.objects.filter(username=line.username).first()
        if user is None:
            user = users.create(
                tenant=tenant,
                username=line.username,
                name=line.placement.person_name,
                organisation=line.placement.organisation,
                actor=actor,
                now=now,
            ).user
        found[line.username] = user
    for line in reading.lines:
        if line.role:
            _give(line, found[line.username], actor, now)
    return found


def _give(line: Line, user: User, actor: Actor, now: datetime) -> None:
    held = ground.standing(user.actor, now).roles_at(line.contract)
    if line.role not in held:
        grants.give(user=user, role=Role(line.role), scope=line.contract, since=now, until=None, actor=actor, now=now)


def _place(reading: Reading, people: Mapping[str, User], actor: Actor, now: datetime) -> None:
    placed: dict[tuple[int, str], Posting] = {}
    for posting in Posting.objects.filter(scope__in={line.contract.pk for line in reading.lines}).order_by("since"):
        placed[(posting.scope_id, posting.person_name)] = posting
    for line in sorted(reading.lines, key=lambda line: (line.placement.since, line.row)):
        earlier = placed.get((line.contract.pk, line.replaces)) if line.replaces else None
        if line.replaces and earlier is None:
            raise Invalid(
                _("%(name)s, who is to be replaced, is not posted to this contract.") % {"name": line.replaces},
                place=f"{line.sheet} {line.row}",
            )
        placement = postings.Placement(
            **{
                name: getattr(line.placement, name)
                for name in postings.Placement.__slots__
                if name not in {"user", "replaces"}
            },
            user=people.get(line.username),
            replaces=earlier,
        )
        made = postings.place(scope=line.contract, placement=placement, actor=actor, now=now)
        placed[(line.contract.pk, placement.person_name)] = made


# ---------------------------------------------------------------- command line


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="yunheng import people", description=_("Postings, and users when the file names them.")
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--office", metavar="CODE", help=_("code of the owner organisation, when there are several"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    parser.add_argument("--json", action="store_true", help=_("for machines"))
    options = parser.parse_args(argv)
    if not options.file.is_file():
        raise Invalid(_("The file is not there."), place=str(options.file))
    tenant = _tenant(options.office)
    content = options.file.read_bytes()
    reading = read(content, options.file.name, tenant)
    said: dict[str, Any] = reading.as_data() | {"applied": False}
    faults = bool(reading.problems) or not reading.lines
    if not options.dry_run and not faults:
        batch = apply(
            reading,
            tenant=tenant,
            file_name=options.file.name,
            digest=hashlib.sha256(content).hexdigest(),
            actor=SYSTEM,
            now=timezone.now(),
        )
        said |= {"applied": True, "batch": batch.number}
    _tell(said, reading, as_json=options.json)
    return 2 if faults else 0


def _tenant(code: str | None) -> Scope:
    found = Scope.objects.filter(kind=ScopeKind.TENANT)
    offices = list(found.filter(code=code) if code else found)
    if len(offices) != 1:
        known = ", ".join(found.values_list("code", flat=True)) or "—"
        raise Invalid(_("Name the office with --office; known are: %(known)s.") % {"known": known})
    return offices[0]


def _tell(said: Mapping[str, Any], reading: Reading, *, as_json: bool) -> None:
    out = sys.stdout
    if as_json:
        out.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
        return
    for problem in reading.remarks + reading.problems:
        out.write(f"{problem}\n")
    summary = _("%(rows)s rows, %(postings)s postings, %(rejected)s rejected.")
    out.write(summary % {name: said[name] for name in ("rows", "postings", "rejected")} + "\n")
    if said["applied"]:
        out.write(_("Brought in as %(batch)s.") % {"batch": said["batch"]} + "\n")
    elif reading.problems or not reading.lines:
        out.write(_("Nothing was taken.") + "\n")
