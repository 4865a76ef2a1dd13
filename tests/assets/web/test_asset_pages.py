from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.assets.builders import a_device, a_system, in_use
from tests.cast import Cast

from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.assets.web import listing
from yunheng.people.models import User
from yunheng.ui.lists import missing_indexes

SignIn = Callable[[User], Client]


def file_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_lists_have_their_indexes() -> None:
    assert missing_indexes(listing.SYSTEMS, System) == []
    assert missing_indexes(listing.DEVICES, Device) == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("owner", 200), ("vendor", 200), ("engineer", 200), ("supervisor", 200), ("auditor", 200), ("clerk", 404),
     ("outsider", 404), ("stranger", 404), ("system_admin", 404), ("security_admin", 404), ("audit_admin", 404)],
)  # fmt: skip
def test_who_has_a_part_in_the_contract_sees_what_it_serves(
    cast: Cast, signed_in: SignIn, name: str, status: int
) -> None:
    device, system = a_device(cast.contract), a_system(cast.contract)
    client = signed_in(getattr(cast, name))
    assert client.get(reverse("assets:device", args=[device.uid])).status_code == status
    assert client.get(reverse("assets:system", args=[system.uid])).status_code == status


def test_the_lists_show_filter_and_export(cast: Cast, signed_in: SignIn) -> None:
    a_device(cast.contract, "D-USED", name="=SUM(A1)")
    a_device(cast.contract, "D-IDLE", since=None)
    a_system(cast.contract, "OA")
    client, address = signed_in(cast.auditor), reverse("assets:devices")
    body = client.get(address, {"use": "no"}).content.decode()
    assert "D-IDLE" in body
    assert "D-USED" not in body
    assert "D-USED" in client.get(address, {"q": "D-U"}).content.decode()
    text = file_of(client.get(address, {"export": "csv"})).decode()
    assert "'=SUM(A1)" in text
    assert "OA" in client.get(reverse("assets:systems")).content.decode()
    assert "D-USED" not in signed_in(cast.outsider).get(address).content.decode()
    assert signed_in(cast.clerk).get(address).status_code == 404


def test_a_device_is_recorded_changed_and_taken_out_of_use(cast: Cast, signed_in: SignIn) -> None:
    system = a_system(cast.contract, "OA")
    client = signed_in(cast.vendor)
    data = {"scope": cast.contract.uid, "code": "PRT-1", "category": "打印机", "name": "打印机", "system": system.uid}
    assert client.get(reverse("assets:device-new")).status_code == 200
    assert client.post(reverse("assets:device-new"), data).status_code == 302
    assert client.post(reverse("assets:device-new"), data).status_code == 422
    device = Device.objects.get()
    edit = reverse("assets:device-edit", args=[device.uid])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"code": "PRT-1", "category": "打印机", "name": "新名"}).status_code == 302
    put, take = (reverse(f"assets:device-{verb}", args=[device.uid]) for verb in ("put-in-use", "take-out-of-use"))
    assert client.post(put, {"since": "2021-07-01"}).status_code == 302
    assert client.post(put, {"since": "2021-08-01"}).status_code == 422
    assert client.post(take, {"last_day": "2021-06-01"}).status_code == 422
    assert client.post(take, {"last_day": "2021-12-31", "reason": "报废"}).status_code == 302
    assert InUsePeriod.objects.get(device=device).until == date(2022, 1, 1)
    assert "2021-12-31" in client.get(reverse("assets:device", args=[device.uid])).content.decode()


def test_a_system_is_recorded_and_lists_its_devices(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    data = {"scope": cast.contract.uid, "code": "OA", "name": "协同办公", "importance": "core", "hosting": "云平台"}
    assert client.post(reverse("assets:system-new"), data).status_code == 302
    system = System.objects.get()
    a_device(cast.contract, "SRV-9", system=system)
    assert "SRV-9" in client.get(reverse("assets:system", args=[system.uid])).content.decode()
    edit = reverse("assets:system-edit", args=[system.uid])
    assert client.post(edit, {"code": "OA", "name": "新名", "importance": "ordinary"}).status_code == 302
    assert signed_in(cast.auditor).get(edit).status_code == 403
    assert (
        client.post(reverse("assets:system-put-in-use", args=[system.uid]), {"since": "2021-07-01"}).status_code == 302
    )
    assert client.get(reverse("assets:system-take-out-of-use", args=[system.uid])).status_code == 200


def test_nobody_records_on_a_contract_that_is_not_his(cast: Cast, signed_in: SignIn) -> None:
    data = {"scope": cast.contract.uid, "code": "X", "category": "x", "name": "x"}
    assert signed_in(cast.outsider).post(reverse("assets:device-new"), data).status_code == 422
    assert signed_in(cast.engineer).post(reverse("assets:device-new"), data).status_code == 404


def test_a_page_of_devices_costs_a_known_number_of_queries(cast: Cast, signed_in: SignIn) -> None:
    for number in range(60):
        device = a_device(cast.contract, f"D{number:03d}", since=date(2021, 7, 1), until=date(2021, 8, 1))
        in_use(device, date(2021, 9, 1))
    client = signed_in(cast.owner)
    client.get(reverse("assets:devices"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("assets:devices"))
    assert len(asked) <= 15, [query["sql"][:120] for query in asked]
