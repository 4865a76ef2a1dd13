from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.cast import NOW, Cast

from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.contracts.actions.payments import PaymentFacts, record_payment
from yunheng.contracts.imports import batches, main
from yunheng.contracts.imports.batches import Outcome
from yunheng.contracts.models import Contract, Party, Payment, Project, ServiceTarget, SubProject
from yunheng.foundation import audit
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, ImportBatch, Scope
from yunheng.people.actions import postings
from yunheng.people.models import Organisation

PAGE = Path(__file__).parents[3] / "docs/reference/import-contract.md"
EXAMPLE = PAGE.read_text(encoding="utf-8").split("<!-- example -->")[1].split("```json")[1].split("```")[0]


def an_example(change: Callable[[Any], None] | None = None) -> bytes:
    data = copy.deepcopy(json.loads(EXAMPLE))
    if change is not None:
        change(data)
    return json.dumps(data, ensure_ascii=False).encode()


def contract_of(data: Any) -> Any:
    return data["sub_projects"][0]["contract"]


def bring(cast: Cast, content: bytes | None = None, **more: Any) -> Outcome:
    content = EXAMPLE.encode() if content is None else content
    given: dict[str, Any] = {"actor": SYSTEM, "now": NOW} | more
    return batches.bring_in(tenant=cast.tenant, name="contract.json", content=content, **given)


def places(outcome: Outcome) -> list[str]:
    return [problem.column for problem in outcome.problems]


def nothing_was_written() -> bool:
    tables = (Project, Contract, Payment, System, Device, ImportBatch, Organisation)
    return not any(table._base_manager.exists() for table in tables)


def test_the_example_of_the_page_is_taken_whole(cast: Cast) -> None:
    outcome = bring(cast)
    assert (outcome.state, outcome.project, outcome.contracts) == ("applied", "YW2021", ["YW2021-1"])
    assert outcome.counts == {
        "contracts": 1,
        "devices": 1,
        "in_use": 3,
        "organisations": 3,
        "payment_nodes": 2,
        "payments": 1,
        "posts": 1,
        "projects": 1,
        "sub_projects": 2,
        "systems": 1,
        "targets": 2,
    }
    contract = Contract.objects.get(code="YW2021-1")
    assert (contract.price, contract.anchor_date) == (Decimal("983000.00"), date(2021, 7, 1))
    assert contract.anchor_signed_at == NOW
    assert [node.state for node in contract.payment_nodes.all()] == ["paid", "waiting"]
    assert [str(item) for item in contract.targets.filter(confirmed_at__isnull=False)] == ["YW2021-1/P1/response"]
    assert Device.objects.get().system == System.objects.get()
    assert set(Party.objects.values_list("role", flat=True)) == {"owner", "vendor", "supervisor"}


def test_the_chain_holds_and_names_the_batch(cast: Cast) -> None:
    outcome = bring(cast)
    assert audit.verify_chain(cast.tenant).holds
    assert AuditEntry.objects.filter(verb="import", reference=outcome.batch).count() == 1


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first, again = bring(cast), bring(cast)
    assert (again.state, again.batch, again.counts) == ("unchanged", first.batch, first.counts)
    assert Contract.objects.count() == 1


def test_a_dry_run_counts_and_leaves_nothing(cast: Cast) -> None:
    links = AuditEntry.objects.count()
    outcome = bring(cast, dry_run=True)
    assert (outcome.state, outcome.counts["devices"], outcome.batch) == ("dry_run", 1, "")
    assert nothing_was_written()
    assert AuditEntry.objects.count() == links
    assert bring(cast).batch.endswith("000001")


