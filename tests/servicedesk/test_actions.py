"""What each step of a ticket does to its facts, its clocks, the chain and the outbox, and who may take it."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.servicedesk.builders import (
    a_device,
    a_fault,
    a_system,
    a_ticket,
    an_office_with_targets,
    at,
)

from yunheng.contracts.actions.targets import confirm_target
from yunheng.foundation import audit
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, Decision, OutboxEvent
from yunheng.servicedesk import actions
from yunheng.servicedesk.models import NO_CLOCK, ClockEntry, Ticket, TicketFact


def verbs(ticket: Ticket) -> list[str]:
    return list(AuditEntry.objects.filter(reference=ticket.number).order_by("sequence").values_list("verb", flat=True))


# ---------------------------------------------------------------- opening


def test_a_clerk_reports_a_fault_and_its_clocks_run(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-17 17:00", level=3)
    assert (ticket.number, ticket.state, ticket.level) == ("INC-2021-000001", "new", 3)
    assert ticket.response_due_at == at("2021-09-18 09:00")  # a make-up Saturday
    assert ticket.repair_due_at == at("2021-09-23 17:00")
    assert ticket.next_due_at == ticket.response_due_at
    assert verbs(ticket) == ["open", "clock_start"]


def test_a_level_without_a_confirmed_target_has_no_clock(cast: Cast) -> None:
    an_office_with_targets(cast, levels=(1, 2))
    ticket = a_ticket(cast, level=3)
    assert (ticket.response_due_at, ticket.repair_due_at, ticket.next_due_at) == (None, None, NO_CLOCK)


def test_outside_the_office_hours_the_other_on_site_limit_holds(cast: Cast) -> None:
    an_office_with_targets(cast)
    assert a_ticket(cast, "2021-09-17 10:00", level=1).on_site_due_at == at("2021-09-17 10:30")
    assert a_ticket(cast, "2021-09-17 22:00", level=1).on_site_due_at == at("2021-09-18 00:00")


def test_requests_have_their_own_numbers(cast: Cast) -> None:
    an_office_with_targets(cast)
    assert [a_ticket(cast, kind=kind).number for kind in ("incident", "request", "incident")] == [
        "INC-2021-000001",
        "REQ-2021-000001",
        "INC-2021-000002",
    ]


def test_an_incomplete_ticket_is_refused_field_by_field(cast: Cast) -> None:
    an_office_with_targets(cast)
    with pytest.raises(Invalid) as refusal:
        actions.open_ticket(
            scope=cast.contract, title=" ", impact=9, urgency=1, actor=cast.clerk.actor, now=at("2021-09-17 17:00")
        )
    assert set(refusal.value.fields) == {"title", "impact"}
    assert not Ticket.objects.exists()


def test_a_report_from_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        a_ticket(cast, "2021-09-17 17:00", now=at("2021-09-17 16:00"))
    assert "reported_at" in refusal.value.fields


def test_a_system_of_another_contract_is_refused(cast: Cast) -> None:
    system = a_system(cast, scope=cast.other_contract)
    with pytest.raises(Invalid):
        a_ticket(cast, system=system)


def test_a_late_report_is_back_filled_and_counts_once_confirmed(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-17 17:00", by=cast.engineer, now=at("2021-09-20 09:00"))
    assert (ticket.source, ticket.counts, ticket.awaiting) == ("back_filled", False, 1)
    actions.confirm_fact(fact=ticket.facts.get(), actor=cast.supervisor.actor, now=at("2021-09-21 09:00"))
    ticket.refresh_from_db()
    assert (ticket.counts, ticket.awaiting) == (True, 0)


def test_what_the_supervisor_back_fills_is_confirmed_by_him(cast: Cast) -> None:
    ticket = a_ticket(cast, "2021-09-17 17:00", by=cast.supervisor, now=at("2021-09-20 09:00"))
    assert ticket.counts
    assert ticket.facts.get().confirmed_by == "supervisor"


@pytest.mark.parametrize("name", ["auditor", "system_admin", "security_admin", "audit_admin", "outsider", "stranger"])
def test_outside_the_circle_nobody_reports(cast: Cast, name: str) -> None:
    with pytest.raises((Refused, Unseen)):
        a_ticket(cast, by=getattr(cast, name))


# ---------------------------------------------------------------- handling


def test_a_fault_goes_from_report_to_closing(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket, engineer = a_ticket(cast, "2021-09-27 09:00"), cast.engineer.actor
    actions.accept(ticket=ticket, actor=engineer, now=at("2021-09-27 09:05"))
    actions.assign(ticket=ticket, assignee=engineer, team="桌面", actor=cast.vendor.actor, now=at("2021-09-27 09:06"))
    actions.respond(ticket=ticket, actor=engineer, now=at("2021-09-27 09:10"))
    actions.arrive(ticket=ticket, actor=engineer, now=at("2021-09-27 09:20"))
    actions.restore(ticket=ticket, how="spare", actor=engineer, now=at("2021-09-27 10:00"))
    actions.resolve(ticket=ticket, note="换硒鼓", actor=engineer, now=at("2021-09-27 11:00"))
    actions.confirm_result(ticket=ticket, actor=cast.clerk.actor, now=at("2021-09-27 11:30"))
    actions.close(ticket=ticket, actor=cast.vendor.actor, now=at("2021-09-27 11:40"))
    assert (ticket.state, ticket.late, ticket.next_due_at) == ("closed", False, NO_CLOCK)
    assert (ticket.assignee, ticket.team) == ("engineer", "桌面")
    assert verbs(ticket)[2:] == [
        "accepted",
        "assigned",
        "responded",
        "arrived",
        "restored",
        "resolved",
        "confirmed",
        "closed",
    ]
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    assert {"servicedesk.ticket-opened", "servicedesk.ticket-resolved", "foundation.work-done"} <= names
    assert audit.verify_chain(cast.tenant).holds


def test_whoever_answers_first_has_the_ticket(cast: Cast) -> None:
    assert a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 09:10").assignee == "engineer"


def test_the_chain_keeps_no_name_in_clear(cast: Cast) -> None:
    a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 09:10")
    [entry] = AuditEntry.objects.filter(verb="assigned")
    assert b'"assignee":"hmac:' in bytes(entry.body)


def test_a_late_answer_is_recorded_as_a_breach_at_its_deadline(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 10:30")
    assert (ticket.late, ticket.response_breached_at) == (True, at("2021-09-27 10:00"))
    assert ClockEntry.objects.get(action="breach").occurred_at == at("2021-09-27 10:00")
    assert OutboxEvent.objects.filter(name="servicedesk.clock-breached").count() == 1


def test_an_answer_exactly_at_the_deadline_is_in_time(cast: Cast) -> None:
    an_office_with_targets(cast)
    assert not a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 10:00").late


def test_a_step_out_of_turn_is_refused_with_the_state(cast: Cast) -> None:
    ticket = a_ticket(cast, "2021-09-27 09:00")
    with pytest.raises(Conflict):
        actions.resolve(ticket=ticket, note="好了", actor=cast.engineer.actor, now=at("2021-09-27 10:00"))


def test_time_does_not_run_backwards(cast: Cast) -> None:
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 09:30")
    for occurred in ("2021-09-27 08:00", "2021-09-27 09:20", "2021-09-27 12:00"):
        with pytest.raises(Invalid):
            actions.resolve(
                ticket=ticket,
                note="好了",
                actor=cast.engineer.actor,
                now=at("2021-09-27 11:00"),
                occurred_at=at(occurred),
            )


def test_the_vendor_of_another_contract_sees_nothing(cast: Cast) -> None:
    with pytest.raises(Unseen):
        actions.accept(ticket=a_ticket(cast), actor=cast.outsider.actor, now=at("2021-09-17 17:05"))


def test_a_clerk_does_not_work_on_tickets_and_the_refusal_is_kept(cast: Cast) -> None:
    ticket = a_ticket(cast)
    with pytest.raises(Refused):
        actions.accept(ticket=ticket, actor=cast.clerk.actor, now=at("2021-09-17 17:05"))
    assert verbs(ticket)[-1] == "refused"


def test_another_clerks_ticket_does_not_exist_for_a_clerk(cast: Cast) -> None:
    ticket = a_ticket(cast, by=cast.engineer)
    with pytest.raises(Unseen):
        actions.reopen(ticket=ticket, reason="还是坏的", actor=cast.clerk.actor, now=at("2021-09-17 17:05"))


def test_reopening_goes_on_with_the_repair(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00", level=2, responded="2021-09-27 09:10", resolved="2021-09-27 10:00")
    actions.reopen(ticket=ticket, reason="又坏了", actor=cast.clerk.actor, now=at("2021-09-27 15:00"))
    assert (ticket.state, ticket.resolved_at, ticket.reopened) == ("in_progress", None, 1)
    assert ticket.restore_due_at == at("2021-09-27 22:00")  # 8 h, and the 5 h in which it was thought solved


# ---------------------------------------------------------------- pauses


def a_paused_fault(cast: Cast) -> tuple[Ticket, ClockEntry]:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00", level=2, responded="2021-09-27 09:10")
    entry = actions.pause(ticket=ticket, reason="owner_parts", actor=cast.engineer.actor, now=at("2021-09-27 09:50"))
    return ticket, entry


def test_a_pause_stops_the_clock_once_the_supervisor_confirms_it(cast: Cast) -> None:
    ticket, entry = a_paused_fault(cast)
    assert (ticket.state, ticket.paused_since, ticket.awaiting) == ("on_hold", None, 1)
    actions.confirm_pause(entry=entry, actor=cast.supervisor.actor, now=at("2021-09-27 11:00"))
    ticket.refresh_from_db()
    assert (ticket.paused_since, ticket.next_due_at, ticket.awaiting) == (at("2021-09-27 09:50"), NO_CLOCK, 0)
    actions.resume(ticket=ticket, actor=cast.engineer.actor, now=at("2021-09-27 14:00"))
    assert ticket.restore_due_at == at("2021-09-27 21:10")


def test_the_vendor_cannot_confirm_a_pause(cast: Cast) -> None:
    _ticket, entry = a_paused_fault(cast)
    with pytest.raises(Refused):
        actions.confirm_pause(entry=entry, actor=cast.vendor.actor, now=at("2021-09-27 11:00"))


def test_a_pause_is_decided_once(cast: Cast) -> None:
    _ticket, entry = a_paused_fault(cast)
    actions.refuse_pause(entry=entry, reason="备件在库", actor=cast.owner.actor, now=at("2021-09-27 11:00"))
    with pytest.raises(Conflict):
        actions.confirm_pause(entry=entry, actor=cast.supervisor.actor, now=at("2021-09-27 11:10"))


def test_a_late_confirmation_lifts_the_breach_that_was_none(cast: Cast) -> None:
    ticket, entry = a_paused_fault(cast)
    actions.resume(ticket=ticket, actor=cast.engineer.actor, now=at("2021-09-27 16:00"))
    assert actions.record_breaches(now=at("2021-09-27 17:30")) == 1  # the restore clock, 8 h without the pause
    ticket.refresh_from_db()
    assert ticket.restore_breached_at == at("2021-09-27 17:00")
    actions.confirm_pause(entry=entry, actor=cast.supervisor.actor, now=at("2021-09-27 18:00"))
    ticket.refresh_from_db()
    assert not ticket.restore_breached_at
    assert ticket.restore_due_at == at("2021-09-27 23:10")
    assert (
        list(
            ClockEntry.objects.filter(ticket=ticket, action__in=["breach", "exempt"]).values_list("action", flat=True)
        )[-1]
        == "exempt"
    )


# ---------------------------------------------------------------- breaches


def test_the_watch_records_each_missed_deadline_once(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    assert actions.record_breaches(now=at("2021-09-27 09:30")) == 0
    assert actions.record_breaches(now=at("2021-09-27 09:31")) == 1
    assert actions.record_breaches(now=at("2021-09-27 09:32")) == 0
    ticket.refresh_from_db()
    assert (ticket.response_breached_at, ticket.next_due_at) == (at("2021-09-27 09:30"), at("2021-09-27 10:00"))


def test_a_time_told_after_its_breach_waits_for_a_confirmation(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    actions.record_breaches(now=at("2021-09-27 09:31"))
    ticket.refresh_from_db()
    actions.respond(
        ticket=ticket, actor=cast.engineer.actor, now=at("2021-09-27 09:40"), occurred_at=at("2021-09-27 09:20")
    )
    assert (ticket.responded_at, ticket.awaiting) == (None, 1)
    fact = TicketFact.objects.get(ticket=ticket, kind="responded")
    actions.confirm_fact(fact=fact, actor=cast.supervisor.actor, now=at("2021-09-27 10:00"))
    ticket.refresh_from_db()
    assert (ticket.responded_at, ticket.response_breached_at) == (at("2021-09-27 09:20"), None)


# ---------------------------------------------------------------- levels


def test_a_higher_level_takes_effect_at_once(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=3)
    decision = actions.change_level(
        ticket=ticket, impact=1, urgency=2, reason="全楼受影响", actor=cast.engineer.actor, now=at("2021-09-27 09:10")
    )
    assert (decision, ticket.level, ticket.response_due_at) == (None, 2, at("2021-09-27 09:30"))


def test_a_lower_level_waits_for_the_owner(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    decision = actions.change_level(
        ticket=ticket, impact=3, urgency=3, reason="仅一人受影响", actor=cast.vendor.actor, now=at("2021-09-27 09:10")
    )
    assert decision is not None
    assert (ticket.level, ticket.awaiting, ticket.response_due_at) == (2, 1, at("2021-09-27 09:30"))
    actions.decide_level(
        ticket=ticket,
        decision=decision,
        approve=True,
        reason="属实",
        actor=cast.owner.actor,
        now=at("2021-09-27 09:20"),
    )
    assert (ticket.level, ticket.awaiting, ticket.response_due_at) == (4, 0, at("2021-09-27 11:00"))


def test_a_refused_downgrade_leaves_the_level(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    decision = actions.change_level(
        ticket=ticket, impact=3, urgency=3, reason="不严重", actor=cast.vendor.actor, now=at("2021-09-27 09:10")
    )
    assert decision is not None
    actions.decide_level(
        ticket=ticket, decision=decision, approve=False, reason="全楼都停了", actor=cast.owner.actor,
        now=at("2021-09-27 09:20"),
    )  # fmt: skip
    assert (ticket.level, ticket.awaiting) == (2, 0)
    assert Decision.objects.get().state == "rejected"


def test_a_downgrade_does_not_undo_what_was_missed_before(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    actions.change_level(
        ticket=ticket, impact=3, urgency=3, reason="仅一人受影响", actor=cast.owner.actor, now=at("2021-09-27 09:45")
    )
    assert (ticket.level, ticket.response_due_at) == (4, at("2021-09-27 11:00"))
    assert ticket.response_breached_at == at("2021-09-27 09:30")


def test_the_vendor_does_not_decide_on_his_own_downgrade(cast: Cast) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", level=2)
    decision = actions.change_level(
        ticket=ticket, impact=3, urgency=3, reason="不严重", actor=cast.vendor.actor, now=at("2021-09-27 09:10")
    )
    assert decision is not None
    with pytest.raises(Refused):
        actions.decide_level(
            ticket=ticket, decision=decision, approve=True, reason="", actor=cast.vendor.actor,
            now=at("2021-09-27 09:20"),
        )  # fmt: skip


# ---------------------------------------------------------------- in and out of the count, corrections


def test_a_duplicate_leaves_the_count_with_the_number_it_repeats(cast: Cast) -> None:
    first, second = a_ticket(cast), a_ticket(cast)
    actions.exclude(
        ticket=second, as_="duplicate", reason="同一台打印机", duplicate_of=first.number,
        actor=cast.supervisor.actor, now=at("2021-09-18 09:00"),
    )  # fmt: skip
    assert (second.excluded, second.duplicate_of, second.excluded_reason) == ("duplicate", first.number, "同一台打印机")


def test_a_ticket_is_no_duplicate_of_itself_or_of_nothing(cast: Cast) -> None:
    ticket = a_ticket(cast)
    for number in (ticket.number, "INC-2021-000099", ""):
        with pytest.raises(Invalid):
            actions.exclude(
                ticket=ticket, as_="duplicate", reason="重复", duplicate_of=number,
                actor=cast.supervisor.actor, now=at("2021-09-18 09:00"),
            )  # fmt: skip


def test_the_vendor_takes_no_ticket_out_of_the_count(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.exclude(
            ticket=a_ticket(cast), as_="false_alarm", reason="误报", actor=cast.vendor.actor,
            now=at("2021-09-18 09:00"),
        )  # fmt: skip


def test_a_correction_names_the_old_fact_and_waits(cast: Cast) -> None:
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 09:30")
    fact = ticket.facts.get(kind="responded")
    correction = actions.correct_fact(
        fact=fact, occurred_at=at("2021-09-27 09:15"), reason="登记晚了", actor=cast.engineer.actor,
        now=at("2021-09-27 12:00"),
    )  # fmt: skip
    ticket.refresh_from_db()
    assert ticket.responded_at == at("2021-09-27 09:30")
    actions.confirm_fact(fact=correction, actor=cast.owner.actor, now=at("2021-09-27 13:00"))
    ticket.refresh_from_db()
    assert (ticket.responded_at, correction.corrects_id) == (at("2021-09-27 09:15"), fact.pk)


def test_the_supervisors_correction_counts_at_once(cast: Cast) -> None:
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 09:30")
    actions.correct_fact(
        fact=ticket.facts.get(kind="responded"), occurred_at=at("2021-09-27 09:50"), reason="以监控录像为准",
        actor=cast.supervisor.actor, now=at("2021-09-27 12:00"),
    )  # fmt: skip
    ticket.refresh_from_db()
    assert ticket.responded_at == at("2021-09-27 09:50")


# ---------------------------------------------------------------- the projection


def test_rebuilding_finds_nothing_to_do_after_a_full_life(cast: Cast) -> None:
    ticket, entry = a_paused_fault(cast)
    actions.confirm_pause(entry=entry, actor=cast.supervisor.actor, now=at("2021-09-27 11:00"))
    ticket.refresh_from_db()
    actions.resume(ticket=ticket, actor=cast.engineer.actor, now=at("2021-09-27 14:00"))
    actions.place(
        ticket=ticket, system=a_system(cast), device=a_device(cast), actor=cast.engineer.actor,
        now=at("2021-09-27 14:10"),
    )  # fmt: skip
    actions.resolve(ticket=ticket, note="换件", actor=cast.engineer.actor, now=at("2021-09-27 15:00"))
    assert actions.rebuild_projection([ticket.pk]) == {}


def test_rebuilding_puts_right_what_somebody_edited(cast: Cast) -> None:
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 10:30")
    Ticket.objects.filter(pk=ticket.pk).update(responded_at=at("2021-09-27 09:01"), level=4)
    assert actions.rebuild_projection([ticket.pk]) == {ticket.number: ["level", "responded_at"]}
    ticket.refresh_from_db()
    assert ticket.responded_at == at("2021-09-27 10:30")


# ---------------------------------------------------------------- time limits that come later


def test_a_time_limit_confirmed_late_sets_the_clocks_of_earlier_tickets(cast: Cast) -> None:
    from tests.contracts.builders import a_target

    from yunheng.foundation import events, jobs

    contract = an_office_with_targets(cast, levels=(1,))
    ticket = a_fault(cast, "2021-09-27 09:00", level=2, responded="2021-09-27 09:45")
    target = a_target(contract, 2, "response", seconds=1800, confirmed_at=None)
    target.clause_number, target.clause_text, target.valid_from = "6.2", "三十分钟内响应", ticket.reported_at.date()
    target.save()
    confirm_target(target=target, actor=cast.owner.actor, now=at("2021-10-08 09:00"))
    events.deliver_due(at("2021-10-08 09:01"))
    while jobs.run_one(at("2021-10-08 09:02"), clock=lambda: at("2021-10-08 09:02")):
        pass
    ticket.refresh_from_db()
    assert (ticket.response_due_at, ticket.response_breached_at) == (at("2021-09-27 09:30"), at("2021-09-27 09:30"))
    assert actions.retarget(scope=cast.contract, since=ticket.reported_at.date(), now=at("2021-10-09 09:00")) == 0
    assert actions.rebuild_projection([ticket.pk]) == {}
