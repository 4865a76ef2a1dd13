"""The five measures over faults: the worked examples, what is left out and why, and what was known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.cast import Cast
from tests.servicedesk.builders import a_device, a_fault, a_system, a_ticket, an_office_with_targets, at

from yunheng.foundation import registers
from yunheng.foundation.measures import MeasureRequest, MeasureResult, ResolvedScope
from yunheng.foundation.models import Scope
from yunheng.servicedesk import actions, measures
from yunheng.servicedesk.actions.loading import FactDraft, Loader, PauseDraft, TicketDraft
from yunheng.servicedesk.models import Ticket

CUT_OFF = "2022-07-15 18:00"


def resolved_scope(scope: Scope) -> ResolvedScope:
    return ResolvedScope(scope.pk, scope.code, scope.name, scope.kind, scope.zone)


def a_request(cast: Cast, *, as_of: str = "2022-07-20 09:00", cut_off: str = CUT_OFF, **options: str) -> MeasureRequest:
    return MeasureRequest(
        project=resolved_scope(cast.project),
        scopes=(resolved_scope(cast.contract),),
        first=date(2021, 7, 1),
        last=date(2022, 6, 30),
        start=at("2021-07-01 00:00"),
        end=at("2022-07-01 00:00"),
        cut_off=at(cut_off),
        as_of=at(as_of),
        options=options,
    )


@pytest.fixture
def vouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody signed for every month."""
    monkeypatch.setitem(registers._keepers, "test", lambda scope_id, register, months, as_of: months)
    yield


def many(cast: Cast, count: int, *, level: int = 2, start: str = "2021-08-02 09:00", **hours: float) -> None:
    """Faults two hours apart with responded, restored, resolved so many hours after the report."""
    drafts = []
    for index in range(count):
        reported = int((at(start) + timedelta(hours=2 * index)).timestamp())
        facts = [FactDraft("reported", reported, {"level": level, "impact": 1, "urgency": 2})]
        facts += [FactDraft(kind, reported + int(hour * 3600)) for kind, hour in hours.items()]
        drafts.append(TicketDraft(f"故障{index}", facts))
    loader = Loader(cast.contract, cast.vendor.actor)
    loader.write(loader.prepare(drafts), now=at("2022-07-10 09:00"))


def shares(result: MeasureResult) -> tuple[str, Fraction | None, Fraction | None]:
    return result.state, result.numerator, result.denominator


def reasons(result: MeasureResult) -> set[str]:
    assert result.left_out is not None
    return {result.reasons[code - 1] for code in result.left_out.tolist() if code}


# ---------------------------------------------------------------- the worked examples


def test_118_of_126_faults_resolved(cast: Cast) -> None:
    an_office_with_targets(cast)
    many(cast, 118, responded=0.1, restored=1, resolved=2)
    many(cast, 8, start="2022-01-04 09:00", responded=0.1)
    result = measures.resolved(a_request(cast))
    assert shares(result) == ("measured", Fraction(118), Fraction(126))
    assert result.value == Fraction(118, 126)
    assert result.parts == {"C1": (Fraction(118), Fraction(126))}


def test_124_of_126_answered_in_time(cast: Cast) -> None:
    an_office_with_targets(cast)
    many(cast, 124, responded=0.5, resolved=2)  # exactly at the limit of level 2
    many(cast, 1, start="2022-01-04 09:00", responded=0.6, resolved=2)
    many(cast, 1, start="2022-01-05 09:00", resolved=2)  # nobody recorded an answer
    assert shares(measures.responded_in_time(a_request(cast))) == ("measured", Fraction(124), Fraction(126))


def test_117_of_126_restored_in_time(cast: Cast) -> None:
    an_office_with_targets(cast)
    many(cast, 117, responded=0.1, restored=8, resolved=20)
    many(cast, 9, start="2022-01-04 09:00", responded=0.1, restored=8.5, resolved=20)
    assert shares(measures.restored_in_time(a_request(cast))) == ("measured", Fraction(117), Fraction(126))


@pytest.mark.parametrize(
    ("level", "restored", "resolved", "by_restore", "by_repair"),
    [(2, 6, 30, True, False), (2, 9, 20, False, True)],
)
def test_restored_or_finally_repaired_is_an_option(
    cast: Cast, level: int, restored: int, resolved: int, by_restore: bool, by_repair: bool
) -> None:
    an_office_with_targets(cast)
    many(cast, 1, level=level, responded=0.1, restored=restored, resolved=resolved)
    assert measures.restored_in_time(a_request(cast)).numerator == int(by_restore)
    assert measures.restored_in_time(a_request(cast, restoration="final_repair")).numerator == int(by_repair)


