"""What the component tags say and where they lead."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString
from tests.ui.builders import NOW, a_clock, some_steps, some_trail, some_transitions

from yunheng.ui.components import Clock, Step


def drawn(source: str, **values: Any) -> SafeString:
    with translation.override("en"):
        return Template(source).render(Context({"request": RequestFactory().get("/", {"a": "1"}), **values}))


def words_of(clock: Clock, language: str = "en") -> str:
    with translation.override(language):
        return Template("{% clock_chip clock now %}").render(Context({"clock": clock, "now": NOW}))


@pytest.mark.parametrize(
    ("clock", "state", "english", "chinese"),
    [
        (a_clock(remaining=8100), "good", "2 h 15 min left", "剩 2 时 15 分"),
        (a_clock(remaining=1500), "soon", "25 min left", "剩 25 分"),
        (a_clock(remaining=-2400), "late", "40 min over", "超 40 分"),
        (
            a_clock("paused", reason="等待采购", party="甲方"),
            "held",
            "paused · 等待采购 · 甲方",
            "暂停 · 等待采购 · 甲方",
        ),
        (a_clock("met"), "good", "in time", "按时"),
        (a_clock("missed", remaining=-5400), "late", "late by 1 h 30 min", "超时 1 时 30 分"),
        (a_clock("waiting"), "none", "not started", "未开始"),
        (a_clock("stopped"), "none", "does not count", "不计入"),
        (a_clock(), "none", "running", "计时中"),
    ],
)
def test_a_clock_says_what_is_left_in_words_colour_and_icon(
    clock: Clock, state: str, english: str, chinese: str
) -> None:
    html = words_of(clock)
    assert f"state-{state}" in html
    assert english in html
    assert "<svg" in html
    assert chinese in words_of(clock, "zh-hans")


def test_a_clock_with_an_explanation_opens_it_in_the_drawer() -> None:
    html = words_of(a_clock(remaining=60, url="/why/", due=NOW))
    assert 'href="/why/" data-drawer' in html
    assert "Due 2021-09-18 16:05" in html


def test_no_clock_draws_nothing() -> None:
    assert drawn("{% clock_chip clock now %}", clock=None, now=NOW) == ""


def test_a_number_opens_its_explanation_and_says_so_to_the_ear() -> None:
    html = drawn('{% number_that_opens 1199 "/why/" unit="tickets" label="Counted" %}')
    assert 'href="/why/" data-drawer' in html
    assert "1,199" in html
    assert "Counted: 1,199. How it was computed" in html


def test_a_number_without_explanation_is_plain_text() -> None:
    assert "<a" not in drawn("{% number_that_opens 5 %}")


def test_text_from_people_never_becomes_markup() -> None:
    evil = "<script>alert(1)</script>"
    sources = [
        '{% number_that_opens evil "/x/" unit=evil label=evil %}',
        '{% state_badge "late" evil %}',
        "{% clock_chip clock now %}",
        "{% empty_state evil evil evil evil %}",
        "{% icon evil evil %}",
        "{% step_bar steps %}",
    ]
    for source in sources:
        html = drawn(source, evil=evil, now=NOW, clock=a_clock("paused", reason=evil), steps=[Step(evil)])
        assert "<script" not in html, source


def test_an_unknown_state_is_shown_neutral() -> None:
    assert "state-none" in drawn('{% state_badge "purple" "odd" %}')


def test_days_and_instants_are_machine_readable_and_missing_ones_a_dash() -> None:
    assert drawn("{% instant now %}", now=NOW) == (
        '<time class="when" datetime="2021-09-18T08:05:00Z">2021-09-18 16:05</time>'
    )
    assert drawn("{% day now %}", now=NOW.date()) == '<time class="when" datetime="2021-09-18">2021-09-18</time>'
    assert drawn("{% instant now %}{% day now %}{% duration now %}", now=None) == "———"


def test_the_step_bar_names_where_it_stands_who_acts_and_until_when() -> None:
    html = drawn("{% step_bar steps transitions %}", steps=some_steps(), transitions=some_transitions())
    assert html.count('aria-current="step"') == 1
    assert "驻场工程师" in html
    assert "2021-09-01 12:00" in html
    assert html.count("data-drawer") == 2


def test_the_trail_shows_every_entry_with_its_chain_number_and_kinds_to_filter() -> None:
    html = drawn("{% trail entries %}", entries=some_trail())
    assert html.count('class="trail-entry"') == 5
    assert "#1204" in html
    assert 'data-trail-kind="transition"' in html
    assert "Nothing has happened yet." in drawn("{% trail entries %}", entries=[])


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="One sentence.")
    sure = forms.BooleanField(label="Sure", required=False)
    level = forms.ChoiceField(label="Level", choices=[("1", "one")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("Two things disagree.")


def test_a_field_joins_label_control_help_and_error() -> None:
    html = drawn("{% field form.title %}", form=Sample({}))
    assert 'for="id_title"' in html
    assert 'aria-describedby="id_title_help id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "One sentence." in html
    assert 'id="id_title_error"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = drawn("{% field form.level %}{% field form.sure %}", form=Sample())
    assert "<legend" in html
    assert html.index("form-check-input") < html.index("Sure")


def test_errors_stand_at_the_top_and_lead_to_their_fields() -> None:
    html = drawn("{% form_errors form %}", form=Sample({}))
    assert '<a href="#id_title">Title: This field is required.</a>' in html
    assert "Two things disagree." in html
    assert drawn("{% form_errors form %}", form=Sample()).strip() == ""


def test_an_address_keeps_what_else_was_asked() -> None:
    assert drawn("{% address_with b=2 %}") == "?a=1&amp;b=2"
    assert drawn("{% address_with a=None %}") == "?"
