from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast
from tests.contracts.builders import EARLY, a_target, an_office

from yunheng.contracts import queries
from yunheng.contracts.models import Contract, Project


@pytest.fixture
def project(cast: Cast) -> Project:
    return an_office(cast)


def test_a_contract_scope_leads_to_its_project(cast: Cast, project: Project) -> None:
    assert queries.project_of(cast.contract) == project
    assert queries.project_of(cast.project) == project


def test_contracts_come_by_code_in_one_query(cast: Cast, project: Project) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = [(c.code, c.scope.name, c.sub_project.no, str(c.vendor)) for c in queries.contracts_of(project)]
    assert len(asked) == 1
    assert found == [("C1", "子项目1", 1, "甲运维公司"), ("C2", "子项目2", 2, "乙软件公司")]


def test_resolved_scopes_are_what_measures_want(cast: Cast, project: Project) -> None:
    assert [(scope.id, scope.code, scope.zone) for scope in queries.resolved_scopes(project)] == [
        (cast.contract.pk, "C1", "Asia/Shanghai"),
        (cast.other_contract.pk, "C2", "Asia/Shanghai"),
    ]


def test_a_template_is_no_target(cast: Cast, project: Project) -> None:
    a_target(Contract.objects.get(scope=cast.contract), confirmed_at=None)
    assert queries.active_targets(cast.contract.pk, NOW) == []


def test_the_latest_version_valid_on_the_local_day_is_in_force(cast: Cast, project: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)
    a_target(contract, 1, seconds=900)
    a_target(contract, 1, seconds=600, valid_from=date(2022, 1, 1), confirmed_at=datetime(2021, 12, 1, tzinfo=UTC))
    a_target(contract, 2, "repair", seconds=None, days=3)
    before_midnight = datetime(2021, 12, 31, 15, 59, tzinfo=UTC)
    after_midnight = datetime(2021, 12, 31, 16, 0, tzinfo=UTC)

    def limits(at: datetime, as_of: datetime | None = None) -> list[tuple[int, str, int | None, int | None]]:
        found = queries.active_targets(cast.contract.pk, at, as_of=as_of)
        return [(target.level, target.clock, target.seconds, target.days) for target in found]

    assert limits(before_midnight) == [(1, "response", 900, None), (2, "repair", None, 3)]
    assert limits(after_midnight) == [(1, "response", 600, None), (2, "repair", None, 3)]
    assert limits(after_midnight, as_of=EARLY) == [(1, "response", 900, None), (2, "repair", None, 3)]