def test_every_problem_is_listed_with_its_place(cast: Cast) -> None:
    def spoil(data: Any) -> None:
        data["project"]["service_to"] = "2021-06-30"
        data["project"]["colour"] = "red"
        contract = contract_of(data)
        contract["price"] = -1
        contract["payments"][0]["node"] = 7
        contract["targets"][1]["seconds"] = 60
        contract["devices"][0]["in_use"][1]["since"] = "2021-08-20"
        contract["systems"][0]["in_use"][0]["until"] = "2021-07-01"
        contract["staff"][0]["required"] = 1.5
        data["sub_projects"][1]["kind"] = "magic"

    outcome = bring(cast, an_example(spoil))
    at = "sub_projects[0].contract"
    assert outcome.state == "problems"
    assert set(places(outcome)) == {
        "project.service_to",
        "project.colour",
        f"{at}.price",
        f"{at}.payments[0].node",
        f"{at}.targets[1].seconds",
        f"{at}.devices[0].in_use[1]",
        f"{at}.systems[0].in_use[0]",
        f"{at}.staff[0].required",
        "sub_projects[1].kind",
    }
    assert nothing_was_written()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: contract_of(data).update(service_to="2021-01-01"), ".service_to"),
        (lambda data: contract_of(data).update(price="12.345"), ".price"),
        (lambda data: contract_of(data).update(price="1e400"), ".price"),
        (lambda data: contract_of(data).update(price=True), ".price"),
        (lambda data: contract_of(data).update(code="A/B"), ".code"),
        (lambda data: contract_of(data).update(code="K" * 41), ".code"),
        (lambda data: contract_of(data).update(signed_on="soon"), ".signed_on"),
        (lambda data: contract_of(data).update(vendor="无此公司"), ".vendor"),
        (lambda data: contract_of(data).update(payment_nodes={"no": 1}), ".payment_nodes"),
        (lambda data: contract_of(data)["payment_nodes"][0].update(amount="1.00"), ".payment_nodes[0].share"),
        (lambda data: contract_of(data)["payments"][0].update(amount=0), ".payments[0].amount"),
        (lambda data: contract_of(data)["payments"][0].update(paid_on="2099-01-01"), ".payments[0].paid_on"),
        (lambda data: contract_of(data)["targets"][0].update(calendar="moon"), ".targets[0].calendar_code"),
        (lambda data: contract_of(data)["anchor"].update(day="2030-01-01"), ".anchor.day"),
        (lambda data: contract_of(data)["devices"][0].update(system="无此系统"), ".devices[0]"),
        (lambda data: contract_of(data)["devices"][0].update(name="\u0007"), ".devices[0].name"),
        (lambda data: contract_of(data)["devices"].append(contract_of(data)["devices"][0]), ".devices[1].code"),
    ],
)
def test_one_bad_value_keeps_the_whole_file_out(cast: Cast, change: Callable[[Any], None], place: str) -> None:
    outcome = bring(cast, an_example(change))
    assert f"sub_projects[0].contract{place}" in places(outcome)
    assert nothing_was_written()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"project": NaN}',
        b'{"project": {"code": "A", "code": "B"}}',
        b"\xff\xfe{",
        b"\xef\xbb\xbf\xff,\xff",
        '{"note": "中文"}'.encode("gb18030"),
        b'{"a":' * 100_000,
        b'{"project": ' + b"9" * 5_000 + b"}",
        b"",
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(cast: Cast, content: bytes) -> None:
    with pytest.raises(Invalid):
        bring(cast, content)


def test_lists_and_texts_where_objects_are_wanted_are_problems(cast: Cast) -> None:
    outcome = bring(cast, b'{"project": [], "sub_projects": ["x"], "parties": 3}')
    assert {"project", "sub_projects[0]", "parties"} <= set(places(outcome))


def test_a_mark_before_the_text_is_read_over(cast: Cast) -> None:
    assert bring(cast, b"\xef\xbb\xbf" + EXAMPLE.encode()).state == "applied"


def test_tags_in_a_name_stay_text(cast: Cast) -> None:
    name = "<script>alert(1)</script>😀𠮷"
    bring(cast, an_example(lambda data: contract_of(data)["systems"][0].update(name=name)))
    assert System.objects.get().name == name


def test_a_code_that_is_taken_is_named(cast: Cast) -> None:
    bring(cast)
    outcome = bring(cast, an_example(lambda data: data.update(note="anders")))
    assert places(outcome) == ["project"]
    assert Project.objects.count() == 1


def test_sub_projects_are_added_to_a_project_that_is_there(cast: Cast) -> None:
    def further(data: Any) -> None:
        data["project"], data["sub_projects"] = "YW2021", data["sub_projects"][:1]
        data["sub_projects"][0]["no"] = 3
        contract = contract_of(data)
        contract |= {"code": "YW2021-3", "number": "HT-2021-033", "systems": [], "devices": []}

    bring(cast)
    outcome = bring(cast, an_example(further))
    assert (outcome.state, outcome.contracts) == ("applied", ["YW2021-3"])
    assert list(SubProject.objects.values_list("no", flat=True)) == [1, 2, 3]
    batches.withdraw(tenant=cast.tenant, number=outcome.batch, reason="误", actor=SYSTEM, now=NOW)
    assert list(SubProject.objects.values_list("no", flat=True)) == [1, 2]
    assert bring(cast, an_example(further)).state == "applied"


