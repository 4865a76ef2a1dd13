"""How the history of a ticket elsewhere becomes facts."""

from __future__ import annotations

from yunheng.servicedesk.rules.history import Update, in_order, of_updates, out_of_order


def update(order: int, state: str, at: int, party: str = "owner") -> Update:
    return Update(order + 2, order, state, at, "waiting_user" if state == "waiting" else "", party)


def test_the_first_update_beyond_new_is_the_response() -> None:
    told = of_updates([update(0, "new", 0), update(1, "at_work", 50), update(2, "resolved", 90)], 0, 90, None)
    assert told.steps == [("responded", 50), ("resolved", 90)]


def test_whoever_resolved_it_had_answered_before() -> None:
    told = of_updates([update(0, "new", 0), update(1, "resolved", 90)], 0, 80, None)
    assert told.steps == [("responded", 80), ("resolved", 80)]


def test_a_waiting_state_lasts_until_the_next_other_state() -> None:
    updates = [update(0, "at_work", 0), update(1, "waiting", 10), update(2, "waiting", 20), update(3, "at_work", 50)]
    assert of_updates(updates, 0, None, None).waits == [(10, 50, "waiting_user", "owner")]


def test_another_party_begins_another_wait() -> None:
    updates = [update(0, "waiting", 10), update(1, "waiting", 20, "vendor"), update(2, "at_work", 50)]
    assert [wait[:2] for wait in of_updates(updates, 0, None, None).waits] == [(10, 20), (20, 50)]


def test_a_wait_that_nobody_ended_lasts() -> None:
    assert of_updates([update(0, "waiting", 10)], 0, None, None).waits == [(10, None, "waiting_user", "owner")]


def test_a_wait_cannot_outlast_the_repair() -> None:
    updates = [update(0, "waiting", 10), update(1, "resolved", 90)]
    assert of_updates(updates, 0, 60, None).waits[0][:2] == (10, 60)


def test_work_after_a_resolution_is_a_reopening() -> None:
    updates = [update(0, "new", 0), update(1, "resolved", 20), update(2, "at_work", 40), update(3, "resolved", 90)]
    assert of_updates(updates, 0, 90, None).steps == [
        ("responded", 20),
        ("resolved", 20),
        ("reopened", 40),
        ("resolved", 90),
    ]


def test_closing_without_a_stated_resolution_claims_none() -> None:
    assert of_updates([update(0, "at_work", 5), update(1, "closed", 90)], 0, None, 95).steps == [
        ("responded", 5),
        ("closed", 95),
    ]


def test_an_update_before_the_one_before_it_is_left_aside() -> None:
    kept, wrong = in_order([update(0, "new", 10), update(1, "at_work", 5), update(2, "resolved", 20)], 0)
    assert ([one.order for one in kept], [(one.what, one.whole) for one in wrong]) == ([0, 2], [("backwards", False)])


def test_a_backward_last_update_spoils_the_ticket() -> None:
    _kept, wrong = in_order([update(0, "new", 10), update(1, "closed", 5)], 0)
    assert wrong[0].whole


def test_two_updates_of_one_number_spoil_the_ticket() -> None:
    _kept, wrong = in_order([update(0, "new", 10), update(0, "at_work", 20)], 0)
    assert (wrong[0].what, wrong[0].whole) == ("same_order", True)


def test_a_time_before_an_earlier_step_is_found() -> None:
    assert out_of_order({"reported": 10, "responded": 20, "resolved": 15}) == ("resolved", "responded")
    assert out_of_order({"reported": 10, "responded": 20, "resolved": 20, "closed": 30}) is None
