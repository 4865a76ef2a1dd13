"""A document comes into being and gains versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from yunheng.documents import access
from yunheng.documents.models import Document, DocumentVersion, StoredFile
from yunheng.foundation import audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing


def register_document(
    *,
    scope: Scope,
    kind: str,
    title: str,
    file: StoredFile,
    actor: Actor,
    now: datetime,
    period: tuple[date, date] | None = None,
    subject: str = "",
    objects: Sequence[str] = (),
) -> Document:
    """A draft with its first version; ``period`` is inclusive, ``kind`` a short code (`weekly-report`)."""
    access.require(actor, "submit", scope, now)
    title, kind = title.strip(), kind.strip()
    _check(title, kind, period)
    with writing():
        document = Document.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "DOC", now.astimezone(ZoneInfo(scope.zone)).year),
            kind=kind,
            title=title,
            period_from=period[0] if period else None,
            period_to=period[1] if period else None,
            subject=subject,
            objects_named=list(objects),
            changed_at=now,
            created_at=now,
            created_by_id=actor.id,
            created_by=actor.label,
        )
        _record(document, actor, now, "register", {"title": title, "kind": kind, "period": period, "subject": subject})
        _add(document, file, actor, now, "")
    return document


def add_version(
    *, document: Document, file: StoredFile, actor: Actor, now: datetime, note: str = ""
) -> DocumentVersion:
    """A new version of a draft or of a returned document; what waits or is accepted stays as it is."""
    access.require(actor, "submit", document.scope, now, reference=document.number)
    with writing():
        held = Document.objects.select_for_update(of=("self",)).select_related("scope").get(pk=document.pk)
        if held.state in {Document.State.SUBMITTED, Document.State.ACCEPTED}:
            raise Conflict(
                _("%(number)s has been handed in and cannot be changed now.") % {"number": held.number},
                way_out=_("Ask the supervisor to return it first."),
            )
        version = _add(held, file, actor, now, note.strip())
        Document.objects.filter(pk=held.pk).update(changed_at=now)
    document.refresh_from_db()
    return version


def _check(title: str, kind: str, period: tuple[date, date] | None) -> None:
    fields = {}
    if not title:
        fields["title"] = _("Give the document a title.")
    elif len(title) > 200:
        fields["title"] = _("At most %(count)s characters.") % {"count": 200}
    if not kind or len(kind) > 40:
        fields["kind"] = _("Say which kind of paper it is.")
    if period is not None and period[1] < period[0]:
        fields["period_to"] = _("The period ends before it begins.")
    if fields:
        raise Invalid(_("The document cannot be saved like this."), fields=fields)


def _add(document: Document, file: StoredFile, actor: Actor, now: datetime, note: str) -> DocumentVersion:
    if file.scope_id != document.scope_id:
        raise Invalid(_("The file belongs to another project or contract."))
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = DocumentVersion.objects.create(
        document=document,
        number=last + 1,
        file=file,
        digest=file.digest,
        note=note,
        added_at=now,
        author_id=actor.id,
        author=actor.label,
    )
    facts = {"version": version.number, "digest": file.digest, "size": file.size, "name": file.name}
    _record(document, actor, now, "add-version", facts)
    return version


def _record(document: Document, actor: Actor, now: datetime, verb: str, facts: dict[str, object]) -> None:
    audit.record(
        scope=document.scope, actor=actor, now=now, verb=verb, kind=access.KIND, reference=document.number, facts=facts
    )
