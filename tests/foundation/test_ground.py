"""First proof that the ground carries: chain, numbers, grants, events, jobs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from tests.cast import NOW, Cast

from yunheng.foundation import access, audit, events, jobs, numbering
from yunheng.foundation.errors import Refused, Unseen
from yunheng.foundation.models import AuditEntry, AuditHead, Job, OutboxDelivery
from yunheng.foundation.writing import writing

access.declare("tests.thing", {"view": {"owner_lead", "vendor_manager"}, "sign": {"owner_lead"}})


def some_entries(cast: Cast, count: int) -> None:
    with writing():
        audit.record_many(
            scope=cast.contract,
            actor=cast.owner.actor,
            now=NOW,
            entries=[("note", "tests.thing", f"T-{n}", {"n": n}) for n in range(count)],
        )


def test_an_untouched_chain_holds(cast: Cast) -> None:
    some_entries(cast, 5)
    report = audit.verify_chain(cast.tenant)
    assert report.holds
    assert report.links == 5


@pytest.mark.parametrize(
    ("change", "trouble", "at"),
    [
        ({"body": b"[]"}, "edited", 3),
        ({"reference": "T-x"}, "columns", 3),
        ({"at": NOW + timedelta(seconds=1)}, "columns", 3),
        ({"sequence": 99}, "missing", 3),
    ],
)
def test_an_edited_row_is_named(cast: Cast, change: dict[str, Any], trouble: str, at: int) -> None:
    some_entries(cast, 5)
    AuditEntry.objects.filter(sequence=3).update(**change)
    found = audit.verify_chain(cast.tenant).breaks[0]
    assert (found.trouble, found.sequence) == (trouble, at)


def test_a_cut_tail_shows_at_the_head_and_a_cut_head_shows_at_the_anchor(cast: Cast) -> None:
    some_entries(cast, 5)
    anchor = audit.head_of(cast.tenant.pk)
    AuditEntry.objects.filter(sequence=5).delete()
    assert audit.verify_chain(cast.tenant).breaks[0].trouble == "cut_off"
    fourth = AuditEntry.objects.get(sequence=4)
    AuditHead.objects.update(sequence=4, link=fourth.link)
    assert audit.verify_chain(cast.tenant).holds
    assert audit.verify_chain(cast.tenant, anchors=[anchor]).breaks[0].trouble == "anchor"


def test_links_appended_during_the_walk_are_no_trouble(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    some_entries(cast, 5)
    read = audit._rows

    def read_while_others_write(tenant_id: int, last: int) -> Any:
        yield from read(tenant_id, last)
        if AuditEntry.objects.count() < 15:
            some_entries(cast, 5)

    monkeypatch.setattr(audit, "_rows", read_while_others_write)
    report = audit.verify_chain(cast.tenant)
    assert (report.holds, report.links) == (True, 15)


def test_rows_beyond_the_head_are_trouble(cast: Cast) -> None:
    some_entries(cast, 5)
    third = AuditEntry.objects.get(sequence=3)
    AuditHead.objects.update(sequence=3, link=third.link)
    assert audit.verify_chain(cast.tenant).breaks[0].trouble == "cut_off"
    assert audit.tail_holds(cast.tenant, 100)  # a quick look does not see it


def test_numbers_have_no_gap_after_a_rollback(cast: Cast) -> None:
    with writing():
        assert numbering.next_number(cast.contract, "INC", 2021) == "INC-2021-000001"
    with pytest.raises(RuntimeError, match="changed my mind"), writing():
        numbering.next_number(cast.contract, "INC", 2021)
        raise RuntimeError("changed my mind")
    with writing():
        assert numbering.reserve(cast.other_contract, "INC", 2021, 2) == [
            "INC-2021-000002",
            "INC-2021-000003",
        ]


def test_a_grant_holds_below_its_scope_and_nowhere_else(cast: Cast) -> None:
    assert access.visible_scopes(cast.owner.actor, "tests.thing", "view", NOW) == {
        cast.project.pk,
        cast.contract.pk,
        cast.other_contract.pk,
    }
    assert access.visible_scopes(cast.vendor.actor, "tests.thing", "view", NOW) == {cast.contract.pk}
    with pytest.raises(Unseen):
        access.require(cast.stranger.actor, "sign", "tests.thing", cast.contract, NOW)


def test_a_refusal_is_audited(cast: Cast) -> None:
    with pytest.raises(Refused):
        access.require(cast.vendor.actor, "sign", "tests.thing", cast.contract, NOW, reference="T-1")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.reference, entry.actor_label) == ("refused", "T-1", "vendor")


@dataclass(frozen=True, slots=True)
class Rang(events.Event):
    name: ClassVar[str] = "tests.rang"
    bell: str


def test_events_arrive_once_in_order_and_a_failure_holds_back_its_aggregate(cast: Cast) -> None:
    heard: list[str] = []

    def hear(event: Rang, *, now: Any, idempotency_key: str) -> None:
        if event.bell == "broken" and len(heard) == 1:
            heard.append("x")
            raise RuntimeError("deaf")
        heard.append(event.bell)

    events.subscribe(Rang, "tests.hear", hear)
    with writing():
        for bell, aggregate in [("a", "1"), ("broken", "1"), ("c", "1"), ("d", "2")]:
            events.publish(Rang(bell), scope=cast.contract, aggregate=aggregate, now=NOW)
    assert events.deliver_due(NOW) == 2
    assert heard == ["a", "x", "d"]
    assert events.deliver_due(NOW + timedelta(hours=1)) == 2
    assert heard == ["a", "x", "d", "broken", "c"]
    assert events.deliver_due(NOW + timedelta(hours=2)) == 0
    assert set(OutboxDelivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_job_whose_worker_died_is_run_again(cast: Cast) -> None:
    ran: list[int] = []

    @jobs.job("tests.count")
    def count(*, now: Any, report: Any, actor: Any, step: int) -> int:
        ran.append(step)
        report(1, 2, "half")
        return step * 2

    jobs.enqueue("tests.count", now=NOW, arguments={"step": 21}, unique_key="only")
    again = jobs.enqueue("tests.count", now=NOW, arguments={"step": 22}, unique_key="only")
    assert Job.objects.count() == 1
    assert jobs.claim(NOW, "a worker that dies") is not None
    assert not jobs.run_one(NOW, clock=lambda: NOW)
    later = NOW + timedelta(minutes=3)
    assert jobs.run_one(later, clock=lambda: later)
    again.refresh_from_db()
    assert (again.state, again.result, again.attempts, ran) == (Job.State.DONE, 42, 2, [21])


@pytest.mark.django_db(transaction=True)
def test_many_writers_take_turns() -> None:
    from tests.cast import assemble

    cast = assemble()

    def write() -> None:
        from django.db import connection

        for _ in range(10):
            with writing():
                numbering.next_number(cast.contract, "RUN", 2022)
                some_entries(cast, 1)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify_chain(cast.tenant).links == 80
