"""What a log makes of a ticket, rule by rule."""

from __future__ import annotations

from datetime import date

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.servicedesk.rules.clocks import CalendarKey
from yunheng.servicedesk.rules.projection import Entry, Fact, Log, Row, project

HOUR = 3600
T0 = 1_632_700_800  # 2021-09-27 08:00 in Shanghai; the 7x24 calendar makes sums easy


def calendars(key: CalendarKey) -> WorkingTime:
    return WorkingTime.of(built_in(key[0]), date(2021, 7, 1), date(2022, 6, 30))


def clocks(**hours: int) -> Entry:
    value = {clock: {"calendar": "cn-7x24", "seconds": count * HOUR} for clock, count in hours.items()}
    return Entry(1, "start", T0, value={"level": 2, "clocks": value})


def reported(level: int = 2) -> Fact:
    return Fact(1, "reported", T0, value={"level": level, "impact": 1, "urgency": 2})


def only(facts: list[Fact], entries: list[Entry] | None = None, **options: int) -> Row:
    [row] = project([Log(facts, entries or [])], calendars, **options)  # type: ignore[arg-type]  # cut_off only
    return row


def test_the_first_response_is_the_one_that_counts() -> None:
    row = only([reported(), Fact(2, "responded", T0 + 60), Fact(3, "responded", T0 + 600)])
    assert (row.responded, row.state) == (T0 + 60, "in_progress")


def test_a_correction_replaces_the_fact_it_names() -> None:
    row = only([reported(), Fact(2, "responded", T0 + 60), Fact(3, "responded", T0 + 600, corrects=2)])
    assert row.responded == T0 + 600


def test_a_correction_that_waits_for_confirmation_replaces_nothing_yet() -> None:
    waiting = Fact(3, "responded", T0 + 10, counts=False, back_filled=True, corrects=2)
    row = only([reported(), Fact(2, "responded", T0 + 60), waiting])
    assert (row.responded, row.awaiting) == (T0 + 60, 1)


def test_a_back_filled_time_moves_the_state_but_counts_only_when_confirmed() -> None:
    row = only([reported(), Fact(2, "responded", T0 + 60, counts=False, back_filled=True)])
    assert (row.state, row.responded, row.awaiting) == ("in_progress", None, 1)


def test_a_repair_restores_the_service_too() -> None:
    row = only([reported(), Fact(2, "resolved", T0 + HOUR)])
    assert (row.restored, row.resolved) == (T0 + HOUR, T0 + HOUR)


def test_a_temporary_restore_comes_before_the_repair() -> None:
    row = only([reported(), Fact(2, "restored", T0 + HOUR), Fact(3, "resolved", T0 + 9 * HOUR)])
    assert (row.restored, row.resolved) == (T0 + HOUR, T0 + 9 * HOUR)


def test_a_reopened_clock_goes_on_where_it_stood() -> None:
    facts = [
        reported(),
        Fact(2, "resolved", T0 + 2 * HOUR),
        Fact(3, "reopened", T0 + 10 * HOUR),
        Fact(4, "resolved", T0 + 11 * HOUR),
    ]
    row = only(facts, [clocks(repair=4)])
    assert (row.resolved, row.due["repair"], row.reopened) == (T0 + 11 * HOUR, T0 + 12 * HOUR, 1)
    assert row.breached == {}


def test_a_reopened_ticket_is_in_progress_again() -> None:
    facts = [reported(), Fact(2, "responded", T0 + 1), Fact(3, "resolved", T0 + 5), Fact(4, "reopened", T0 + 9)]
    assert only(facts).state == "in_progress"


