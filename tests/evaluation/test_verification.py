"""What was touched afterwards is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cast import NOW, Cast
from tests.evaluation.builders import Faults, a_weighed_office, worked_example

from yunheng.evaluation import evidence_store
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.actions.sealing import seal
from yunheng.evaluation.models import Evaluation, Scheme, Seal
from yunheng.evaluation.result import digest_of
from yunheng.evaluation.verification import Verification, result_of, verify, verify_file
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import AuditEntry, AuditHead
from yunheng.site.verdict import write_folder


def a_sealed(cast: Cast) -> Evaluation:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        seal(evaluation=row, actor=cast.owner.actor, now=NOW)
    row.refresh_from_db()
    return row


def ask_again(
    row: Evaluation,
    faults: Faults | None = None,
    *,
    result: dict[str, Any] | None = None,
    evidence: bytes | None = None,
) -> Verification:
    kept = evidence_store.path_of(row.evidence).read_bytes()
    content = json.dumps(result or result_of(row)).encode()
    with worked_example(faults):
        return verify_file(content, kept if evidence is None else evidence, now=NOW)


def test_an_untouched_verdict_holds(cast: Cast) -> None:
    found = ask_again(a_sealed(cast))
    assert found.holds, [str(item) for item in found.findings]
    assert (found.records, found.seal) == (126, "SEAL-2022-000001")


def test_a_draft_holds_too(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    assert ask_again(row).holds


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (Faults(level={5: 4}), "INC-2021-000005 was changed: level was 2 and is 4."),
        (Faults(gone={7}), "INC-2021-000007 was counted and is gone."),
        (Faults(extra=["INC-2021-000999"]), "INC-2021-000999 was added afterwards"),
    ],
)
def test_a_record_that_was_touched_is_named(cast: Cast, faults: Faults, said: str) -> None:
    words = [str(item) for item in ask_again(a_sealed(cast), faults).findings]
    assert any(sentence.startswith(said) for sentence in words), words


def test_a_value_that_comes_out_differently_is_named_with_its_indicator(cast: Cast) -> None:
    words = [str(item) for item in ask_again(a_sealed(cast), Faults(restored=118)).findings]
    assert "I06 修复及时率: numerator was 117, asked again it is 118." in words


def test_a_weight_changed_in_the_database_is_named(cast: Cast) -> None:
    row = a_sealed(cast)
    data = row.scheme.data
    rows = data["scheme"]["weights"]["points100"]["rows"]
    rows["I04"], rows["I05"] = "9", "9"
    Scheme.objects.filter(pk=row.scheme_id).update(data=data)
    words = [str(item) for item in ask_again(row).findings]
    assert any("weights.I04 was 10 and is 9" in sentence for sentence in words), words


def score(result: dict[str, Any]) -> None:
    result["indicators"][3]["score"] = "100.00"


def weight(result: dict[str, Any]) -> None:
    result["weights"]["I11"] = 0


def asked_later(result: dict[str, Any]) -> None:
    result["as_of"] = "2030-01-01T00:00:00Z"


def who(result: dict[str, Any]) -> None:
    result["seal"]["sealed_by"] = "somebody"


@pytest.mark.parametrize(
    ("edit", "field"),
    [(score, "indicators.I04.score"), (weight, "weights.I11"), (asked_later, "as_of"), (who, "seal.sealed_by")],
)
def test_an_edited_result_names_the_field(cast: Cast, edit: Callable[[dict[str, Any]], None], field: str) -> None:
    row = a_sealed(cast)
    result = json.loads(json.dumps(result_of(row)))
    edit(result)
    found = ask_again(row, result=result).findings
    assert [item.field for item in found if item.field != "digest"] == [field]


def test_an_edited_and_redigested_result_is_found_out_too(cast: Cast) -> None:
    row = a_sealed(cast)
    result = json.loads(json.dumps(result_of(row)))
    score(result)
    result["digest"] = digest_of(result)
    words = [str(item) for item in ask_again(row, result=result).findings]
    assert any("indicators.I04.score says 100.00, kept is 98.58" in sentence for sentence in words), words


def test_another_evidence_file_is_found(cast: Cast) -> None:
    row = a_sealed(cast)
    content = evidence_store.path_of(row.evidence).read_bytes()
    assert ask_again(row, evidence=content[:-30] + b"x" * 30).findings[0].where == "evidence"


def test_a_verdict_edited_in_the_database_does_not_match_its_digest(cast: Cast) -> None:
    row = a_sealed(cast)
    content = result_of(row)
    Evaluation.objects.filter(pk=row.pk).update(result=row.result | {"total": "99.99"})
    assert any(item.where == "result" for item in ask_again(row, result=content).findings)


def test_a_seal_edited_in_the_database_is_held_against_the_chain(cast: Cast) -> None:
    row = a_sealed(cast)
    content = result_of(row)
    Seal.objects.update(digest="0" * 64)
    assert any(item.where == "seal" for item in ask_again(row, result=content).findings)


def test_a_rewritten_chain_is_betrayed_by_the_seal_that_was_printed(cast: Cast) -> None:
    row = a_sealed(cast)
    head = AuditEntry.objects.order_by("-sequence").first()
    assert head is not None
    AuditEntry.objects.filter(pk=head.pk).delete()
    before = AuditEntry.objects.get(sequence=head.sequence - 1)
    AuditHead.objects.update(sequence=before.sequence, link=before.link)
    assert {item.where for item in ask_again(row).findings} >= {"chain", "seal"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": "x"}', b"\xff\xfe"])
def test_what_is_no_result_is_refused(db: None, content: bytes) -> None:
    with pytest.raises(Invalid):
        verify_file(content, None, now=NOW)


def test_a_folder_is_written_whole_and_says_the_seal(cast: Cast, tmp_path: Path) -> None:
    row = a_sealed(cast)
    write_folder(row, tmp_path / "out", documents=False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["evidence.zip", "result.json"]
    written = json.loads((tmp_path / "out" / "result.json").read_text())
    assert written["seal"]["number"] == "SEAL-2022-000001"
    assert written["seal"]["chain"]["link"] == row.seal.chain_link


def test_a_deleted_seal_is_missed(cast: Cast) -> None:
    row = a_sealed(cast)
    content = result_of(row)
    Seal.objects.all().delete()
    row = Evaluation.objects.get(pk=row.pk)
    assert {item.where for item in ask_again(row, result=content).findings} == {"seal"}
    assert {item.where for item in verify(row, now=NOW).findings if item.where == "seal"} == {"seal"}


def test_a_drafts_total_edited_together_with_its_digest_is_found(cast: Cast) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        forged = row.result | {"total": "99.99", "grade": "优"}
        digest = digest_of(forged)
        Evaluation.objects.filter(pk=row.pk).update(result=forged | {"digest": digest}, digest=digest)
        words = [str(item) for item in verify(Evaluation.objects.get(pk=row.pk), now=NOW).findings]
    assert any("total was 99.99, asked again it is 91.96" in sentence for sentence in words), words
    assert any("digest" in sentence for sentence in words), words


def test_a_record_dated_back_after_the_verdict_is_named_though_it_does_not_count(cast: Cast) -> None:
    row = a_sealed(cast)

    class Late(Faults):
        def register(self, request: Any) -> Any:
            self.extra = ["INC-2021-000999"] if request.as_of > NOW else []
            return super().register(request)

    with worked_example(Late()):
        words = [str(item) for item in verify(row, now=NOW + timedelta(days=30)).findings]
    assert words == ["INC-2021-000999 was recorded after this verdict and dated back into its period."]


@pytest.mark.parametrize("change", ["body = replace(CAST(body AS TEXT), 'a', 'b')", "body = ''", "link = 'x'"])
@pytest.mark.sqlite
def test_an_audit_row_edited_by_hand_into_text_is_named(cast: Cast, change: str) -> None:
    row = a_sealed(cast)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE foundation_auditentry SET {change} WHERE sequence = 2")
    found = ask_again(row).findings
    assert [(item.where, item.reference) for item in found if item.where == "chain"] == [("chain", "2")]
