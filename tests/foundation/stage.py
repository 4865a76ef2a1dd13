"""Plays in a process of its own, so that it can be killed (places.py starts it, with Django set up).

The database is that of the environment. An action here is what a use case does: a number, a row, a link of the
chain, an event with one subscriber whose effect is a row too.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.core.management import call_command
from django.db import OperationalError, connection
from tests.cast import NOW

from yunheng.foundation import audit, events, jobs, numbering
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import AuditEntry, ImportBatch, Job, NumberCounter, OutboxDelivery, Scope, ScopeKind
from yunheng.foundation.writing import writing

CHUNKS = 6


@dataclass(frozen=True, slots=True)
class Written(events.Event):
    name: ClassVar[str] = "tests.written"
    number: str


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def stop_here(where: str) -> None:
    """Tell the test that the moment has come, and wait to be killed."""
    if os.environ.get("STAGE_STOP") == where:
        say(where)
        time.sleep(600)


def a_row(scope: Scope, number: str, kind: str) -> ImportBatch:
    return ImportBatch.objects.create(
        scope=scope,
        number=number,
        kind=kind,
        file_name="",
        digest=f"{kind}:{number}",
        mapping="",
        created_at=NOW,
        created_by="",
    )


def hear(event: Written, *, now: Any, idempotency_key: str) -> None:
    a_row(Scope.objects.get(kind=ScopeKind.CONTRACT), event.number, "heard")
    stop_here("delivery")


events.subscribe(Written, "tests.hear", hear)


@jobs.job("tests.chunks")
def chunks(*, now: Any, report: Any, actor: Any) -> int:
    scope = Scope.objects.get(kind=ScopeKind.CONTRACT)
    done = set(ImportBatch.objects.filter(kind="chunk").values_list("number", flat=True))
    for chunk in range(CHUNKS):
        if str(chunk) in done:
            continue
        with writing():
            a_row(scope, str(chunk), "chunk")
            audit.record(scope=scope, actor=SYSTEM, now=now, verb="chunk", kind="tests", reference=str(chunk), facts={})
            if chunk == 3:
                stop_here("job")
        report(chunk + 1, CHUNKS)
    return CHUNKS


def act(scope: Scope) -> str:
    with writing():
        number = numbering.next_number(scope, "ACT", 2022)
        a_row(scope, number, "acted")
        audit.record(scope=scope, actor=SYSTEM, now=NOW, verb="act", kind="tests", reference=number, facts={})
        events.publish(Written(number), scope=scope, aggregate="tests:1", now=NOW)
        stop_here("transaction")
    return number


# ---------------------------------------------------------------- commands


def setup() -> None:
    call_command("migrate", verbosity=0, skip_checks=True)
    tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code="T1", name="T1")
    project = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P1", name="P1", parent=tenant)
    Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="C1", name="C1", parent=project)


def write(threads: str, actions: str) -> None:
    """Many at once; says how many were refused."""
    scope = Scope.objects.get(kind=ScopeKind.CONTRACT)
    refused: list[str] = []

    def one() -> None:
        try:
            for _n in range(int(actions)):
                act(scope)
        except OperationalError as problem:
            refused.append(str(problem))
        finally:
            connection.close()

    people = [threading.Thread(target=one) for _n in range(int(threads))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    say(json.dumps(refused))


def single(count: str) -> None:
    """Writes outside a transaction, as sessions and job rows are written."""
    scope = Scope.objects.get(kind=ScopeKind.CONTRACT)
    for number in range(int(count)):
        jobs.enqueue("tests.nobody", now=NOW + timedelta(days=9999), unique_key=f"{os.getpid()}:{number}")
        ImportBatch.objects.filter(scope=scope).update(mapping=str(number))


def enqueue() -> None:
    jobs.enqueue("tests.chunks", now=NOW)


def drain() -> None:
    """What a worker does that comes by later, when leases have run out."""
    later = NOW + timedelta(days=1)
    for _round in range(20):
        delivered = events.deliver_due(later)
        ran = jobs.run_one(later, clock=lambda: later)
        if not delivered and not ran:
            return


def work() -> None:
    """A worker at the present of the stage, until it is killed."""
    events.deliver_due(NOW)
    jobs.run_one(NOW, clock=lambda: NOW)


def fill(most: str) -> None:
    """Act until the disk is full (here: until a file may not grow further)."""
    scope = Scope.objects.get(kind=ScopeKind.CONTRACT)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), resource.RLIM_INFINITY))
    done = 0
    try:
        while done < 20_000:
            act(scope)
            done += 1
    except OperationalError as problem:
        say(json.dumps({"done": done, "said": str(problem)}))
        return
    raise AssertionError("the disk never filled")


def report() -> None:
    tenant = Scope.objects.get(kind=ScopeKind.TENANT)
    numbers = sorted(ImportBatch.objects.filter(kind="acted").values_list("number", flat=True))
    heard = list(ImportBatch.objects.filter(kind="heard").order_by("pk").values_list("number", flat=True))
    chain = audit.verify_chain(tenant)
    sound = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            sound = cursor.fetchone()[0]
    say(
        json.dumps(
            {
                "numbers": numbers,
                "heard": heard,
                "counter": NumberCounter.objects.filter(series="ACT").values_list("last", flat=True).first() or 0,
                "chain": chain.holds,
                "links": AuditEntry.objects.filter(verb="act").count(),
                "chunks": sorted(ImportBatch.objects.filter(kind="chunk").values_list("number", flat=True)),
                "chunk_links": AuditEntry.objects.filter(verb="chunk").count(),
                "jobs": list(Job.objects.filter(name="tests.chunks").values_list("state", "attempts")),
                "waiting": OutboxDelivery.objects.exclude(state="done").count(),
                "sound": sound,
            }
        )
    )


def play() -> None:
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
