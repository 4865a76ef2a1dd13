"""I08: confirmed security events; zero needs everybody's word for every month."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from tests.cast import Cast
from tests.secops.builders import a_confirmed_event, an_event, at

from yunheng.contracts.queries import resolved
from yunheng.foundation import measures, registers
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.measures import MeasureRequest, MeasureResult
from yunheng.secops.actions import dismiss_event
from yunheng.secops.rules.standing import EventFact, standing

END = at("2022-08-01 00:00")


def measure(cast: Cast, as_of: datetime = END, **options: str) -> MeasureResult:
    return measures.get("secops.security_incidents").function(
        MeasureRequest(
            project=resolved(cast.project),
            scopes=(resolved(cast.contract), resolved(cast.other_contract)),
            first=date(2021, 7, 1),
            last=date(2022, 6, 30),
            start=at("2021-07-01 00:00"),
            end=at("2022-07-01 00:00"),
            cut_off=END,
            as_of=as_of,
            options=options,
        )
    )


@pytest.fixture
def all_vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registers._keepers, "everybody", lambda scope, register, months, as_of: months)


def test_no_event_without_anybodys_word_is_missing(cast: Cast) -> None:
    result = measure(cast)
    assert (result.state, result.value) == ("missing", None)
    told = [arguments for _msgid, arguments in result.words]
    assert [item["contract"] for item in told] == ["C1", "C2"]
    assert str(told[0]["months"]).startswith("2021-07、2021-08")


@pytest.mark.usefixtures("all_vouched")
def test_no_event_and_a_nil_return_for_every_month_is_zero(cast: Cast) -> None:
    result = measure(cast)
    assert (result.state, result.value, dict(result.inputs)) == (
        "vacuous",
        Fraction(0),
        {"value": "0", "nil_return": "true"},
    )


def test_one_confirmed_event_counts_whatever_was_signed(cast: Cast) -> None:
    a_confirmed_event(cast.contract)
    result = measure(cast)
    assert (result.state, result.value) == ("measured", Fraction(1))
    assert result.register is not None
    assert result.register.references == ["SEC-2021-000001"]


def test_events_of_several_contracts_and_of_the_project_are_counted_once_each(cast: Cast) -> None:
    for scope in (cast.contract, cast.other_contract, cast.project):
        a_confirmed_event(scope)
    assert measure(cast).value == 3


@pytest.mark.usefixtures("all_vouched")
def test_an_undecided_event_leaves_zero_unsaid(cast: Cast) -> None:
    event = an_event(cast.contract)
    assert measure(cast).state == "missing"
    dismiss_event(event=event, reason="误报", actor=SYSTEM, now=at("2021-09-12 09:00"))
    result = measure(cast)
    assert result.state == "vacuous"
    assert result.left_out is not None
    assert result.left_out.tolist() == [1]


@pytest.mark.usefixtures("all_vouched")
def test_the_options_leave_events_out_with_their_reason(cast: Cast) -> None:
    a_confirmed_event(cast.contract, level=4, liable_party="vendor")
    a_confirmed_event(cast.contract, level=2, liable_party="owner")
    assert measure(cast).value == 2
    major = measure(cast, threshold="major")
    assert major.value == 1
    assert major.left_out is not None
    assert major.left_out.tolist() == [3, 0]
    liable = measure(cast, liability="vendor")
    assert liable.value == 1
    assert liable.left_out is not None
    assert liable.left_out.tolist() == [0, 4]
    assert measure(cast, threshold="major", liability="vendor").state == "vacuous"


@pytest.mark.usefixtures("all_vouched")
def test_what_was_decided_later_was_not_known_then(cast: Cast) -> None:
    a_confirmed_event(cast.contract, "2022-06-10 10:00")
    assert measure(cast, as_of=at("2022-06-09 00:00")).state == "vacuous"
    assert measure(cast).value == 1


def test_an_event_outside_the_period_is_not_asked_for(cast: Cast) -> None:
    a_confirmed_event(cast.contract, "2022-07-01 00:00")
    assert measure(cast).register.references == []  # type: ignore[union-attr]  # every answer has its register


def test_the_latest_decision_known_holds() -> None:
    facts = [
        EventFact(1, "reported", {"level": 4}, at("2021-09-01 09:00"), at("2021-09-01 09:00")),
        EventFact(2, "confirmed", {"level": 3}, at("2021-09-02 09:00"), at("2021-09-02 09:00")),
        EventFact(3, "dismissed", {"reason": "误报"}, at("2021-09-03 09:00"), at("2021-09-03 09:00")),
    ]
    now = standing(facts)
    then = standing(facts, as_of=at("2021-09-02 10:00"))
    assert now is not None
    assert then is not None
    assert (now.state, then.state, then.level) == ("dismissed", "confirmed", 3)
    assert standing(facts, as_of=at("2021-08-01 00:00")) is None
