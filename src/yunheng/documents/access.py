"""Who sees which documents and what each role may do with them. Pages get documents and files through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.documents.models import Document, DocumentVersion
from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.people.roles import OWNER, PARTIES, VENDOR, Role

KIND = "documents.document"

access.declare(
    KIND,
    {
        "view": PARTIES,
        "submit": OWNER | VENDOR | {Role.SUPERVISOR},
        "answer": OWNER | {Role.SUPERVISOR},
    },
)


def documents(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Document]:
    scopes = access.visible_scopes(actor, KIND, "view", at, within=within)
    return Document.objects.filter(scope_id__in=scopes).select_related("scope")


def document(actor: Actor, uid: str, at: datetime) -> Document:
    """Raises Unseen for a document that is not there for this person."""
    found = Document.objects.select_related("scope").filter(uid=uid).first()
    if found is None or not access.may(actor, "view", KIND, found.scope, at):
        raise access.unseen()
    return found


def version(actor: Actor, uid: str, number: int, at: datetime) -> DocumentVersion:
    """A version of a document that the person may see."""
    of = document(actor, uid, at)
    found = DocumentVersion.objects.select_related("file", "document").filter(document=of, number=number).first()
    if found is None:
        raise access.unseen()
    return found


def may(actor: Actor, verb: str, document: Document, at: datetime) -> bool:
    return access.may(actor, verb, KIND, document.scope, at)


def require(actor: Actor, verb: str, scope: Scope, at: datetime, *, reference: str = "") -> None:
    """Raises Unseen or Refused (audited)."""
    access.require(actor, verb, KIND, scope, at, reference=reference)


def scopes_to_submit(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Scope]:
    """Projects and contracts for which this person may hand in a paper."""
    ids = access.visible_scopes(actor, KIND, "submit", at, within=within)
    return Scope.objects.filter(pk__in=ids, kind__in=["project", "contract"]).order_by("path")


def _describe(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    found = documents(actor, at).filter(number__in=list(references))
    return [
        records.Described(one.number, one.title, reverse("documents:document", args=[one.uid]), one.get_state_display())
        for one in found
    ]


records.register(records.RecordKind(kind=KIND, label=_("Document"), describe=_describe))
