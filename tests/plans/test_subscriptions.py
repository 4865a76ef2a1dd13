"""Work that others record fulfils rows, exactly once."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.assets.builders import a_system
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import a_draft, a_plan, at, settle_events, the_occurrence, the_row

from yunheng.foundation import events
from yunheng.foundation.models import OutboxDelivery
from yunheng.foundation.writing import writing
from yunheng.plans.models import Completion, Occurrence


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    return cast


def tell(office: Cast, kind: str, reference: str, done: datetime, *objects: str) -> None:
    with writing():
        events.publish(
            events.WorkDone(kind, reference, office.contract.pk, done.isoformat(), objects),
            scope=office.contract,
            aggregate=f"{kind}:{reference}",
            now=done,
        )
    settle_events(done)


def test_a_scan_fulfils_the_row_it_names_once(office: Cast) -> None:
    a_plan(office, a_draft("R58", "每季度1次"))
    for _again in range(2):
        tell(office, "secops.scan", "SCAN-1", at("2021-08-20 15:00"), "plans.row:R58", "SRV-1")
    done = the_occurrence("R58/2021-07..09/1")
    assert done.state == "done"
    assert [(item.reference, item.objects_named) for item in done.completions.all()] == [("SCAN-1", ["SRV-1"])]
    assert the_occurrence("R58/2021-10..12/1").state == "open"


def test_a_delivery_that_is_repeated_records_nothing_twice(office: Cast) -> None:
    a_plan(office, a_draft("R58", "每季度1次"))
    tell(office, "secops.scan", "SCAN-1", at("2021-08-20 15:00"), "plans.row:R58")
    OutboxDelivery.objects.filter(subscriber="plans.fulfil-rows").update(state=OutboxDelivery.State.WAITING)
    settle_events(at("2021-08-20 15:05"))
    assert Completion.objects.count() == 1


def test_a_fault_on_a_system_opens_and_closes_one_piece_of_work_by_need(office: Cast) -> None:
    a_system(office.contract, "OA", name="协同办公系统")
    a_system(office.contract, "WEB", name="网站")
    reading = dict(a_draft("R41", "按需").reading) | {"trigger": "fault"}
    a_plan(
        office,
        a_draft("R41", "按需", reading=reading, systems=("协同办公系统",), systems_basis="named"),
        a_draft("R50", "按需", reading=reading, systems=("网站",), systems_basis="named"),
        a_draft("R43", "按需", systems=("协同办公系统",), systems_basis="named"),
    )
    tell(office, "servicedesk.ticket", "INC-2021-000001", at("2021-08-20 15:00"), "OA")
    occurrence = Occurrence.objects.get()
    assert (occurrence.row, occurrence.state) == (the_row("R41"), "done")
    assert occurrence.trigger_reference == "INC-2021-000001"
    tell(office, "servicedesk.ticket", "REQ-2021-000001", at("2021-08-21 15:00"), "OA")
    assert set(Occurrence.objects.values_list("row__row_id", flat=True)) == {"R41", "R43"}


def test_work_elsewhere_fulfils_nothing_here(office: Cast) -> None:
    a_plan(office, a_draft("R58", "每季度1次"))
    tell(office, "secops.scan", "SCAN-1", at("2021-08-20 15:00"), "plans.row:R99")
    tell(office, "secops.scan", "SCAN-2", at("2021-08-20 15:00"))
    assert not Completion.objects.exists()
