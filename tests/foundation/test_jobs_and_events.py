"""What the worker does when things go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, OperationalError
from tests.cast import NOW, Cast

from yunheng.foundation import events, jobs
from yunheng.foundation.models import Job, NumberCounter, OutboxDelivery, WorkerSeen
from yunheng.foundation.writing import writing


@dataclass(frozen=True, slots=True)
class Bell(events.Event):
    name: ClassVar[str] = "tests.bell"
    note: str


heard: list[str] = []


def hear(event: Bell, *, now: Any, idempotency_key: str) -> None:
    if event.note == "twice":
        NumberCounter.objects.create(tenant_id=1, series="X", year=1)
        NumberCounter.objects.create(tenant_id=1, series="X", year=1)
    if event.note == "away":
        raise OperationalError("database is locked")
    if event.note == "broken":
        raise RuntimeError("broken")
    heard.append(event.note)


events.subscribe(Bell, "tests.bell-hear", hear)


def ring(cast: Cast, *notes: str, aggregate: str = "bell:1") -> None:
    with writing():
        for note in notes:
            events.publish(Bell(note), scope=cast.contract, aggregate=aggregate, now=NOW)


def test_a_handler_that_breaks_a_constraint_is_put_off_and_holds_up_nobody_else(cast: Cast) -> None:
    heard.clear()
    ring(cast, "twice")
    ring(cast, "other", aggregate="bell:2")
    assert events.deliver_due(NOW) == 1
    assert heard == ["other"]
    assert "IntegrityError" in OutboxDelivery.objects.exclude(state="done").get().error


def test_when_the_database_is_away_nothing_is_counted_as_an_attempt(cast: Cast) -> None:
    ring(cast, "away")
    with pytest.raises(OperationalError):
        events.deliver_due(NOW)
    assert OutboxDelivery.objects.get().attempts == 0


def test_those_behind_a_failure_do_not_fill_the_batch(cast: Cast) -> None:
    heard.clear()
    ring(cast, "broken", *(f"behind {n}" for n in range(30)))
    ring(cast, "free", aggregate="bell:2")
    events.deliver_due(NOW)
    heard.clear()
    later = NOW + timedelta(seconds=1)  # the broken one is put off by two
    ring(cast, "free too", aggregate="bell:3")
    assert events.deliver_due(later, limit=5) == 1
    assert heard == ["free too"]


def test_a_delivery_that_failed_for_good_waits_for_a_person_and_keeps_the_order(cast: Cast) -> None:
    heard.clear()
    ring(cast, "broken", "after")
    moment = NOW
    for _n in range(events.MOST_ATTEMPTS):
        events.deliver_due(moment)
        moment += timedelta(hours=2)
    failed = OutboxDelivery.objects.get(state="failed")
    assert heard == []
    assert events.try_again(failed.pk, now=moment)
    assert not events.try_again(failed.pk, now=moment)
    failed.event.payload = {"note": "mended"}
    failed.event.save()
    assert events.deliver_due(moment) == 2
    assert heard == ["mended", "after"]


def test_a_job_that_kills_its_worker_each_time_is_given_up(cast: Cast) -> None:
    jobs.enqueue("tests.killer", now=NOW)
    moment = NOW
    for _n in range(5):
        assert jobs.claim(moment, "worker") is not None
        moment += jobs.LEASE + timedelta(seconds=1)
    assert jobs.claim(moment, "worker") is None
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("failed", 5)
    assert "died" in job.error


def test_a_job_that_fails_is_tried_again_later_and_in_the_end_given_up(cast: Cast) -> None:
    @jobs.job("tests.fails")
    def fails(*, now: Any, report: Any, actor: Any) -> None:
        raise ValueError("no luck")

    jobs.enqueue("tests.fails", now=NOW)
    moment = NOW
    for _n in range(5):
        clock = lambda moment=moment: moment  # noqa: E731 - the instant of this round
        assert jobs.run_one(moment, clock=clock)
        assert not jobs.run_one(moment, clock=clock)
        moment += timedelta(hours=2)
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("failed", 5)
    assert "no luck" in job.error
    assert jobs.run_again(job.pk, now=moment)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)


def test_a_failed_job_does_not_push_out_a_newer_one_with_its_key(cast: Cast) -> None:
    old = jobs.enqueue("tests.nobody", now=NOW, unique_key="only")
    Job.objects.filter(pk=old.pk).update(state="failed")
    jobs.enqueue("tests.nobody", now=NOW, unique_key="only")
    assert not jobs.run_again(old.pk, now=NOW)


def test_only_workers_heard_of_lately_are_alive(cast: Cast) -> None:
    WorkerSeen.objects.create(name="alive", started_at=NOW, seen_at=NOW)
    WorkerSeen.objects.create(name="gone", started_at=NOW, seen_at=NOW - timedelta(minutes=5))
    assert jobs.alive(NOW + timedelta(seconds=30)) == ["alive"]


def test_integrity_errors_are_not_swallowed_by_a_write(cast: Cast) -> None:
    with pytest.raises(IntegrityError), writing():
        NumberCounter.objects.create(tenant=cast.tenant, series="Y", year=1)
        NumberCounter.objects.create(tenant=cast.tenant, series="Y", year=1)
    assert not NumberCounter.objects.exists()


def test_what_is_done_is_forgotten_and_what_waits_or_failed_is_kept(cast: Cast) -> None:
    ring(cast, "fine")
    events.deliver_due(NOW)
    ring(cast, "broken", aggregate="bell:2")
    done = jobs.enqueue("tests.nobody", now=NOW)
    failed = jobs.enqueue("tests.nobody", now=NOW)
    Job.objects.filter(pk=done.pk).update(state="done", finished_at=NOW)
    Job.objects.filter(pk=failed.pk).update(state="failed", finished_at=NOW)
    later = NOW + timedelta(days=31)
    assert jobs.forget_done(later) == 1
    assert events.forget_delivered(later) == 1
    assert list(Job.objects.values_list("pk", flat=True)) == [failed.pk]
    assert OutboxDelivery.objects.get().state == "waiting"