def test_a_pause_stops_the_repair_clock_and_not_the_response_clock() -> None:
    entries = [
        clocks(response=1, repair=4),
        Entry(2, "pause", T0 + HOUR // 2, party="owner"),
        Entry(3, "resume", T0 + 2 * HOUR),
    ]
    row = only([reported()], entries)
    assert row.due == {"response": T0 + HOUR, "repair": T0 + 5 * HOUR + HOUR // 2}


def test_an_unconfirmed_pause_stops_nothing() -> None:
    entries = [clocks(repair=4), Entry(2, "pause", T0 + 60, party="owner", confirmed=False)]
    row = only([reported(), Fact(2, "responded", T0 + 30)], entries)
    assert (row.state, row.paused_since, row.next_due, row.awaiting) == ("on_hold", None, T0 + 4 * HOUR, 1)


def test_a_refused_pause_never_was() -> None:
    entries = [clocks(repair=4), Entry(2, "pause", T0 + 60, party="owner"), Entry(3, "refuse", T0 + 60, corrects=2)]
    row = only([reported(), Fact(2, "responded", T0 + 30)], entries)
    assert (row.state, row.due["repair"]) == ("in_progress", T0 + 4 * HOUR)


def test_while_a_clock_is_held_nothing_is_due() -> None:
    entries = [clocks(repair=4), Entry(2, "pause", T0 + HOUR, party="owner")]
    row = only([reported(), Fact(2, "responded", T0 + 30)], entries)
    assert (row.paused_since, row.next_due) == (T0 + HOUR, None)


def test_a_deadline_missed_before_the_pause_stays_missed() -> None:
    entries = [clocks(repair=1), Entry(2, "pause", T0 + 2 * HOUR, party="owner")]
    row = only([reported(), Fact(2, "responded", T0 + 30)], entries)
    assert row.next_due == T0 + HOUR


def test_new_targets_count_from_the_report_with_pauses_kept() -> None:
    entries = [
        clocks(repair=24),
        Entry(2, "pause", T0 + HOUR, party="owner"),
        Entry(3, "resume", T0 + 3 * HOUR),
        Entry(
            4, "retarget", T0 + 5 * HOUR, value={"clocks": {"repair": {"calendar": "cn-7x24", "seconds": 12 * HOUR}}}
        ),
    ]
    assert only([reported()], entries).due["repair"] == T0 + 14 * HOUR


def test_new_targets_never_undo_a_recorded_breach() -> None:
    entries = [
        clocks(repair=1),
        Entry(2, "breach", T0 + HOUR, clock="repair"),
        Entry(
            3, "retarget", T0 + 2 * HOUR, value={"clocks": {"repair": {"calendar": "cn-7x24", "seconds": 90 * HOUR}}}
        ),
    ]
    row = only([reported(), Fact(2, "resolved", T0 + 3 * HOUR)], entries)
    assert row.breached == {"repair": T0 + HOUR}


def test_a_lifted_breach_is_none() -> None:
    entries = [
        clocks(repair=1),
        Entry(2, "breach", T0 + HOUR, clock="repair"),
        Entry(3, "exempt", T0 + HOUR, clock="repair", value={"breach": 2}),
    ]
    assert only([reported(), Fact(2, "resolved", T0 + HOUR)], entries).breached == {}


def test_a_level_that_waits_for_the_owner_is_not_in_force() -> None:
    facts = [reported(2), Fact(2, "level_changed", T0 + 5, counts=False, value={"level": 4})]
    assert only(facts).level == 2


def test_facts_after_the_cut_off_are_left_aside() -> None:
    facts = [reported(), Fact(2, "responded", T0 + 60), Fact(3, "resolved", T0 + HOUR)]
    row = only(facts, cut_off=T0 + 60)
    assert (row.responded, row.resolved, row.state) == (T0 + 60, None, "in_progress")


def test_a_correction_dated_after_the_cut_off_still_removes_what_it_corrects() -> None:
    facts = [reported(), Fact(2, "resolved", T0 + HOUR), Fact(3, "resolved", T0 + 9 * HOUR, corrects=2)]
    assert only(facts, cut_off=T0 + 2 * HOUR).resolved is None


def test_an_excluded_ticket_has_no_running_clock_and_may_come_back() -> None:
    facts = [reported(), Fact(2, "excluded", T0, value={"as": "false_alarm", "reason": "误触发"})]
    row = only(facts, [clocks(repair=4)])
    assert (row.excluded, row.next_due) == ("false_alarm", None)
    row = only([*facts, Fact(3, "included", T0)], [clocks(repair=4)])
    assert (row.excluded, row.next_due) == ("", T0 + 4 * HOUR)


def test_many_logs_at_once_give_what_each_gives() -> None:
    logs = [
        Log([reported(), Fact(2, "responded", T0 + 60 * index)], [clocks(response=1, repair=index + 1)])
        for index in range(20)
    ]
    assert project(logs, calendars) == [project([log], calendars)[0] for log in logs]