def test_the_owner_needs_the_office_to_open_a_project(cast: Cast) -> None:
    with pytest.raises(Unseen):
        bring(cast, actor=cast.owner.actor)  # his grant is on one project
    with pytest.raises(Refused):
        bring(cast, actor=cast.leader.actor)


# ---------------------------------------------------------------- taking back


def test_a_withdrawn_import_is_there_for_nobody_and_its_codes_are_free(cast: Cast) -> None:
    first = bring(cast)
    batches.withdraw(tenant=cast.tenant, number=first.batch, reason="金额有误", actor=SYSTEM, now=NOW)
    assert not Project.objects.exists()
    assert not Contract.objects.exists()
    assert not System.objects.exists()
    assert not Device.objects.exists()
    assert not Scope.objects.filter(code="YW2021").exists()
    assert Contract._base_manager.count() == 1
    again = bring(cast)
    assert (again.state, again.counts.get("organisations", 0)) == ("applied", 0)
    assert Scope.objects.filter(code="YW2021").count() == 1


def test_an_import_on_which_work_was_recorded_stays(cast: Cast) -> None:
    outcome = bring(cast)
    contract = Contract.objects.select_related("scope", "vendor").get()
    placement = postings.Placement("某工程师", contract.vendor, "驻场工程师", date(2021, 7, 1))
    postings.place(scope=contract.scope, placement=placement, actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="postings"):
        batches.withdraw(tenant=cast.tenant, number=outcome.batch, reason="误", actor=SYSTEM, now=NOW)
    assert Contract.objects.exists()


def test_a_payment_entered_later_keeps_the_import(cast: Cast) -> None:
    outcome = bring(cast)
    facts = PaymentFacts(date(2022, 3, 1), Decimal("100.00"), "支字2022-1")
    record_payment(contract=Contract.objects.get(), facts=facts, actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict):
        batches.withdraw(tenant=cast.tenant, number=outcome.batch, reason="误", actor=SYSTEM, now=NOW)


def test_withdrawing_needs_a_reason_a_batch_and_happens_once(cast: Cast) -> None:
    number = bring(cast).batch
    with pytest.raises(Invalid):
        batches.withdraw(tenant=cast.tenant, number=number, reason=" ", actor=SYSTEM, now=NOW)
    with pytest.raises(Invalid):
        batches.withdraw(tenant=cast.tenant, number="IMP-2022-999999", reason="误", actor=SYSTEM, now=NOW)
    batches.withdraw(tenant=cast.tenant, number=number, reason="误", actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict):
        batches.withdraw(tenant=cast.tenant, number=number, reason="误", actor=SYSTEM, now=NOW)


# ---------------------------------------------------------------- the command


def test_the_command_answers_in_json_and_by_exit_code(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "contract.json"
    file.write_text(EXAMPLE, encoding="utf-8")
    office = ["--office", cast.tenant.code]
    assert main([str(file), "--json", "--dry-run", *office]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "dry_run"
    assert main([str(file), *office]) == 0
    assert "YW2021-1" in capsys.readouterr().out
    number = ImportBatch.objects.get().number
    assert main(["--withdraw", number, "--reason", "误", *office]) == 0
    file.write_bytes(an_example(lambda data: contract_of(data).update(price=-5)))
    capsys.readouterr()
    assert main([str(file), "--json", *office]) == 2
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert problem["column"] == "sub_projects[0].contract.price"


@pytest.mark.parametrize("arguments", [["nowhere.json"], ["--withdraw", "IMP-1", "--reason", "x"], ["--office", "?"]])
def test_wrong_use_is_told_in_a_sentence(cast: Cast, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["--office", cast.tenant.code, *arguments]) == 2
    assert "yunheng import contract:" in capsys.readouterr().err


def test_targets_that_the_file_lacks_stay_templates(cast: Cast) -> None:
    bring(cast)
    repair = ServiceTarget.objects.get(level=3, clock="repair")
    assert (repair.is_template, repair.clause_number, repair.target_days) == (True, "6.3.4", 3)
    assert ServiceTarget.objects.filter(clause_number="").count() == 13
    assert InUsePeriod.objects.filter(device__isnull=False).count() == 2
