from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.assets.builders import a_device
from tests.cast import NOW, Cast

from yunheng.assets.actions import in_use, recording
from yunheng.assets.actions.recording import DeviceFacts, SystemFacts
from yunheng.assets.models import Device, InUsePeriod
from yunheng.assets.queries import devices_in_use
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)


def test_the_vendor_records_what_he_serves(cast: Cast) -> None:
    system = recording.record_system(
        scope=cast.contract, facts=SystemFacts("OA", "协同办公"), actor=cast.vendor.actor, now=NOW
    )
    device = recording.record_device(
        scope=cast.contract,
        facts=DeviceFacts("SRV-1", "服务器", "主机", system),
        actor=cast.vendor.actor,
        now=NOW,
    )
    assert device.system == system
    assert list(AuditEntry.objects.values_list("verb", "reference")) == [("record", "OA"), ("record", "SRV-1")]


def test_who_sees_it_may_not_record_it_and_who_does_not_see_it_finds_nothing(cast: Cast) -> None:
    facts = SystemFacts("OA", "协同办公")
    with pytest.raises(Refused):
        recording.record_system(scope=cast.contract, facts=facts, actor=cast.auditor.actor, now=NOW)
    for nobody in (cast.outsider, cast.clerk, cast.system_admin):
        with pytest.raises(Unseen):
            recording.record_system(scope=cast.contract, facts=facts, actor=nobody.actor, now=NOW)


def test_a_thousand_devices_come_in_by_a_few_statements_and_all_or_nothing(cast: Cast) -> None:
    many = [DeviceFacts(f"D{n:04d}", "打印机", "打印机") for n in range(1000)]
    recording.record_devices(scope=cast.contract, devices=many, actor=cast.vendor.actor, now=NOW)
    with pytest.raises(Conflict):
        recording.record_devices(
            scope=cast.contract,
            devices=[DeviceFacts("NEW", "打印机", "打印机"), many[0]],
            actor=cast.vendor.actor,
            now=NOW,
        )
    assert Device.objects.count() == 1000
    assert AuditEntry.objects.count() == 1000


def test_a_code_is_free_again_when_its_import_was_withdrawn(cast: Cast) -> None:
    a_device(cast.contract, "D1").withdraw(NOW)
    assert devices_in_use([cast.contract.pk], FIRST, LAST) == []
    assert not Device.objects.filter(code="D1").exists()
    a_device(cast.contract, "D1")
    assert Device.objects.filter(code="D1").count() == 1


def test_periods_of_one_thing_never_overlap(cast: Cast) -> None:
    device = a_device(cast.contract, since=None)

    def put(since: date, until: date | None = None) -> None:
        in_use.put_in_use(thing=device, since=since, until=until, actor=cast.owner.actor, now=NOW)

    put(date(2021, 8, 1), date(2021, 9, 1))
    put(date(2021, 7, 1), date(2021, 8, 1))
    put(date(2021, 10, 1))
    for since, until in ((date(2021, 8, 31), None), (date(2021, 7, 15), date(2021, 7, 16)), (date(2022, 1, 1), None)):
        with pytest.raises(Conflict):
            put(since, until)
    with pytest.raises(Invalid):
        put(date(2021, 9, 5), date(2021, 9, 5))


def test_taken_out_of_use_from_a_day_on(cast: Cast) -> None:
    device = a_device(cast.contract, since=FIRST)
    later = NOW + timedelta(days=1)
    in_use.take_out_of_use(thing=device, until=date(2022, 1, 1), reason="报废", actor=cast.owner.actor, now=later)
    assert devices_in_use([cast.contract.pk], FIRST, LAST)[0].last == date(2021, 12, 31)
    assert devices_in_use([cast.contract.pk], FIRST, LAST, as_of=NOW)[0].last == LAST
    with pytest.raises(Conflict):
        in_use.take_out_of_use(thing=device, until=date(2022, 2, 1), actor=cast.owner.actor, now=later)


def test_many_come_into_use_by_a_few_statements_and_none_when_one_cannot(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    devices = [a_device(cast.contract, f"M-{number}", since=None) for number in range(100)]
    periods = [(device, date(2021, 7, 1), None) for device in devices]
    with pytest.raises(Conflict, match="M-0"):
        in_use.put_many_in_use(scope=cast.contract, periods=[*periods, periods[0]], actor=cast.owner.actor, now=NOW)
    assert not InUsePeriod.objects.exists()
    with django_assert_max_num_queries(14):
        made = in_use.put_many_in_use(scope=cast.contract, periods=periods, actor=cast.owner.actor, now=NOW)
    assert len(made) == 100
    with pytest.raises(Conflict, match="M-1"):
        in_use.put_many_in_use(scope=cast.contract, periods=[periods[1]], actor=cast.owner.actor, now=NOW)
    assert AuditEntry.objects.filter(verb="put-in-use").count() == 100
