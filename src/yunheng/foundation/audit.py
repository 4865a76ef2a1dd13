"""Writing and verifying the audit chain.

An entry stores the exact bytes that were hashed: canonical JSON of
``[at, actor id, actor label, verb, kind, reference, scope, facts]``. Its link is
``H(algorithm, previous link, sequence, bytes)``. Verifying hashes stored bytes and holds the readable columns
against them; it never serialises a record again. Whoever can write every row can rewrite a chain, therefore
its head leaves the house on every seal and signed paper (``verify_chain(anchor=...)``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import connection

from yunheng.foundation.actors import Actor
from yunheng.foundation.canonical import canonical_json
from yunheng.foundation.models import AuditEntry, AuditHead, Scope

ALGORITHM = "sha256"
Entry = tuple[str, str, str, Mapping[str, Any]]  # verb, kind, reference, facts

_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def personal(value: str) -> str:
    """A keyed hash in place of a personal field: equal values stay recognisable, none can be read back."""
    return "hmac:" + hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]


def record(
    *,
    scope: Scope,
    actor: Actor,
    now: datetime,
    verb: str,
    kind: str,
    reference: str,
    facts: Mapping[str, Any],
) -> AuditEntry:
    """Append one entry to the tenant's chain, in the caller's write transaction."""
    return record_many(scope=scope, actor=actor, now=now, entries=[(verb, kind, reference, facts)])[0]


def record_many(*, scope: Scope, actor: Actor, now: datetime, entries: Iterable[Entry]) -> list[AuditEntry]:
    """Append entries in order. The chain head is locked here, so take numbers before (lock order)."""
    with _growing(scope) as head:
        rows = [
            AuditEntry(
                tenant_id=head.tenant_id,
                sequence=sequence,
                scope_ref=scope.pk,
                at=now,
                actor_id=actor.id,
                actor_label=actor.label,
                verb=verb,
                kind=kind,
                reference=reference,
                body=body,
                algorithm=ALGORITHM,
                link=link,
            )
            for sequence, verb, kind, reference, body, link in _linked(head, scope, actor, now, entries)
        ]
        AuditEntry.objects.bulk_create(rows, batch_size=500)
    return rows


def load_many(*, scope: Scope, actor: Actor, now: datetime, entries: Iterable[Entry]) -> int:
    """As ``record_many`` for thousands of entries, without building model instances; returns how many."""
    at = connection.ops.adapt_datetimefield_value(now)
    with _growing(scope) as head:
        rows = [
            (
                head.tenant_id,
                sequence,
                scope.pk,
                at,
                actor.id,
                actor.label,
                verb,
                kind,
                reference,
                body,
                ALGORITHM,
                link,
            )
            for sequence, verb, kind, reference, body, link in _linked(head, scope, actor, now, entries)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO foundation_auditentry (tenant_id, sequence, scope_ref, at, actor_id, actor_label, verb,"
                " kind, reference, body, algorithm, link) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )
    return len(rows)


@contextmanager
def _growing(scope: Scope) -> Iterator[AuditHead]:
    """The chain's head, locked until the transaction ends and written back with what was appended."""
    if not connection.in_atomic_block:
        raise RuntimeError("the audit chain grows inside the transaction of the change it records: use writing()")
    tenant_id = scope.tenant_id or scope.pk
    head = AuditHead.objects.select_for_update().filter(tenant_id=tenant_id).first()
    if head is None:
        # Two that begin a chain at once: one makes the head, the other waits for it.
        AuditHead.objects.get_or_create(tenant_id=tenant_id)
        head = AuditHead.objects.select_for_update().get(tenant_id=tenant_id)
    yield head
    head.save(update_fields=["sequence", "link"])


def _linked(
    head: AuditHead, scope: Scope, actor: Actor, now: datetime, entries: Iterable[Entry]
) -> Iterator[tuple[int, str, str, str, bytes, bytes]]:
    """(sequence, verb, kind, reference, body, link) of each entry; moves the head along."""
    sequence, link = head.sequence, bytes(head.link)
    for verb, kind, reference, facts in entries:
        sequence += 1
        body = canonical_json([now, actor.id, actor.label, verb, kind, reference, scope.pk, facts])
        link = link_of(link, sequence, body)
        head.sequence, head.link = sequence, link
        yield sequence, verb, kind, reference, body, link


def link_of(previous: bytes, sequence: int, body: bytes) -> bytes:
    return hashlib.sha256(b"sha256\0" + previous + sequence.to_bytes(8, "big") + body).digest()


