from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.secops.builders import an_event, at

from yunheng.foundation.errors import Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, Source
from yunheng.secops import access
from yunheng.secops.actions import confirm_event, dismiss_event, note_on_event, report_event

WHEN = at("2021-09-11 09:00")


def test_an_event_gets_a_number_of_its_year_and_waits_for_the_owner(cast: Cast) -> None:
    event = an_event(cast.contract)
    assert (event.number, event.state, event.liable_party) == ("SEC-2021-000001", "reported", "unknown")


def test_an_event_reported_long_after_is_back_filled_and_belongs_to_its_own_time(cast: Cast) -> None:
    event = report_event(
        scope=cast.contract,
        title="口令外泄",
        occurred_at=at("2021-08-01 10:00"),
        actor=cast.vendor.actor,
        now=WHEN,
    )
    assert (event.source, event.reported_at) == (Source.BACK_FILLED, at("2021-08-01 10:00"))


def test_only_the_owner_decides_and_with_a_reason(cast: Cast) -> None:
    event = an_event(cast.contract)
    for who in ("vendor", "supervisor", "auditor"):
        with pytest.raises(Refused):
            dismiss_event(event=event, reason="误报", actor=getattr(cast, who).actor, now=WHEN)
    with pytest.raises(Invalid):
        confirm_event(event=event, level=4, liable_party="vendor", reason="", actor=cast.owner.actor, now=WHEN)
    confirm_event(event=event, level=3, liable_party="vendor", reason="经核实", actor=cast.owner.actor, now=WHEN)
    assert (event.state, event.level, event.liable_party, event.confirmed_by) == ("confirmed", 3, "vendor", "owner")


def test_a_later_decision_takes_the_place_of_the_earlier_and_both_stay(cast: Cast) -> None:
    event = an_event(cast.contract)
    confirm_event(event=event, level=4, liable_party="vendor", reason="初步", actor=cast.owner.actor, now=WHEN)
    dismiss_event(event=event, reason="复核为误报", actor=cast.owner.actor, now=at("2021-09-12 09:00"))
    assert (event.state, event.reason) == ("dismissed", "复核为误报")
    assert [fact.kind for fact in event.facts.all()] == ["reported", "confirmed", "dismissed"]


def test_a_note_changes_nothing_but_the_trail(cast: Cast) -> None:
    event = an_event(cast.contract)
    note_on_event(event=event, text="已断网", actor=cast.vendor.actor, now=WHEN)
    event.refresh_from_db()
    assert event.state == "reported"
    verbs = AuditEntry.objects.filter(reference=event.number).order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["reported", "noted"]


def test_what_is_not_complete_is_refused_by_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        report_event(
            scope=cast.contract,
            title=" ",
            occurred_at=at("2022-01-01 10:00"),
            actor=cast.vendor.actor,
            now=WHEN,
            level=9,
        )
    assert set(refused.value.fields) == {"title", "occurred_at", "level"}


def test_clerks_engineers_and_other_vendors_know_of_no_event(cast: Cast) -> None:
    event = an_event(cast.contract)
    for who in ("clerk", "engineer", "outsider", "stranger", "system_admin", "security_admin", "audit_admin"):
        assert not access.security_events(getattr(cast, who).actor, WHEN).exists(), who
        with pytest.raises(Unseen):
            note_on_event(event=event, text="?", actor=getattr(cast, who).actor, now=WHEN)
    for who in ("owner", "leader", "supervisor", "vendor", "auditor"):
        assert access.security_events(getattr(cast, who).actor, WHEN).exists(), who
