from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import F
from tests.cast import NOW, Cast

from yunheng.foundation.columns import MISSING, columns
from yunheng.foundation.models import Decision, Grant, Job, Scope


def a_decision(cast: Cast, number: int, due_at: datetime | None, decided_by_id: int | None = None) -> Decision:
    return Decision.objects.create(
        scope=cast.contract,
        subject_kind="tests",
        subject_reference=f"T-{number}",
        question="q",
        role="owner_lead",
        asked_at=NOW,
        asked_by="x",
        due_at=due_at,
        decided_by_id=decided_by_id,
    )


def test_instants_are_epoch_seconds_and_unknown_ones_are_marked(cast: Cast) -> None:
    first = datetime(2021, 7, 1, 0, 0, 0, 999_999, tzinfo=UTC)
    before_the_epoch = datetime(1969, 12, 31, 23, 59, 58, tzinfo=UTC)
    for number, due in enumerate([first, None, before_the_epoch]):
        a_decision(cast, number, due)
    found = columns(Decision.objects.order_by("subject_reference"), {"due": "due_at"})["due"]
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [1_625_097_600, MISSING, -2]


def test_numbers_booleans_relations_and_text(cast: Cast) -> None:
    a_decision(cast, 1, NOW, decided_by_id=7)
    a_decision(cast, 2, NOW)
    found = columns(
        Decision.objects.order_by("subject_reference"),
        {
            "who": "decided_by_id",
            "scope": "scope",
            "code": "scope__code",
            "reference": "subject_reference",
            "key": "pk",
        },
    )
    assert list(found["who"]) == [7, MISSING]
    assert list(found["scope"]) == [cast.contract.pk] * 2
    assert found["code"] == ["C1", "C1"]
    assert found["reference"] == ["T-1", "T-2"]
    assert isinstance(found["key"], np.ndarray)


def test_booleans_are_numbers(cast: Cast) -> None:
    from yunheng.people.models import User

    found = columns(User.objects.filter(username="owner"), {"active": "is_active"})["active"]
    assert list(found) == [1]


def test_an_expression_with_a_known_type_is_a_column(cast: Cast) -> None:
    from django.db.models import ExpressionWrapper, IntegerField

    Job.objects.create(name="x", created_at=NOW, run_at=NOW + timedelta(hours=1), attempts=2, most_attempts=5)
    left = ExpressionWrapper(F("most_attempts") - F("attempts"), output_field=IntegerField())
    assert list(columns(Job.objects.all(), {"left": left})["left"]) == [3]


def test_no_rows_give_empty_columns_of_the_right_kind(cast: Cast) -> None:
    found = columns(Job.objects.none(), {"at": "run_at", "name": "name"})
    assert isinstance(found["at"], np.ndarray)
    assert (len(found["at"]), found["name"]) == (0, [])


def test_filters_and_joins_of_the_queryset_hold(cast: Cast) -> None:
    rows = Grant.objects.filter(scope__in=Scope.objects.filter(code="C1")).order_by("actor_label")
    assert columns(rows, {"who": "actor_label"})["who"] == ["engineer", "vendor"]
