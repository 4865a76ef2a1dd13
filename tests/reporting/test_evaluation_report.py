"""The evaluation report: its chapters, its figures, its bytes."""

from __future__ import annotations

import io

import docx
import pypdf
import pytest
from tests.cast import NOW, Cast
from tests.evaluation.builders import a_weighed_office, worked_example

from yunheng.documents.rules.blocks import Heading, figures
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.models import Evaluation, Statement
from yunheng.people.roles import Role
from yunheng.reporting.evaluation_report import rendered, report_of


def a_verdict(cast: Cast) -> Evaluation:
    project, _scheme = a_weighed_office(cast)
    for kind, text in (
        ("experience", "机房搬迁一次完成。"),
        ("problem", "故障定位慢😀。"),
        ("advice", "加强<b>巡检</b>。"),
    ):
        Statement.objects.create(
            scope=project.scope,
            first=project.service_from,
            last=project.service_to,
            kind=kind,
            text=text,
            author_role=Role.VENDOR_MANAGER,
            author="vendor",
            written_at=NOW,
        )
    with worked_example():
        return evaluate(project=project, actor=cast.owner.actor, now=NOW)


def test_the_chapters_are_those_of_the_official_outline(cast: Cast) -> None:
    blocks = report_of(a_verdict(cast)).blocks
    assert [block.text for block in blocks if isinstance(block, Heading) and block.level == 1][:7] == [
        "项目基本情况",
        "绩效评价工作开展情况",
        "综合评价情况及评价结论",
        "绩效评价指标分析",
        "主要经验及做法、存在的问题及原因分析",
        "有关建议",
        "其他需要说明的问题",
    ]


def test_every_score_of_the_verdict_is_a_figure_of_the_report(cast: Cast) -> None:
    row = a_verdict(cast)
    printed = {figure.key: figure.text for figure in figures(report_of(row))}
    for item in row.result["indicators"]:
        assert printed[f"{item['id']}.score"] == item["score"]
    assert printed["total"] == "91.96"


@pytest.mark.parametrize("format_name", ["html", "docx", "pdf", "xlsx"])
def test_the_same_verdict_gives_the_same_bytes(cast: Cast, format_name: str) -> None:
    row = a_verdict(cast)
    first = rendered(row, format_name).content
    again = rendered(Evaluation.objects.get(pk=row.pk), format_name).content
    assert len(first) > 5000
    if format_name != "html":
        assert first[:2] in {b"PK", b"%P"}
    assert first == again


def test_what_people_write_is_text_and_an_emoji_does_not_stop_the_paper(cast: Cast) -> None:
    row = a_verdict(cast)
    page = rendered(row, "html").content.decode()
    assert "加强&lt;b&gt;巡检&lt;/b&gt;" in page
    pdf = rendered(row, "pdf")
    assert pdf.substitutions == ("😀",)
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "91.96" in words
    assert "乙方" in words


def test_word_has_real_headings_and_repeated_table_heads(cast: Cast) -> None:
    document = docx.Document(io.BytesIO(rendered(a_verdict(cast), "docx").content))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Heading 1") >= 7
    assert "w:tblHeader" in document.element.xml
