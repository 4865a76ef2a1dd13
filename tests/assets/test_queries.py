from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from tests.assets.builders import a_device, a_system, in_use
from tests.cast import Cast

from yunheng.assets import queries
from yunheng.assets.models import InUsePeriod

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)


def test_stretches_are_clipped_to_the_window_and_the_end_is_not_a_day_of_service(cast: Cast) -> None:
    a_device(cast.contract, "D1", since=date(2021, 1, 1))
    a_device(cast.contract, "D2", since=date(2021, 8, 1), until=date(2021, 8, 11))
    a_device(cast.contract, "D3", since=date(2021, 1, 1), until=FIRST)
    a_device(cast.other_contract, "D4")
    with CaptureQueriesContext(connection) as asked:
        found = queries.devices_in_use([cast.contract.pk], FIRST, LAST)
    assert len(asked) == 1
    assert [(use.code, use.first, use.last, use.days) for use in found] == [
        ("D1", FIRST, LAST, 365),
        ("D2", date(2021, 8, 1), date(2021, 8, 10), 10),
    ]


def test_an_end_recorded_later_was_not_known_before(cast: Cast) -> None:
    device = a_device(cast.contract, "D1", since=None)
    recorded, ended = datetime(2021, 7, 1, tzinfo=UTC), datetime(2022, 3, 1, tzinfo=UTC)
    period = in_use(device, FIRST, recorded_at=recorded)
    InUsePeriod.objects.filter(pk=period.pk).update(until=date(2022, 2, 1), until_recorded_at=ended)

    def last_day(as_of: datetime) -> date:
        return queries.devices_in_use([cast.contract.pk], FIRST, LAST, as_of=as_of)[0].last

    assert last_day(datetime(2022, 2, 28, tzinfo=UTC)) == LAST
    assert last_day(ended) == date(2022, 1, 31)
    assert queries.devices_in_use([cast.contract.pk], FIRST, LAST, as_of=datetime(2021, 6, 1, tzinfo=UTC)) == []


def test_systems_are_listed_by_code(cast: Cast) -> None:
    a_system(cast.contract, "S2")
    a_system(cast.contract, "S1")
    assert [system.code for system in queries.systems_of([cast.contract.pk])] == ["S1", "S2"]
    assert [use.code for use in queries.systems_in_use([cast.contract.pk], FIRST, LAST)] == ["S1", "S2"]


def test_a_code_is_unique_in_the_office(cast: Cast) -> None:
    a_device(cast.contract, "D1")
    with pytest.raises(IntegrityError):
        a_device(cast.other_contract, "D1")


def test_a_period_ends_after_it_begins(cast: Cast) -> None:
    device = a_device(cast.contract, "D1", since=None)
    with pytest.raises(IntegrityError, match="in_use_ends_after_it_begins"):
        in_use(device, FIRST, FIRST)