def test_a_level_without_restore_limit_is_held_to_its_repair_limit(cast: Cast) -> None:
    an_office_with_targets(cast)
    a_fault(cast, "2021-09-06 10:00", level=4, responded="2021-09-06 10:30", resolved="2021-09-13 10:00")
    a_fault(cast, "2021-09-06 11:00", level=4, responded="2021-09-06 11:30", resolved="2021-09-13 11:01")
    assert shares(measures.restored_in_time(a_request(cast))) == ("measured", Fraction(1), Fraction(2))


def test_a_pause_counts_unless_the_clock_never_stops(cast: Cast) -> None:
    an_office_with_targets(cast)
    reported = int(at("2021-09-27 09:00").timestamp())
    draft = TicketDraft(
        "等备件",
        [
            FactDraft("reported", reported, {"level": 2, "impact": 1, "urgency": 2}),
            FactDraft("responded", reported + 600),
            FactDraft("resolved", reported + 10 * 3600),
        ],
        pauses=[PauseDraft(reported + 3600, reported + 4 * 3600, "owner_parts", "owner", confirmed=True)],
    )
    loader = Loader(cast.contract, cast.supervisor.actor)
    loader.write(loader.prepare([draft]), now=at("2021-09-28 09:00"))
    assert measures.restored_in_time(a_request(cast)).numerator == 1
    assert measures.restored_in_time(a_request(cast, stopped_clock="never")).numerator == 0


def test_device_days_with_an_open_fault_are_not_normal(cast: Cast, vouched: None) -> None:
    an_office_with_targets(cast)
    first, second = a_device(cast, "SV-001"), a_device(cast, "SV-002")
    a_fault(cast, "2021-09-06 10:00", device=first, responded="2021-09-06 10:30", restored="2021-09-08 09:00")
    a_fault(cast, "2021-09-07 10:00", device=first, responded="2021-09-07 10:30", restored="2021-09-09 00:00")
    a_fault(cast, "2021-09-07 10:00", device=second, level=4, responded="2021-09-07 10:30", resolved="2021-09-07 11:00")
    a_fault(cast, "2021-09-20 10:00", responded="2021-09-20 10:30", resolved="2021-09-20 11:00")
    result = measures.devices_normal(a_request(cast))
    # The first device: 6, 7 and 8 September, overlap once, and midnight does not begin a day; the second: one day.
    assert shares(result) == ("measured", Fraction(730 - 4), Fraction(730))
    assert reasons(result) == {"It names no object that is counted here."}


def test_a_device_taken_out_of_service_has_fewer_days(cast: Cast, vouched: None) -> None:
    an_office_with_targets(cast)
    device = a_device(cast, since="2022-06-01")
    a_fault(cast, "2022-05-30 10:00", device=device, responded="2022-05-30 10:30", resolved="2022-05-30 11:00")
    result = measures.devices_normal(a_request(cast))
    assert shares(result) == ("measured", Fraction(30), Fraction(30))
    assert reasons(result) == {"It fell on no day of service of its object."}


def test_fault_free_days_are_the_mean_over_systems(cast: Cast, vouched: None) -> None:
    an_office_with_targets(cast)
    first, second = a_system(cast, "OA"), a_system(cast, "HR")
    a_fault(cast, "2021-09-06 10:00", level=1, system=first, responded="2021-09-06 10:01", restored="2021-09-10 18:00")
    a_fault(cast, "2021-10-06 10:00", level=3, system=second, responded="2021-10-06 10:01", restored="2021-10-10 18:00")
    result = measures.fault_free_days(a_request(cast))
    assert (result.value, result.denominator) == ((Fraction(360, 365) + 1) / 2, Fraction(2))
    assert reasons(result) == {"Faults of this level do not count here."}
    everything = measures.fault_free_days(a_request(cast, counted_levels="all"))
    assert everything.value == Fraction(360, 365)


@pytest.mark.parametrize(
    ("fault_days", "value"),
    [([5, 12, 26], Fraction(1095 - 43, 1095)), ([40], Fraction(325, 365))],
)
def test_the_worked_examples_of_fault_free_days(fault_days: list[int], value: Fraction) -> None:
    from yunheng.servicedesk.rules.faults import mean_fault_free

    assert mean_fault_free([365] * len(fault_days), fault_days) / len(fault_days) == value


def test_a_fault_still_open_from_before_the_period_costs_its_days(cast: Cast, vouched: None) -> None:
    an_office_with_targets(cast)
    system = a_system(cast, since="2021-06-01")
    a_fault(cast, "2021-06-28 10:00", level=1, system=system, responded="2021-06-28 10:01", restored="2021-07-03 18:00")
    result = measures.fault_free_days(a_request(cast))
    assert result.value == Fraction(362, 365)
    assert measures.resolved(a_request(cast)).state == "vacuous"


# ---------------------------------------------------------------- left out


