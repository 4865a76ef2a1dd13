"""Pages by position over several scopes: complete, in order, without counting by scanning."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.ui.builders import START, some_notes
from tests.ui.models import Note

from yunheng.ui.lists import keyset
from yunheng.ui.lists.keyset import Place, Reading

pytestmark = [pytest.mark.usefixtures("notes")]


def three_scopes(cast: Cast) -> list[int]:
    """Notes of three scopes whose times interleave; many share an instant."""
    some_notes(cast.project, 25)
    some_notes(cast.contract, 40, first=100)
    some_notes(cast.other_contract, 10, first=500, hours=4)
    return [cast.project.pk, cast.contract.pk, cast.other_contract.pk]


def reading_of(scopes: list[int], order: str = "-at", **values: object) -> Reading:
    return Reading(Note.objects.all(), scopes, order, **values)  # type: ignore[arg-type]  # values by name


def numbers(reading: Reading, size: int) -> list[str]:
    """The whole list, page by page."""
    found: list[str] = []
    after: Place | None = None
    while True:
        part = keyset.take(reading, size, after)
        found += [note.number for note in part.rows]
        if not part.more:
            return found
        after = Place(getattr(part.rows[-1], reading.field), part.rows[-1].pk)


@pytest.mark.parametrize("order", ["-at", "at", "number", "-number", "level", "-level"])
@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_over_scopes_are_the_one_sorted_list(cast: Cast, order: str, size: int) -> None:
    scopes = three_scopes(cast)
    tie = "-pk" if order.startswith("-") else "pk"
    expected = list(Note.objects.order_by(order, tie).values_list("number", flat=True))
    assert numbers(reading_of(scopes, order), size) == expected


def test_only_the_given_scopes_are_read(cast: Cast) -> None:
    three_scopes(cast)
    found = numbers(reading_of([cast.other_contract.pk]), 7)
    assert len(found) == 10
    assert all(number >= "N-2021-000500" for number in found)


def test_no_scope_means_no_row_and_no_query(cast: Cast) -> None:
    three_scopes(cast)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert keyset.take(reading_of([]), 10).rows == []
        assert keyset.count_up_to(reading_of([]), 10) == 0
    assert len(queries) == 0


def test_branches_and_conditions_narrow_the_list(cast: Cast) -> None:
    scopes = three_scopes(cast)
    reading = reading_of(scopes, branches=(Q(level=1), Q(level=2)), condition=Q(at__gte=START + timedelta(hours=10)))
    expected = Note.objects.filter(level__in=(1, 2), at__gte=START + timedelta(hours=10)).order_by("-at", "-pk")
    assert numbers(reading, 4) == [note.number for note in expected]


def test_a_branch_that_can_match_nothing_is_left_out(cast: Cast) -> None:
    scopes = three_scopes(cast)
    assert keyset.take(reading_of(scopes, branches=(Q(level__in=[]),)), 10).rows == []


def test_reading_backwards_gives_the_page_before(cast: Cast) -> None:
    reading = reading_of(three_scopes(cast))
    first = keyset.take(reading, 10).rows
    second = keyset.take(reading, 10, Place(first[-1].at, first[-1].pk)).rows
    back = keyset.take(reading.backwards(), 10, Place(second[0].at, second[0].pk))
    assert back.rows[::-1] == first
    assert not back.more


def test_a_row_that_moves_or_vanishes_does_not_disturb_the_next_page(cast: Cast) -> None:
    reading = reading_of(three_scopes(cast))
    first = keyset.take(reading, 10).rows
    place = Place(first[-1].at, first[-1].pk)
    expected = [note.pk for note in keyset.take(reading, 10, place).rows]
    first[-1].delete()
    assert [note.pk for note in keyset.take(reading, 10, place).rows] == expected


def test_counting_stops_early(cast: Cast) -> None:
    scopes = three_scopes(cast)
    assert keyset.count_up_to(reading_of(scopes), 100) == 75
    assert keyset.count_up_to(reading_of(scopes), 30) == 31
    assert keyset.count_up_to(reading_of(scopes, branches=(Q(level=1),)), 100) == Note.objects.filter(level=1).count()


def test_words_are_looked_for_within_reach_only(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "LEAST_REACH", 10)
    some_notes(cast.project, 100)
    found = keyset.take(reading_of([cast.project.pk], contains=("printer", ("title",), 30)), 50).rows
    assert [note.number for note in found] == ["N-2021-000091", "N-2021-000081", "N-2021-000071"]


def test_signs_of_the_pattern_language_are_taken_literally(cast: Cast) -> None:
    Note.objects.create(scope=cast.project, number="N-1", title="100% \\ under_score", at=START)
    Note.objects.create(scope=cast.project, number="N-2", title="100 of these", at=START)
    for words in ("100%", "\\", "under_"):
        found = keyset.take(reading_of([cast.project.pk], contains=(words, ("title",), 30)), 50).rows
        assert [note.number for note in found] == ["N-1"], words


def test_more_scopes_than_one_statement_takes_are_read_in_several(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    scopes = three_scopes(cast)
    monkeypatch.setattr(keyset, "MOST_PARTS", 2)
    expected = list(Note.objects.order_by("-at", "-pk").values_list("number", flat=True))
    assert numbers(reading_of(scopes), 7) == expected


def test_walking_meets_every_row_once(cast: Cast) -> None:
    reading = reading_of(three_scopes(cast))
    assert [note.number for note in keyset.walk(reading, chunk=7)] == numbers(reading, 75)


def test_each_scope_reads_its_own_stretch_of_the_index(cast: Cast) -> None:
    scopes = three_scopes(cast)
    place = Place(START + timedelta(hours=random.Random(1).randrange(20)), 5)
    with CaptureQueriesContext(connection) as queries:
        keyset.take(reading_of(scopes), 5, place)
    assert len(queries) == 2
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"].replace("%", "%%"))
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert plan.count("COVERING INDEX note_at (scope_id=? AND at<?)") == 3, plan
    assert plan.count("COVERING INDEX note_at (scope_id=? AND at=? AND id<?)") == 3, plan
