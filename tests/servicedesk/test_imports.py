"""Logs of other systems: what is taken, what is kept out and named, and that nothing comes in twice or by halves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cast import Cast
from tests.servicedesk.builders import a_system, an_office_with_targets, at

from yunheng.foundation import audit
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch
from yunheng.servicedesk import access, actions
from yunheng.servicedesk.imports import batches, main
from yunheng.servicedesk.imports.mapping import load, parse
from yunheng.servicedesk.models import ClockEntry, Ticket

DATA = Path(__file__).parent / "data"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.django_db
def test_a_dry_run_states_the_facts_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, str(DATA / "updates.csv"), "--mapping", "servicenow", "--dry-run")
    assert code == 0
    assert (told["rows"], told["tickets"], told["rejected"]) == (12, 3, 0)
    assert told["within_target"] == {
        "all": 2,
        "by_priority": {"1": 1, "3": 0, "4": 1},
        "of": {"all": 3, "by_priority": {"1": 1, "3": 1, "4": 1}},
    }
    assert told["resolve_hours"] == {"known": 2, "median": 17.0, "mean": 17.0}
    assert (told["reopened"], told["never_reassigned"]) == (1, 2)
    assert not Ticket.objects.exists()


def test_the_verdict_is_the_last_updates_and_is_kept_beside_ours(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    an_office_with_targets(cast)
    code, told = run(capsys, str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    assert (code, told["batch"]) == (0, f"IMP-{ImportBatch.objects.get().created_at.year}-000001")
    ticket = Ticket.objects.get(external_reference="A001")
    assert ticket.external_verdict is not None
    assert ticket.external_verdict["in_time"] is False
    assert ticket.external_verdict["reassigned"] == 1
    assert (ticket.source, ticket.state, ticket.level) == ("imported", "closed", 3)
    assert (ticket.responded_at, ticket.resolved_at) == (at("2021-09-01 09:20"), at("2021-09-02 09:00"))
    assert ticket.response_due_at == at("2021-09-01 10:00")


def test_an_awaiting_state_becomes_a_pause_with_its_party_that_waits_for_confirmation(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    an_office_with_targets(cast)
    run(capsys, str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    pause = ClockEntry.objects.get(ticket__external_reference="A001", action="pause")
    assert (pause.party, pause.reason, pause.occurred_at) == ("owner", "waiting_user", at("2021-09-01 11:00"))
    ticket = pause.ticket
    assert (ticket.awaiting, ticket.repair_due_at) == (1, at("2021-09-06 09:00"))
    actions.confirm_pause(entry=pause, actor=cast.supervisor.actor, now=at("2021-10-01 09:00"))
    ticket.refresh_from_db()
    assert ticket.repair_due_at == at("2021-09-06 11:00")  # 11:00-15:00 holds two working hours
    assert ClockEntry.objects.get(ticket__external_reference="A003", action="pause").party == "vendor"


def test_imported_rows_are_what_their_logs_say(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    an_office_with_targets(cast)
    run(capsys, str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    assert actions.rebuild_projection(list(Ticket.objects.values_list("pk", flat=True))) == {}
    assert audit.verify_chain(cast.tenant).holds


@pytest.mark.django_db
def test_dirty_rows_are_named_and_kept_out(capsys: pytest.CaptureFixture[str]) -> None:
    _code, told = run(capsys, str(DATA / "dirty.csv"), "--mapping", "servicenow", "--dry-run")
    assert (told["rows"], told["tickets"]) == (20, 3)
    named = {(one["row"], one["column"], one["value"]) for one in told["problems"]}
    assert {
        (3, "incident_state", "-100"),
        (6, "incident_state", "-100"),
        (8, "sys_updated_at", "2021-09-01 08:10"),
        (11, "sys_updated_at", "2021-09-01 08:10"),
        (12, "number", ""),
        (13, "resolved_at", "2021-08-31 10:00"),
        (14, "opened_at", "31/9/2021 09:00"),
        (15, "priority", "9"),
        (16, "opened_at", ""),
        (18, "sys_mod_count", "0"),
        (19, "sys_mod_count", "x"),
    } <= named
    # Of D001, D003 and D011 rows are kept out (one each, none of D011); the other eight tickets go whole, and one row
    # has no number.
    assert (told["rejected"], told["rejected_tickets"]) == (2 + 11 + 1, 8)


@pytest.mark.django_db
def test_updates_out_of_order_in_the_file_are_put_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    _code, told = run(capsys, str(DATA / "dirty.csv"), "--mapping", "servicenow", "--dry-run")
    assert not [one for one in told["problems"] if one["row"] in (20, 21)]


def test_a_ledger_with_chinese_headings_is_read(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    an_office_with_targets(cast)
    a_system(cast, "OA")
    _code, told = run(capsys, str(DATA / "ledger.csv"), "--mapping", "generic", "--contract", "C1")
    assert (told["tickets"], told["rejected_tickets"]) == (3, 2)
    assert {(one["row"], one["column"]) for one in told["problems"]} == {(5, "解决时间"), (6, "级别")}
    ticket = Ticket.objects.get(external_reference="GD-1")
    assert (ticket.level, ticket.system.code if ticket.system else "", ticket.restored_at) == (
        2,
        "OA",
        at("2021-09-01 11:00"),
    )
    assert Ticket.objects.get(external_reference="GD-2").number.startswith("REQ-")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.django_db
def test_the_dialects_of_an_office_are_read(
    encoding: str, delimiter: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "台账.csv"
    text = (DATA / "ledger.csv").read_text(encoding="utf-8")
    file.write_bytes(text.replace(",", delimiter).encode(encoding))
    _code, told = run(capsys, str(file), "--mapping", "generic", "--dry-run")
    assert told["tickets"] == 3


@pytest.mark.django_db
def test_a_workbook_is_read_like_its_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import xlsxwriter

    file = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("台账")
        for row, line in enumerate((DATA / "ledger.csv").read_text(encoding="utf-8").splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write_string(row, column, cell)
    _code, told = run(capsys, str(file), "--mapping", "generic", "--dry-run")
    assert (told["tickets"], told["problems"][0]["sheet"]) == (3, "台账")


def test_the_same_file_is_said_to_be_here(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    an_office_with_targets(cast)
    arguments = (str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    _code, first = run(capsys, *arguments)
    code, again = run(capsys, *arguments)
    assert (code, again["already"], again["batch"]) == (0, True, first["batch"])
    assert Ticket.objects.count() == 3


def test_a_ticket_of_an_earlier_file_is_not_taken_twice(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an_office_with_targets(cast)
    run(capsys, str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    longer = tmp_path / "longer.csv"
    more = "A004,New,true,0,0,0,true,1,3,5/9/2021 08:00,5/9/2021 08:00,8,?,3,3,4,5,?,?,?\n"
    longer.write_text((DATA / "updates.csv").read_text(encoding="utf-8") + more, encoding="utf-8")
    _code, told = run(capsys, str(longer), "--mapping", "servicenow", "--contract", "C1")
    assert (told["tickets"], told["rejected_tickets"], Ticket.objects.count()) == (1, 3, 4)


def test_a_withdrawn_import_leaves_the_lists_and_may_come_again(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    an_office_with_targets(cast)
    arguments = (str(DATA / "updates.csv"), "--mapping", "servicenow", "--contract", "C1")
    _code, first = run(capsys, *arguments)
    assert access.tickets(cast.owner.actor, at("2021-10-01 09:00")).count() == 3
    run(capsys, "--undo", first["batch"], "--reason", "导错合同")
    assert access.tickets(cast.owner.actor, at("2021-10-01 09:00")).count() == 0
    assert Ticket.objects.count() == 3
    _code, again = run(capsys, *arguments)
    assert again["tickets"] == 3
    assert access.tickets(cast.owner.actor, at("2021-10-01 09:00")).count() == 3


def test_nothing_is_seen_before_the_last_chunk(cast: Cast) -> None:
    an_office_with_targets(cast)
    batch = batches.begin(
        cast.contract, file_name="x.csv", digest="0" * 64, mapping="servicenow", actor=cast.vendor.actor,
        now=at("2021-10-01 09:00"),
    )  # fmt: skip
    from yunheng.servicedesk.actions.loading import FactDraft, TicketDraft

    reported = FactDraft("reported", int(at("2021-09-01 09:00").timestamp()), {"level": 3, "impact": 2, "urgency": 2})
    drafts = [TicketDraft(f"故障{index}", [reported], external_reference=f"E{index}") for index in range(3)]
    batches.apply(batch, drafts, actor=cast.vendor.actor, now=at("2021-10-01 09:00"))
    assert Ticket.objects.count() == 3
    assert access.in_force().count() == 0
    summary = {"rows": 3, "rejected": 0}
    batches.finish(batch, summary=summary, rejects=[], actor=cast.vendor.actor, now=at("2021-10-01 09:01"))
    assert access.in_force().count() == 3


def test_a_second_run_of_a_batch_in_progress_is_refused(cast: Cast) -> None:
    an_office_with_targets(cast)
    now, actor = at("2021-10-01 09:00"), cast.vendor.actor
    names = {"file_name": "x.csv", "digest": "0" * 64, "mapping": "servicenow"}
    from yunheng.servicedesk.actions.loading import FactDraft, TicketDraft

    reported = FactDraft("reported", int(at("2021-09-01 09:00").timestamp()), {"level": 3, "impact": 2, "urgency": 2})
    first = batches.begin(cast.contract, actor=actor, now=now, **names)
    second = batches.begin(cast.contract, actor=actor, now=now, **names)
    batches.apply(first, [TicketDraft("甲", [reported], external_reference="E1")], actor=actor, now=now)
    with pytest.raises(Conflict):
        batches.apply(second, [TicketDraft("乙", [reported], external_reference="E2")], actor=actor, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nirgends.csv"], "file"),
        ([str(DATA / "updates.csv"), "--mapping", "unheard-of", "--dry-run"], "unheard-of"),
        ([str(DATA / "updates.csv"), "--mapping", "generic", "--dry-run"], "报障时间"),
        ([str(DATA / "updates.csv"), "--mapping", "servicenow"], "--contract"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_code_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert main(arguments) == 2
    assert word in capsys.readouterr().err


def test_the_rejects_file_names_every_problem(tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]) -> None:
    rejects = tmp_path / "rejects.csv"
    run(capsys, str(DATA / "dirty.csv"), "--mapping", "servicenow", "--dry-run", "--rejects", str(rejects))
    assert "-100" in rejects.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["servicenow", "generic"])
def test_the_shipped_mappings_are_sound(name: str) -> None:
    assert load(name).name == name


@pytest.mark.parametrize(
    "change",
    [
        {"rows": "sometimes"},
        {"columns": {"number": ["n"]}},
        {"columns": {"number": ["n"], "reported": ["r"], "colour": ["c"]}},
        {"states": {"Waiting": {"is": "waiting"}}},
        {"states": {"Odd": {"is": "odd"}}},
        {"dates": ["h:m d/m"]},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    sound = {"rows": "tickets", "columns": {"number": ["n"], "reported": ["r"]}, "dates": ["d/m/y h:m"]}
    with pytest.raises(Invalid):
        parse(sound | change, "mapping.json")
