"""Jobs: our own rows, claimed by conditional update, given back when their lease runs out.

A job killed half-way is run again by the next worker, so a job must be able to begin anew: it stages, then
applies in chunks that are each a transaction of their own.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, close_old_connections, connection
from django.db.models import F, Q
from django.utils import timezone

from yunheng.foundation import events
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.models import Job, WorkerSeen
from yunheng.foundation.writing import writing

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
HEARTBEAT = timedelta(seconds=15)
SILENT_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)
JobFunction = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    every: timedelta


_functions: dict[str, JobFunction] = {}
_periodic: list[Periodic] = []


class Report:
    """Handed to a running job: tells the person who waits how far it is, and keeps the lease."""

    def __init__(self, job_id: int, clock: Callable[[], datetime]) -> None:
        self._job_id, self._clock = job_id, clock

    def __call__(self, done: int, total: int, words: str = "") -> None:
        percent = 100 if total <= 0 else min(100, done * 100 // total)
        Job.objects.filter(pk=self._job_id).update(
            progress=percent, progress_words=words[:200], lease_until=self._clock() + LEASE
        )


def job(name: str, *, every: timedelta | None = None) -> Callable[[JobFunction], JobFunction]:
    """Register ``function(*, now, report, actor, **arguments)``; its JSON-able return value is kept as the result."""

    def register(function: JobFunction) -> JobFunction:
        _functions[name] = function
        if every is not None and all(item.name != name for item in _periodic):
            _periodic.append(Periodic(name, every))
        return function

    return register


def names() -> list[str]:
    return sorted(_functions)


def enqueue(
    name: str,
    *,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    actor: Actor = SYSTEM,
) -> Job:
    """Put a job down; with a unique key that is still open, the open job is returned instead."""
    if unique_key is not None:
        open_one = Job.objects.filter(unique_key=unique_key, state__in=[Job.State.WAITING, Job.State.RUNNING]).first()
        if open_one is not None:
            return open_one
    try:
        with writing():
            return Job.objects.create(
                name=name,
                arguments=dict(arguments or {}),
                unique_key=unique_key,
                created_at=now,
                run_at=run_at or now,
                actor_id=actor.id,
                actor_label=actor.label,
            )
    except IntegrityError:
        return Job.objects.get(unique_key=unique_key, state__in=[Job.State.WAITING, Job.State.RUNNING])


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"


def claim(now: datetime, worker: str) -> Job | None:
    """Take the oldest job that is due, or one whose worker has gone silent."""
    _give_up_on_killers(now)
    due = Q(state=Job.State.WAITING, run_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    for pk in list(Job.objects.filter(due).order_by("run_at", "id").values_list("pk", flat=True)[:20]):
        taken = Job.objects.filter(due, pk=pk).update(
            state=Job.State.RUNNING, worker=worker, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            return Job.objects.get(pk=pk)
    return None


def _give_up_on_killers(now: datetime) -> None:
    """A job whose every attempt ended with a dead worker (out of memory, say) is not tried for ever."""
    silent = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now, attempts__gte=F("most_attempts"))
    if silent.exists():
        silent.update(
            state=Job.State.FAILED,
            error="The worker died each time while it ran this job.",
            lease_until=None,
            finished_at=now,
        )


def run_one(now: datetime, *, clock: Callable[[], datetime] = timezone.now, worker: str | None = None) -> bool:
    """Run one due job; False when there is none."""
    claimed = claim(now, worker or worker_name())
    if claimed is None:
        return False
    actor = Actor(claimed.actor_id, claimed.actor_label) if claimed.actor_id else SYSTEM
    mine = Job.objects.filter(pk=claimed.pk, worker=claimed.worker, attempts=claimed.attempts)
    try:
        function = _functions.get(claimed.name)
        if function is None:
            raise LookupError(f"no job is called {claimed.name}")
        result = function(now=now, report=Report(claimed.pk, clock), actor=actor, **claimed.arguments)
    except Exception as problem:
        log.exception("job %s (%s) failed", claimed.uid, claimed.name)
        spent = claimed.attempts >= claimed.most_attempts
        mine.update(
            state=Job.State.FAILED if spent else Job.State.WAITING,
            error="".join(traceback.format_exception_only(problem))[:4000],
            run_at=clock() + timedelta(seconds=min(3600, 4**claimed.attempts)),
            lease_until=None,
            finished_at=clock() if spent else None,
        )
    else:
        mine.update(state=Job.State.DONE, result=result, progress=100, error="", lease_until=None, finished_at=clock())
    return True


def enqueue_periodic(now: datetime) -> None:
    for periodic in _periodic:
        last = (
            Job.objects.filter(name=periodic.name).order_by("-created_at").values_list("created_at", flat=True).first()
        )
        if last is None or now - last >= periodic.every:
            enqueue(periodic.name, now=now, unique_key=f"every:{periodic.name}")


def run_again(pk: int, *, now: datetime) -> bool:
    """Put a failed job back; False when it is not failed, or when its key has been taken by a newer one."""
    try:
        with writing():
            return bool(
                Job.objects.filter(pk=pk, state=Job.State.FAILED).update(
                    state=Job.State.WAITING, attempts=0, run_at=now, progress=0, progress_words="", finished_at=None
                )
            )
    except IntegrityError:
        return False


def forget_done(before: datetime, *, chunk: int = 500) -> int:
    """Delete jobs that were done before an instant, in short transactions; failed ones wait for a person."""
    gone = 0
    while True:
        with writing():
            old = Job.objects.filter(state=Job.State.DONE, finished_at__lt=before).values_list("pk", flat=True)[:chunk]
            deleted, _by_model = Job.objects.filter(pk__in=list(old)).delete()
        gone += deleted
        if not deleted:
            return gone


def alive(now: datetime) -> list[str]:
    """Names of the workers that were heard of lately."""
    return list(
        WorkerSeen.objects.filter(seen_at__gte=now - SILENT_AFTER).order_by("name").values_list("name", flat=True)
    )


class _Heartbeat(threading.Thread):
    """Says that the worker lives and keeps the leases of what it runs, while the job itself is busy."""

    def __init__(self, worker: str, stop: threading.Event, clock: Callable[[], datetime]) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._worker, self._stop_event, self._clock = worker, stop, clock

    def run(self) -> None:
        started = self._clock()
        try:
            while True:
                self._beat(started)
                if self._stop_event.wait(HEARTBEAT.total_seconds()):
                    return
        finally:
            connection.close()

    def _beat(self, started: datetime) -> None:
        now = self._clock()
        try:
            with writing():
                WorkerSeen.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
                WorkerSeen.objects.update_or_create(
                    name=self._worker,
                    defaults={"seen_at": now},
                    create_defaults={"seen_at": now, "started_at": started},
                )
                Job.objects.filter(worker=self._worker, state=Job.State.RUNNING).update(lease_until=now + LEASE)
        except Exception:
            log.exception("the heartbeat stumbled and goes on")
            close_old_connections()


def work(*, stop: threading.Event, clock: Callable[[], datetime] = timezone.now, pause: float = 1.0) -> None:
    """The worker's loop: deliver events, put down periodic jobs, run jobs, wait; ends when ``stop`` is set.

    What is being done when ``stop`` comes is finished first.
    """
    name = worker_name()
    heart_stops = threading.Event()
    heartbeat = _Heartbeat(name, heart_stops, clock)
    heartbeat.start()
    looked_at: datetime | None = None
    while not stop.is_set():
        busy = False
        try:
            now = clock()
            busy = bool(events.deliver_due(now))
            if looked_at is None or now - looked_at >= HEARTBEAT:
                enqueue_periodic(now)
                looked_at = now
            busy = run_one(clock(), clock=clock, worker=name) or busy
        except Exception:
            log.exception("the worker stumbled and goes on")
            stop.wait(pause)
        finally:
            close_old_connections()
        if not busy:
            stop.wait(pause)
    heart_stops.set()
    heartbeat.join()
    with writing():
        WorkerSeen.objects.filter(name=name).delete()