def test_what_is_no_fault_is_left_out_with_its_reason(cast: Cast) -> None:
    an_office_with_targets(cast)
    counted = a_fault(cast, "2021-09-06 09:00", responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    a_ticket(cast, "2021-09-06 09:00", kind="request")
    for as_, number in (("duplicate", counted.number), ("false_alarm", ""), ("not_a_fault", "")):
        actions.exclude(
            ticket=a_ticket(cast, "2021-09-06 09:00"), as_=as_, reason="核实", duplicate_of=number,
            actor=cast.supervisor.actor, now=at("2021-09-07 09:00"),
        )  # fmt: skip
    a_ticket(cast, "2021-09-06 09:00", by=cast.engineer, now=at("2021-09-10 09:00"))
    result = measures.resolved(a_request(cast))
    assert shares(result) == ("measured", Fraction(1), Fraction(1))
    assert reasons(result) == {
        "A request, not a fault.",
        "It repeats another ticket.",
        "A false alarm.",
        "It was found to be no fault.",
        "Back-filled, and nobody has confirmed it.",
    }


def test_an_open_fault_counts_once_it_is_overdue(cast: Cast) -> None:
    an_office_with_targets(cast)
    a_fault(cast, "2021-09-06 09:00", responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    a_fault(cast, "2022-06-30 17:00", level=4, responded="2022-06-30 17:10")
    early = a_request(cast, cut_off="2022-07-01 09:00")
    assert shares(measures.resolved(early)) == ("measured", Fraction(1), Fraction(1))
    assert reasons(measures.resolved(early)) == {"Its time limit has not run out yet."}
    assert (
        measures.resolved(a_request(cast, cut_off="2022-07-01 09:00", open_and_not_overdue="counted")).denominator == 2
    )
    assert measures.resolved(a_request(cast)).denominator == 2


def test_an_unjudged_level_makes_the_indicator_missing_and_is_named(cast: Cast) -> None:
    an_office_with_targets(cast, levels=(1, 2, 4))
    a_fault(cast, "2021-09-06 09:00", level=2, responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    late = a_fault(cast, "2021-09-06 09:00", level=3, responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    for measure in (measures.responded_in_time, measures.restored_in_time):
        result = measure(a_request(cast))
        assert result.state == "missing"
        assert result.words[0][1] == {"contract": "C1", "level": 3, "count": 1, "first": late.number}
    assert measures.resolved(a_request(cast)).state == "measured"


def test_no_fault_and_no_word_is_missing(cast: Cast) -> None:
    an_office_with_targets(cast)
    result = measures.resolved(a_request(cast))
    assert result.state == "missing"
    assert "2021-07" in result.words[0][1]["months"]


def test_no_fault_with_every_month_vouched_for_is_vacuous(cast: Cast, vouched: None) -> None:
    an_office_with_targets(cast)
    assert measures.responded_in_time(a_request(cast)).state == "vacuous"


def test_days_need_a_word_for_every_month_without_a_fault(cast: Cast) -> None:
    an_office_with_targets(cast)
    a_device(cast)
    a_fault(cast, "2021-09-06 09:00", responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    result = measures.devices_normal(a_request(cast))
    assert result.state == "missing"
    assert "2021-09" not in result.words[1][1]["months"]


def test_nothing_in_use_is_not_applicable(cast: Cast) -> None:
    an_office_with_targets(cast)
    assert measures.devices_normal(a_request(cast)).state == "not_applicable"


def test_without_monitoring_its_method_is_missing(cast: Cast) -> None:
    assert measures.devices_normal(a_request(cast, method="monitoring")).state == "missing"


def test_another_contract_is_left_out_of_a_shared_register(cast: Cast) -> None:
    an_office_with_targets(cast)
    a_fault(cast, "2021-09-06 09:00", responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    a_fault(
        cast, "2021-09-06 09:00", scope=cast.other_contract, worker=cast.outsider,
        responded="2021-09-06 09:10", resolved="2021-09-06 10:00",
    )  # fmt: skip
    both = replace(a_request(cast), scopes=(resolved_scope(cast.contract), resolved_scope(cast.other_contract)))
    whole = measures.resolved(both)
    one = measures.resolved(replace(a_request(cast), cache=both.cache))
    assert whole.denominator == Fraction(2)
    assert one.denominator == Fraction(1)
    assert one.register is whole.register
    assert reasons(one) == {"It belongs to a contract that is not judged here."}


# ---------------------------------------------------------------- what was known when


def values(result: MeasureResult) -> dict[str, Any]:
    assert result.register is not None
    return {
        "references": result.register.references,
        **{name: list(column) for name, column in result.register.columns.items()},
        "sources": result.register.sources.tolist(),
    }


def test_what_is_recorded_later_does_not_change_what_was_known(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2022-06-20 09:00", level=2, responded="2022-06-20 09:10", resolved="2022-06-20 10:00")
    request = a_request(cast, as_of="2022-07-20 09:00")
    before = values(measures.resolved(request))
    a_ticket(cast, "2022-06-21 09:00", by=cast.engineer, now=at("2022-07-21 09:00"))
    actions.correct_fact(
        fact=ticket.facts.get(kind="resolved"), occurred_at=at("2022-06-20 22:00"), reason="日志",
        actor=cast.supervisor.actor, now=at("2022-07-21 09:10"),
    )  # fmt: skip
    actions.exclude(ticket=ticket, as_="false_alarm", reason="误报", actor=cast.owner.actor, now=at("2022-07-21 09:20"))
    assert values(measures.resolved(replace(request, cache={}))) == before
    now_known = measures.resolved(a_request(cast, as_of="2022-07-22 09:00"))
    assert (now_known.denominator, len(values(now_known)["references"])) == (None, 2)


def test_facts_after_the_cut_off_do_not_count(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2022-06-20 09:00", level=2)
    actions.respond(ticket=ticket, actor=cast.engineer.actor, now=at("2022-06-20 09:10"))
    actions.resolve(ticket=ticket, note="好", actor=cast.engineer.actor, now=at("2022-07-18 09:00"))
    assert shares(measures.resolved(a_request(cast))) == ("measured", Fraction(0), Fraction(1))
    assert measures.resolved(a_request(cast, cut_off="2022-07-18 09:00")).numerator == 1


def test_a_row_changed_behind_the_systems_back_shows_in_the_values_and_in_the_check(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-06 09:00", level=2, responded="2021-09-06 09:50", resolved="2021-09-06 10:00")
    request = a_request(cast)
    before = values(measures.responded_in_time(request))
    assert measures.source_check(request) == []
    Ticket.objects.filter(pk=ticket.pk).update(
        responded_at=at("2021-09-06 09:05"), response_breached_at=None, late=False
    )
    changed = replace(request, cache={})
    after = values(measures.responded_in_time(changed))
    assert {name for name in before if before[name] != after[name]} == {"responded", "response_breached"}
    assert {(number, column) for number, column, _shown in measures.source_check(changed)} == {
        (ticket.number, "responded_at"),
        (ticket.number, "response_breached_at"),
        (ticket.number, "late"),
    }


def test_a_row_removed_or_added_behind_the_systems_back_changes_the_references(cast: Cast) -> None:
    an_office_with_targets(cast)
    first = a_fault(cast, "2021-09-06 09:00", responded="2021-09-06 09:10", resolved="2021-09-06 10:00")
    second = a_fault(cast, "2021-09-07 09:00", responded="2021-09-07 09:10", resolved="2021-09-07 10:00")
    Ticket.objects.filter(pk=second.pk).update(
        recorded_at=at("2023-01-01 09:00"), last_recorded_at=at("2023-01-01 09:00")
    )
    assert measures.resolved(a_request(cast)).register.references == [first.number]  # type: ignore[union-attr]  # there


def test_a_breach_that_was_recorded_stays_in_the_measure(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-06 09:00", level=2)
    actions.record_breaches(now=at("2021-09-06 09:40"))
    ticket.refresh_from_db()
    actions.change_level(
        ticket=ticket, impact=3, urgency=3, reason="一人", actor=cast.owner.actor, now=at("2021-09-06 09:45")
    )
    actions.respond(ticket=ticket, actor=cast.engineer.actor, now=at("2021-09-06 09:50"))
    assert ticket.responded_at is not None and ticket.response_due_at is not None
    assert ticket.responded_at < ticket.response_due_at
    assert measures.responded_in_time(a_request(cast)).numerator == 0


def test_the_fast_way_and_the_slow_way_agree(cast: Cast) -> None:
    an_office_with_targets(cast)
    system, device = a_system(cast), a_device(cast)
    a_fault(cast, "2021-09-06 09:00", level=1, system=system, responded="2021-09-06 09:50", restored="2021-09-06 10:00")
    a_fault(cast, "2021-09-07 09:00", device=device, responded="2021-09-07 09:10", resolved="2021-09-07 10:00")
    a_ticket(cast, "2021-09-08 09:00", kind="request")
    ticket = a_fault(cast, "2021-09-27 09:00", level=2, responded="2021-09-27 09:10")
    entry = actions.pause(ticket=ticket, reason="owner_parts", actor=cast.engineer.actor, now=at("2021-09-27 09:50"))
    actions.confirm_pause(entry=entry, actor=cast.supervisor.actor, now=at("2021-09-27 11:00"))
    fast = values(measures.resolved(a_request(cast)))
    Ticket.objects.update(last_recorded_at=datetime.max.replace(year=9000, tzinfo=at("2021-01-01 00:00").tzinfo))
    assert values(measures.resolved(a_request(cast))) == fast