def as_bytes(value: object) -> bytes:
    """What the database has in a bytes column; an edit by hand may have left text or nothing there."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return b"" if value is None else str(value).encode()


def facts_of(entry: AuditEntry) -> dict[str, Any]:
    """The facts an entry was written with; empty when somebody has edited it beyond reading."""
    try:
        facts = json.loads(as_bytes(entry.body))[-1]
    except (ValueError, IndexError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}


def head_of(tenant_id: int) -> tuple[int, str]:
    """(sequence, link as hex) of the chain's end; (0, zeros) for a chain that has not begun."""
    head = AuditHead.objects.filter(tenant_id=tenant_id).first()
    return (head.sequence, bytes(head.link).hex()) if head else (0, bytes(32).hex())


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain no longer holds; ``trouble`` is one of missing, edited, columns, cut_off, anchor."""

    sequence: int
    trouble: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ChainReport:
    tenant: str
    links: int
    head: str
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        return not self.breaks


def verify_chain(tenant: Scope, *, anchors: Sequence[tuple[int, str]] = ()) -> ChainReport:
    """Walk the chain of a tenant; report the first broken link. ``anchors`` are (sequence, link hex) kept elsewhere.

    Others may go on writing: what they append meanwhile is walked too, until the walk and the head meet.
    """
    walk = _Walk(dict(anchors))
    trouble: Break | None = None
    while trouble is None:
        before = walk.count
        trouble = walk.over(_rows(tenant.pk, before))
        end, end_link = head_of(tenant.pk)
        if trouble is not None or (walk.count, walk.link.hex()) == (end, end_link):
            break
        # A row is never visible before its head; a head without its rows was cut off.
        if walk.count >= end or walk.count == before:
            trouble = Break(walk.count + 1, "cut_off")
    if trouble is None and walk.anchors:
        trouble = Break(min(walk.anchors), "anchor")
    return ChainReport(tenant.code, walk.count, walk.link.hex(), (trouble,) if trouble else ())


class _Walk:
    """Where a verification has come to."""

    def __init__(self, anchors: dict[int, str]) -> None:
        self.anchors = anchors
        self.count, self.link = 0, bytes(32)

    def over(self, rows: Iterable[tuple[Any, ...]]) -> Break | None:
        previous, anchors = self.link, self.anchors
        for expected, row in enumerate(rows, start=self.count + 1):
            sequence, at, actor_id, label, verb, kind, reference, scope_ref, body, algorithm, link = row
            if sequence != expected:
                return Break(expected, "missing")
            body, link = as_bytes(body), as_bytes(link)
            if algorithm != ALGORITHM or link != link_of(previous, sequence, body):
                return Break(sequence, "edited", reference)
            head = _line([_instant(at), actor_id, label, verb, kind, reference, scope_ref])[:-1] + ","
            if not body.startswith(head.encode()):
                return Break(sequence, "columns", reference)
            if sequence in anchors and anchors.pop(sequence) != link.hex():
                return Break(sequence, "anchor", reference)
            self.count, self.link = sequence, link
            previous = link
        return None


def tail_holds(tenant: Scope, length: int) -> bool:
    """The newest links only, and the head: a quick look, no substitute for `verify_chain`."""
    end, end_link = head_of(tenant.pk)
    rows = list(
        AuditEntry.objects.filter(tenant_id=tenant.pk, sequence__range=(max(1, end - length), end))
        .order_by("sequence")
        .values_list("sequence", "body", "link")
    )
    if not rows:
        return end == 0
    for (before, _body, previous), (sequence, body, link) in pairwise(rows):
        if sequence != before + 1 or link_of(as_bytes(previous), sequence, as_bytes(body)) != as_bytes(link):
            return False
    return (rows[-1][0], as_bytes(rows[-1][2]).hex()) == (end, end_link)


_COLUMNS = "sequence, {at}, actor_id, actor_label, verb, kind, reference, scope_ref, body, algorithm, link"


def _rows(tenant_id: int, last: int) -> Iterable[tuple[Any, ...]]:
    """The chain after the link ``last``, in order, in chunks, as the database has it."""
    size = 20_000
    # As text, SQLite hands instants over untouched; as a column they would be parsed a million times.
    columns = _COLUMNS.format(at="CAST(at AS TEXT)" if connection.vendor == "sqlite" else "at")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM foundation_auditentry WHERE tenant_id = %s AND sequence > %s"  # noqa: S608 (constants)
                " ORDER BY sequence LIMIT %s",
                [tenant_id, last, size],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1][0]


def _instant(value: Any) -> str:
    """The canonical text of an instant as the driver gave it: text from SQLite, a datetime from PostgreSQL."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return str(value).replace(" ", "T") + "Z"
