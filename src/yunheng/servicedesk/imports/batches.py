"""Applying a staged log: chunks of some hundred tickets, each its own short transaction, unseen until the last one.

A batch that was begun and not finished (kill -9, a full disk) is picked up by the next run of the same file, which
passes over the tickets that are written already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.foundation import audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Unseen
from yunheng.foundation.models import ImportBatch, Scope
from yunheng.foundation.writing import writing
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.loading import Loader, TicketDraft
from yunheng.servicedesk.models import Ticket

CHUNK = 200
REJECTS_KEPT = 1_000


def applied(scope: Scope, digest: str) -> ImportBatch | None:
    """The batch that brought this very file."""
    return ImportBatch.objects.filter(
        scope=scope, kind=access.KIND, digest=digest, state=ImportBatch.State.APPLIED
    ).first()


def begin(scope: Scope, *, file_name: str, digest: str, mapping: str, actor: Actor, now: datetime) -> ImportBatch:
    """A new batch, or the unfinished one of the same file."""
    found = ImportBatch.objects.filter(
        scope=scope, kind=access.KIND, digest=digest, mapping=mapping, state=ImportBatch.State.STAGED
    ).first()
    if found is not None:
        return found
    with writing():
        return ImportBatch.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "IMP", now.year),
            kind=access.KIND,
            file_name=file_name[:255],
            digest=digest,
            mapping=mapping,
            created_at=now,
            created_by=actor.label,
        )


def apply(batch: ImportBatch, drafts: Iterable[TicketDraft], *, actor: Actor, now: datetime) -> int:
    """Write what is not written yet; returns how many tickets the batch has now. Nobody sees them before `finish`."""
    loader = Loader(batch.scope, actor)
    remaining = iter(drafts)
    resumed = batch.taken > 0
    while chunk := list(islice(remaining, CHUNK)):
        if resumed:
            chunk = _unwritten(batch, chunk)
        prepared = loader.prepare(chunk)
        with writing():
            claimed = ImportBatch.objects.filter(pk=batch.pk, taken=batch.taken, state=ImportBatch.State.STAGED).update(
                taken=batch.taken + len(chunk)
            )
            if not claimed:
                raise Conflict(
                    _("Another run is importing this file at the moment."),
                    place=batch.number,
                    way_out=_("Wait for it to end, then start this one again if it is still needed."),
                )
            loader.write(prepared, now=now, batch=batch)
        batch.taken += len(chunk)
    return batch.taken


def _unwritten(batch: ImportBatch, chunk: Sequence[TicketDraft]) -> list[TicketDraft]:
    references = [draft.external_reference for draft in chunk]
    written = Ticket.objects.filter(scope=batch.scope, batch=batch, external_reference__in=references)
    known = set(written.values_list("external_reference", flat=True))
    return [draft for draft in chunk if draft.external_reference not in known]


def finish(
    batch: ImportBatch,
    *,
    summary: dict[str, Any],
    rejects: Sequence[dict[str, Any]],
    actor: Actor,
    now: datetime,
) -> None:
    """From here on lists and measures see the tickets, all at once."""
    try:
        with writing():
            batch.state = ImportBatch.State.APPLIED
            batch.applied_at = now
            batch.rows, batch.rejected = summary["rows"], summary["rejected"]
            batch.summary, batch.rejects = summary, list(rejects[:REJECTS_KEPT])
            batch.save()
            audit.record(
                scope=batch.scope,
                actor=actor,
                now=now,
                verb="import",
                kind=access.KIND,
                reference=batch.number,
                facts={
                    "file": batch.file_name,
                    "digest": batch.digest,
                    "mapping": batch.mapping,
                    "rows": batch.rows,
                    "tickets": batch.taken,
                    "rejected": batch.rejected,
                },
            )
    except IntegrityError as problem:
        raise Conflict(_("This file has been imported by another run meanwhile."), place=batch.number) from problem


def withdraw(*, number: str, scope_ids: Iterable[int], reason: str, actor: Actor, now: datetime) -> ImportBatch:
    """Take a batch back: its tickets leave lists and measures, their rows and numbers stay."""
    with writing():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",))
            .select_related("scope")
            .filter(number=number, kind=access.KIND, scope_id__in=list(scope_ids))
            .first()
        )
        if batch is None:
            raise Unseen(_("No import is called %(number)s.") % {"number": number})
        if batch.state == ImportBatch.State.WITHDRAWN:
            raise Conflict(_("This import was withdrawn already."), place=number)
        batch.state, batch.withdrawn_at = ImportBatch.State.WITHDRAWN, now
        batch.save(update_fields=["state", "withdrawn_at"])
        facts = {"tickets": batch.taken, "reason": reason}
        audit.record(
            scope=batch.scope,
            actor=actor,
            now=now,
            verb="withdraw_import",
            kind=access.KIND,
            reference=number,
            facts=facts,
        )
    return batch
