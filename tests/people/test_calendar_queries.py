from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.cast import NOW, Cast
from tests.people.builders import a_calendar_version

from yunheng.foundation.models import Scope
from yunheng.kernel import calendars
from yunheng.kernel.reading import CaseError
from yunheng.people import queries

FRIDAY = date(2021, 9, 17)
SHORT_DAY = {"weekly": {"fri": [["09:00", "12:00"]]}}


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp())


@pytest.mark.parametrize("code", queries.BUILT_IN)
def test_the_data_one_begins_a_calendar_with_is_the_built_in_calendar(code: str) -> None:
    own = calendars.ServiceCalendar.parse(queries.built_in_data(code))
    built_in = calendars.built_in(code)
    days = [date(2021, 1, 1) + timedelta(days=n) for n in range(800)]
    assert [own.windows(day) for day in days] == [built_in.windows(day) for day in days]


def test_without_a_row_the_built_in_calendar_holds(cast: Cast) -> None:
    assert queries.service_calendar(cast.tenant.pk, "cn-5x8") is not None
    worked = queries.working_time(cast.tenant.pk, "cn-5x8", FRIDAY, FRIDAY)
    assert worked.due(at("2021-09-17T17:00"), 4 * 3600) == at("2021-09-18T12:00")  # Saturday made up for the holiday


def test_a_calendar_that_nobody_made_is_named(cast: Cast) -> None:
    with pytest.raises(CaseError, match="cn-5x8"):
        queries.service_calendar(cast.tenant.pk, "night-shift")


def test_a_version_holds_from_its_day_and_the_built_in_before_it(cast: Cast) -> None:
    a_calendar_version(cast.tenant, "cn-5x8", FRIDAY, data=SHORT_DAY)
    calendar = queries.service_calendar(cast.tenant.pk, "cn-5x8")
    assert calendar.windows(FRIDAY) == ((9 * 3600, 12 * 3600),)
    assert len(calendar.windows(FRIDAY - timedelta(days=7))) == 2


def test_a_correction_is_a_new_revision_and_the_past_keeps_its_own(cast: Cast) -> None:
    a_calendar_version(cast.tenant, "desk", FRIDAY, recorded_at=NOW - timedelta(days=2))
    a_calendar_version(cast.tenant, "desk", FRIDAY, revision=2, data=SHORT_DAY)
    assert len(queries.service_calendar(cast.tenant.pk, "desk").windows(FRIDAY)) == 1
    before = queries.calendar_text(cast.tenant.pk, "desk", as_of=NOW - timedelta(days=1))
    assert (before.revision, len(before.parsed().windows(FRIDAY))) == ("2021-09-17/1", 2)
    assert queries.calendar_text(cast.tenant.pk, "desk").revision == "2021-09-17/2"


def test_two_offices_do_not_share_a_calendar(cast: Cast) -> None:
    a_calendar_version(cast.tenant, "cn-5x8", FRIDAY, data=SHORT_DAY)
    elsewhere = Scope.objects.get(code="T2")
    assert len(queries.service_calendar(elsewhere.pk, "cn-5x8").windows(FRIDAY)) == 2


def test_working_time_is_resolved_once_per_text(cast: Cast) -> None:
    a_calendar_version(cast.tenant, "desk", FRIDAY)
    first = queries.working_time(cast.tenant.pk, "desk", FRIDAY, date(2021, 12, 31))
    assert queries.working_time(cast.tenant.pk, "desk", FRIDAY, date(2021, 12, 31)) is first
    a_calendar_version(cast.tenant, "desk", FRIDAY, revision=2, data=SHORT_DAY)
    assert queries.working_time(cast.tenant.pk, "desk", FRIDAY, date(2021, 12, 31)) is not first
