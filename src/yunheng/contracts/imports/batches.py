"""One file of contracts or devices: brought in whole, once, and withdrawn while nothing hangs on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.assets.access import DEVICE
from yunheng.assets.models import Device, System
from yunheng.contracts.access import CONTRACT, PROJECT
from yunheng.contracts.imports.applying import Applying, Faulty
from yunheng.contracts.imports.drafts import FileDraft
from yunheng.contracts.imports.fields import parse
from yunheng.contracts.imports.hanging import hanging, words_for
from yunheng.contracts.imports.layout import read_layout
from yunheng.contracts.imports.ledger import read_ledger
from yunheng.contracts.models import Contract, Project, SubProject
from yunheng.foundation import access, audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope
from yunheng.foundation.tabular import Problem
from yunheng.foundation.writing import writing

KIND, DEVICES = "contracts.contract", "contracts.devices"
SERIES = "IMP"
LARGEST = 20 * 1024 * 1024  # bytes


@dataclass(slots=True)
class Outcome:
    """What a file holds and what became of it; ``state`` is dry_run, problems, unchanged or applied."""

    state: str
    project: str = ""
    contracts: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    batch: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "project": self.project,
            "contracts": self.contracts,
            "counts": self.counts,
            "problems": [problem.as_data() for problem in self.problems],
            "batch": self.batch,
        }


def bring_in(
    *,
    tenant: Scope,
    name: str,
    content: bytes,
    contract: str = "",
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> Outcome:
    """A project with its contracts (JSON), or systems and devices of an existing one (``contract`` is its code).

    A dry run writes everything and takes it back, so that it meets the same refusals. Raises Invalid when the file
    cannot be read at all.
    """
    draft, problems = read_file(name, content, contract)
    access.require(actor, "import", PROJECT, _place(tenant, draft), now)
    if problems:
        return Outcome("problems", problems=_located(problems, draft))
    digest = hashlib.sha256(content).hexdigest()
    kind = DEVICES if draft.contract else KIND
    earlier = ImportBatch.objects.filter(
        scope=tenant, kind=kind, digest=digest, state=ImportBatch.State.APPLIED
    ).first()
    if earlier is not None:
        said = earlier.summary
        return Outcome("unchanged", said["project"], said["contracts"], said["counts"], batch=earlier.number)
    return _apply(tenant, draft, kind, name, digest, actor, now, dry_run=dry_run)


def read_file(name: str, content: bytes, contract: str = "") -> tuple[FileDraft, list[Problem]]:
    if len(content) > LARGEST:
        raise Invalid(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024 // 1024}, place=name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        draft, problems = read_layout(parse(content, name))
    else:
        draft, problems = read_ledger(content, name)
        if not contract:
            raise Invalid(
                _("A register of devices belongs to a contract."), place=name, way_out=_("Name it with --contract.")
            )
    if contract:
        if draft.new_project or draft.sub_projects:
            raise Invalid(_("This file names its contracts itself."), place=name, way_out=_("Leave --contract out."))
        draft = FileDraft(draft.organisations, contract=contract, served=draft.served, rows=draft.rows)
    return draft, problems


def _located(problems: list[Problem], draft: FileDraft) -> list[Problem]:
    """In order of the rows, where the file is a table."""
    found = [
        replace(one, sheet=draft.rows[one.column][0], row=draft.rows[one.column][1], column="")
        if one.column in draft.rows
        else one
        for one in problems
    ]
    return sorted(found, key=lambda one: one.row) if draft.rows else found


def _place(tenant: Scope, draft: FileDraft) -> Scope:
    """Where the file wants to write: the office for a new project, the project for all else."""
    found = Scope.objects.filter(tenant=tenant)
    if draft.project:
        return found.filter(parent=tenant, code=draft.project).first() or tenant
    if draft.contract:
        below = found.filter(code=draft.contract, parent__parent=tenant).select_related("parent").first()
        return below.parent if below is not None and below.parent is not None else tenant
    return tenant


def _apply(
    tenant: Scope, draft: FileDraft, kind: str, name: str, digest: str, actor: Actor, now: datetime, *, dry_run: bool
) -> Outcome:
    outcome = Outcome("dry_run" if dry_run else "applied")
    try:
        with writing():
            batch = _batch(tenant, kind, name, digest, actor, now)
            applying = Applying(tenant, batch, actor, now)
            applying.write(draft)
            outcome.problems = _located(applying.problems, draft)
            outcome.counts = dict(sorted(applying.counts.items()))
            outcome.project = applying.project.scope.code if applying.project else ""
            outcome.contracts = [contract.code for contract in applying.contracts]
            if applying.problems or dry_run:
                raise Faulty
            outcome.batch = batch.number
            _finish(batch, outcome, tenant, actor, now)
    except Faulty:
        if outcome.problems:
            outcome.state = "problems"
    return outcome


def _batch(tenant: Scope, kind: str, name: str, digest: str, actor: Actor, now: datetime) -> ImportBatch:
    return ImportBatch.objects.create(
        scope=tenant,
        number=numbering.next_number(tenant, SERIES, timezone.localtime(now).year),
        kind=kind,
        file_name=Path(name).name[:255],
        digest=digest,
        mapping="contract",
        state=ImportBatch.State.APPLIED,
        created_at=now,
        created_by=actor.label,
        applied_at=now,
    )


def _finish(batch: ImportBatch, outcome: Outcome, tenant: Scope, actor: Actor, now: datetime) -> None:
    """What hangs on the records now is theirs; whatever hangs on them later stands in the way of a withdrawal."""
    batch.rows = batch.taken = sum(outcome.counts.values())
    batch.summary = {
        "project": outcome.project,
        "contracts": outcome.contracts,
        "counts": outcome.counts,
        "hanging": hanging(_records(batch)),
    }
    batch.save(update_fields=["rows", "taken", "summary"])
    audit.record(
        scope=tenant,
        actor=actor,
        now=now,
        verb="import",
        kind=DEVICE if batch.kind == DEVICES else CONTRACT,
        reference=batch.number,
        facts={"file": batch.file_name, "digest": batch.digest, "counts": outcome.counts},
    )


# ---------------------------------------------------------------- taking back


def withdraw(*, tenant: Scope, number: str, reason: str, actor: Actor, now: datetime) -> ImportBatch:
    """Its records stay and are there for nobody; their codes are free again. Organisations stay, they are parties of
    other papers too. Raises Conflict when work was recorded on one of its records, naming what."""
    if not reason.strip():
        raise Invalid(_("Write why the import is withdrawn."), fields={"reason": _("Write why.")})
    access.require(actor, "import", PROJECT, tenant, now, reference=number)
    with writing():
        batch = ImportBatch.objects.filter(scope=tenant, kind__in=[KIND, DEVICES], number=number).first()
        if batch is None:
            raise Invalid(_("There is no import %(number)s of contracts or devices.") % {"number": number})
        if batch.state == ImportBatch.State.WITHDRAWN:
            raise Conflict(_("This import is withdrawn already."))
        records = _records(batch)
        _refuse_when_used(batch, records)
        for record in records:
            if isinstance(record, Project | SubProject | Contract | System | Device | Scope):
                type(record)._base_manager.filter(pk=record.pk).update(withdrawn_at=now)
        batch.state, batch.withdrawn_at = ImportBatch.State.WITHDRAWN, now
        batch.save(update_fields=["state", "withdrawn_at"])
        audit.record(
            scope=tenant,
            actor=actor,
            now=now,
            verb="withdraw-import",
            kind=DEVICE if batch.kind == DEVICES else CONTRACT,
            reference=number,
            facts={"reason": reason.strip()},
        )
    return batch


def _refuse_when_used(batch: ImportBatch, records: list[models.Model]) -> None:
    before = batch.summary["hanging"]
    now = hanging(records)
    more = [name for name, count in now.items() if count > before.get(name, 0)]
    if more:
        raise Conflict(
            _("The import cannot be withdrawn: since then there are %(what)s.") % {"what": "、".join(words_for(more))},
            place=batch.number,
            way_out=_("Amend or correct the records instead."),
        )


def _records(batch: ImportBatch) -> list[models.Model]:
    """Everything that the batch made, as far as other tables may name it."""
    projects = list(Project.objects.filter(batch=batch).select_related("scope"))
    contracts = list(Contract.objects.filter(batch=batch).select_related("scope"))
    found: list[models.Model] = [*projects, *contracts, *SubProject.objects.filter(batch=batch)]
    found += [project.scope for project in projects]
    for contract in contracts:
        found += [contract.scope, *contract.payment_nodes.all(), *contract.targets.all()]
    return [*found, *System.objects.filter(batch=batch), *Device.objects.filter(batch=batch)]
