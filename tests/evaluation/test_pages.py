"""The verdict's pages: who sees what, what the buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, Cast
from tests.evaluation.builders import Faults, a_weighed_office, worked_example

from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.models import Evaluation, ManualValue, Statement
from yunheng.evaluation.web.pages import LISTING
from yunheng.foundation.measures import MeasureResult
from yunheng.foundation.models import AuditEntry
from yunheng.people.models import User
from yunheng.ui.lists import missing_indexes

SignedIn = Callable[[User], Client]


def a_draft(cast: Cast) -> Evaluation:
    project, _scheme = a_weighed_office(cast)
    with worked_example():
        return evaluate(project=project, actor=cast.owner.actor, now=NOW)


PAGES = ("evaluation:evaluation", "evaluation:total", "reporting:evaluation-page")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["owner", "leader", "supervisor", "auditor"])
def test_those_who_judge_and_audit_read_the_verdict(cast: Cast, signed_in: SignedIn, person: str, page: str) -> None:
    row = a_draft(cast)
    answer = signed_in(cast.people[person]).get(reverse(page, args=[row.uid]), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "91.96" in answer.content.decode()


@pytest.mark.parametrize(
    "person",
    ["vendor", "engineer", "outsider", "stranger", "clerk", "system_admin", "security_admin", "audit_admin"],
)
def test_for_everybody_else_the_projects_verdict_does_not_exist(cast: Cast, signed_in: SignedIn, person: str) -> None:
    row = a_draft(cast)
    client = signed_in(cast.people[person])
    for page in (*PAGES, "evaluation:result", "evaluation:evidence", "evaluation:verification"):
        assert client.get(reverse(page, args=[row.uid])).status_code == 404, page


def test_the_drawer_says_what_was_counted_against_and_what_was_left_out(cast: Cast, signed_in: SignedIn) -> None:
    row = a_draft(cast)
    address = reverse("evaluation:indicator", args=[row.uid, "I06"])
    page = signed_in(cast.owner).get(address, headers={"accept-language": "en"}).content.decode()
    assert "117 / 126" in page
    assert "Counted against 9" in page
    assert "INC-2021-000117" in page
    assert "INC-2021-000116" not in page


def test_the_lead_seals_after_ticking_the_box(cast: Cast, signed_in: SignedIn) -> None:
    row = a_draft(cast)
    client, address = signed_in(cast.owner), reverse("evaluation:seal", args=[row.uid])
    with worked_example():
        assert client.post(address).status_code == 422
        assert client.post(address, {"sure": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "sealed"
    assert signed_in(cast.supervisor).get(address).status_code == 403


def test_verification_names_the_record_that_was_touched(cast: Cast, signed_in: SignedIn) -> None:
    row = a_draft(cast)
    with worked_example(Faults(level={5: 4})):
        address = reverse("evaluation:verification", args=[row.uid])
        page = signed_in(cast.auditor).get(address, headers={"accept-language": "en"}).content.decode()
    assert "INC-2021-000005 was changed: level was 2 and is 4." in page


@pytest.mark.parametrize("name", ["evaluation:result", "evaluation:evidence"])
def test_a_download_is_an_export_in_the_audit_chain(cast: Cast, signed_in: SignedIn, name: str) -> None:
    row = a_draft(cast)
    assert signed_in(cast.auditor).get(reverse(name, args=[row.uid])).status_code == 200
    assert AuditEntry.objects.filter(verb="export", reference=row.number, actor_label="auditor").count() == 1


@pytest.mark.parametrize("format_name", ["docx", "pdf", "xlsx", "html"])
def test_the_report_comes_in_four_formats(cast: Cast, signed_in: SignedIn, format_name: str) -> None:
    row = a_draft(cast)
    answer = signed_in(cast.owner).get(reverse("reporting:evaluation-report", args=[row.uid, format_name]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{row.number}-report.{format_name}"'


def test_a_format_that_does_not_exist_is_not_found(cast: Cast, signed_in: SignedIn) -> None:
    row = a_draft(cast)
    assert signed_in(cast.owner).get(reverse("reporting:evaluation-report", args=[row.uid, "exe"])).status_code == 404


def test_a_value_by_hand_needs_reason_and_evidence_and_the_supervisors_waits_for_the_owner(
    cast: Cast, signed_in: SignedIn
) -> None:
    project, _scheme = a_weighed_office(cast)
    with worked_example(plans__systems_maintained=lambda request: MeasureResult("missing")):
        row = evaluate(project=project, actor=cast.owner.actor, now=NOW)
        client, address = signed_in(cast.supervisor), reverse("evaluation:enter", args=[row.uid, "I02"])
        given = {"state": "measured", "numerator": "5", "denominator": "4", "reason": "理由", "evidence": "月报"}
        assert client.post(address, given | {"reason": ""}).status_code == 422
        assert client.post(address, given).status_code == 422
        assert client.post(address, given | {"numerator": "4"}).status_code == 302
    assert ManualValue.objects.get().approved_at is None


def test_words_are_text_and_the_owner_adopts_them(cast: Cast, signed_in: SignedIn) -> None:
    row = a_draft(cast)
    supervisor = signed_in(cast.supervisor)
    words = {"kind": "problem", "title": "", "text": "<script>alert(1)</script>"}
    assert supervisor.post(reverse("evaluation:statement-new", args=[row.uid]), words).status_code == 302
    page = supervisor.get(reverse("evaluation:evaluation", args=[row.uid])).content.decode()
    assert "<script>alert(1)" not in page
    statement = Statement.objects.get()
    address = reverse("evaluation:statement-adopt", args=[statement.uid])
    assert supervisor.post(address).status_code == 403
    assert signed_in(cast.owner).post(address, {"back": "https://elsewhere.example/"}).status_code == 302
    statement.refresh_from_db()
    assert statement.adopted_by == "owner"


def test_evaluating_needs_a_role_that_judges(cast: Cast, signed_in: SignedIn) -> None:
    a_weighed_office(cast)
    with worked_example():
        assert signed_in(cast.owner).post(reverse("evaluation:evaluate")).status_code == 302
        assert signed_in(cast.auditor).post(reverse("evaluation:evaluate")).status_code == 403


def test_the_scheme_page_shows_weights_and_matrix(cast: Cast, signed_in: SignedIn) -> None:
    _project, scheme = a_weighed_office(cast)
    page = signed_in(cast.owner).get(reverse("evaluation:scheme", args=[scheme.uid])).content.decode()
    assert "预算执行率" in page


def test_the_list_is_backed_by_its_index_and_home_shows_the_score(cast: Cast, signed_in: SignedIn) -> None:
    assert missing_indexes(LISTING, Evaluation) == []
    row = a_draft(cast)
    client = signed_in(cast.owner)
    assert row.number in client.get(reverse("evaluation:evaluation-list")).content.decode()
    assert "91.96" in client.get(reverse("home")).content.decode()
