"""What a list shows, refuses and hands out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook
from tests.cast import Cast
from tests.ui.builders import START, a_condition, a_listing, some_notes
from tests.ui.models import Note

from yunheng.foundation.models import AuditEntry
from yunheng.people.models import User
from yunheng.ui.lists import Column, ListPage, Sort, missing_indexes
from yunheng.ui.lists.export import csv_text

pytestmark = [pytest.mark.usefixtures("notes"), pytest.mark.urls("tests.ui.urls")]


@pytest.fixture
def client(cast: Cast, signed_in: Callable[[User], Client]) -> Client:
    some_notes(cast.project, 30)
    some_notes(cast.contract, 30, first=100)
    client = signed_in(cast.owner)
    client.cookies["yunheng_language"] = "en"
    return client


def page(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/notes/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def numbers(html: str) -> list[str]:
    return [part.split("<")[0] for part in html.split("data-open>")[1:]]


def test_a_page_shows_the_newest_first_and_leads_to_the_next(client: Client) -> None:
    html = page(client)
    assert numbers(html)[0] == "N-2021-000129"
    assert len(numbers(html)) == 25
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html
    assert "60 records" in html


def test_following_next_and_previous_comes_back_to_the_same_rows(client: Client) -> None:
    first = page(client)
    second = page(client, first.split('rel="next" href="')[1].split('"')[0])
    assert not set(numbers(first)) & set(numbers(second))
    back = page(client, second.split('rel="prev" href="')[1].split('"')[0])
    assert numbers(back) == numbers(first)


def test_addresses_hold_opaque_ids_never_database_ids(client: Client) -> None:
    after = page(client).split("?after=")[1].split('"')[0]
    assert Note.objects.filter(uid=after).exists()


def test_a_place_that_is_gone_begins_anew_and_says_so(client: Client) -> None:
    html = page(client, "?after=01AAAAAAAAAAAAAAAAAAAAAAAA")
    assert numbers(html)[0] == "N-2021-000129"
    assert "is gone" in html


def test_a_row_can_be_looked_at_in_the_drawer(client: Client) -> None:
    assert page(client).count("look-link") == 25


def test_a_filter_narrows_the_list_and_becomes_a_chip(client: Client) -> None:
    html = page(client, "?level=1")
    assert len(numbers(html)) == 20
    assert '<span class="chip-name">Level</span> <b>P1</b>' in html


def test_a_period_counts_both_its_days(client: Client) -> None:
    html = page(client, "?at_from=2021-09-02&at_to=2021-09-02")
    expected = Note.objects.filter(at__gte="2021-09-01T16:00Z", at__lt="2021-09-02T16:00Z").count()
    assert f"{expected} records" in html


def test_a_number_is_found_by_its_beginning_and_sorts_the_list(client: Client) -> None:
    html = page(client, "?q=n-2021-00010")
    assert numbers(html) == [f"N-2021-00010{digit}" for digit in range(9, -1, -1)]
    assert "In the order of: Number" in html


def test_words_are_found_inside_the_title(client: Client) -> None:
    html = page(client, "?q=printer")
    assert len(numbers(html)) == 6
    assert "Words were looked for" in html


def test_the_chosen_order_is_kept_and_can_be_turned(client: Client) -> None:
    html = page(client, "?sort=number")
    assert numbers(html)[0] == "N-2021-000001"
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-number"' in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?sort=title", "cannot be sorted by"),
        ("?level=9", "has no choice"),
        ("?at_from=yesterday", "is not a day"),
        ("?at_from=2021-09-03&at_to=2021-09-01", "ends before it begins"),
        ("?export=pdf", "CSV or XLSX"),
    ],
)
def test_what_is_not_declared_is_refused_in_words(client: Client, query: str, words: str) -> None:
    response = client.get(f"/notes/{query}")
    assert response.status_code == 422
    assert words in response.content.decode()


def test_nothing_found_offers_to_clear_the_filters(client: Client) -> None:
    html = page(client, "?level=2")
    assert "Nothing matches" in html
    assert "Clear all" in html


def test_an_empty_list_says_what_will_be_here(cast: Cast, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(cast.owner)
    client.cookies["yunheng_language"] = "en"
    assert "Nothing here yet" in page(client)


def test_htmx_gets_the_list_alone(client: Client) -> None:
    html = page(client, "?level=1", **{"HX-Request": "true", "HX-Target": "list"})
    assert html.lstrip().startswith('<section class="list"')
    assert "<html" not in html


def test_the_page_costs_a_fixed_number_of_statements(
    client: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    page(client)
    with django_assert_max_num_queries(15):
        page(client, "?level=1")


def test_a_csv_file_begins_with_a_mark_holds_every_row_and_is_recorded(client: Client, cast: Cast) -> None:
    response = client.get("/notes/?level=1&export=csv")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert rows[0] == ["Number", "Title", "Level", "Reported", "Amount"]
    assert len(rows) == 21
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.kind, entry.actor_label, entry.tenant) == ("ui.note", "owner", cast.tenant)
    facts = json.loads(bytes(entry.body))[-1]
    assert facts["filters"] == {"Level": "P1"}
    assert facts["format"] == "csv"


def test_an_xlsx_file_holds_typed_cells(client: Client) -> None:
    Note.objects.filter(number="N-2021-000001").update(title="=1+1", amount="12.50")
    response = client.get("/notes/?sort=number&export=xlsx")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # it streams
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 61
    assert rows[1][0] == "N-2021-000001"
    assert rows[1][1] == "=1+1"
    assert rows[1][3] == START.replace(hour=8, tzinfo=None)
    assert rows[1][4] == 12.5


def test_text_that_a_spreadsheet_would_run_is_disarmed() -> None:
    lines = [["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "＝1", "plain", -5]]
    [text] = ["".join(csv_text(lines))]
    cells = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert cells == ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "'\tx", "'＝1", "plain", "-5"]


def test_text_from_people_is_shown_as_text(client: Client) -> None:
    Note.objects.filter(number="N-2021-000129").update(title="<script>alert(1)</script>")
    html = page(client, "?q=%3Cscript%3E")
    assert "<script>alert" not in html


def test_the_declared_sorts_and_filters_have_their_indexes() -> None:
    assert missing_indexes(a_listing(), Note) == []


def test_a_sort_without_an_index_is_named() -> None:
    listing = a_listing(sorts=[Sort("title", "Title")], filters=[])
    assert missing_indexes(listing, Note) == ["ui.note: no index begins with (scope, title)"]


def test_conditions_combine_their_choices() -> None:
    condition = a_condition()
    assert [option.value for option in condition.offered()] == ["urgent", "other"]


def test_a_list_without_a_sort_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="needs a sort"):
        ListPage(kind="x", columns=[Column("a", "A")], sorts=[])


def test_the_list_speaks_chinese(client: Client) -> None:
    client.cookies["yunheng_language"] = "zh-hans"
    with translation.override("zh-hans"):
        html = page(client, "?level=1")
    assert "20 条" in html
    assert "筛选" in html
