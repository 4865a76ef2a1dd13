"""The annexes: score sheet, where the data come from, survey, evidence list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yunheng.documents.rules.blocks import (
    Align,
    Annex,
    Block,
    Column,
    Paragraph,
    Row,
    Signature,
    SignatureRow,
    Table,
)
from yunheng.evaluation.models import Evaluation
from yunheng.evaluation.rules.evidence import Marks
from yunheng.evaluation.rules.evidence import Table as Register
from yunheng.foundation import measures
from yunheng.reporting.evaluation_report.chapters import score_table
from yunheng.reporting.evaluation_report.material import Material, chinese_text

# Rows of the evidence list per indicator; the file beside the report holds all of them.
MOST_ROWS = 20


def annexes(material: Material) -> Iterator[Block]:
    yield Annex("评分表")
    yield score_table(material, "评分表（供签署）")
    yield SignatureRow((Signature("乙方（自评）"), Signature("监理（审核）"), Signature("甲方（核定）")))
    yield Annex("指标数据来源表")
    yield _sources(material)
    survey = material.by_measure("feedback.satisfaction")
    if survey is not None:
        yield Annex("问卷统计")
        yield from _survey(material, survey)
    yield Annex("证据目录")
    yield from _evidence(material)
    yield Annex("核验信息")
    yield from _verification(material)


def _sources(material: Material) -> Table:
    registered = measures.registered()
    rows = []
    for item in material.weighed:
        measure = registered.get(item["measure"])
        evidence = item["evidence"]
        rows.append(
            Row(
                (
                    item["id"],
                    item["name"],
                    chinese_text(str(measure.label)) if measure else "人工填报",
                    material.definition(item).source,
                    f"计入{evidence['counted']}条" if evidence else "—",
                    f"{item['back_filled_share']}%",
                )
            )
        )
    return Table(
        (
            Column("编号", 2, Align.CENTER),
            Column("指标", 4),
            Column("计算口径", 5),
            Column("指标出处", 5),
            Column("记录", 3, Align.RIGHT),
            Column("补录", 2, Align.RIGHT),
        ),
        tuple(rows),
        caption="指标数据来源",
    )


def _survey(material: Material, item: dict[str, Any]) -> Iterator[Block]:
    if item["state"] != "measured":
        yield Paragraph("本期没有有效问卷。")
        return
    yield Paragraph(f"有效问卷 {item['denominator']} 份，其中满意 {item['numerator']} 份。")
    found = material.marks(item)
    if found is not None:
        yield _listing(item, *found, caption="问卷结果")


def _evidence(material: Material) -> Iterator[Block]:
    yield Paragraph(
        f"每项指标至多列示{MOST_ROWS}条，全部记录及其数值见证据文件 evidence.zip"
        f"（SHA-256 {material.result['evidence']['sha256']}）。"
    )
    for item in material.weighed:
        found = material.marks(item)
        if found is not None:
            yield _listing(item, *found, caption=f"{item['id']} {item['name']}")


def _listing(item: dict[str, Any], table: Register, marks: Marks, *, caption: str) -> Table:
    """Those that cost points first, then those left out, then the rest; with totals."""
    order = sorted(
        range(len(table.references)),
        key=lambda row: (not (marks.counted[row] and not marks.hit[row]), bool(marks.counted[row]), row),
    )
    title = table.columns.get("title")
    titles = title if isinstance(title, list) else []
    rows = []
    for row in order[:MOST_ROWS]:
        if marks.counted[row]:
            standing = "达标" if marks.hit[row] else "未达标"
        else:
            reason = int(marks.left_out[row])
            standing = "未计入：" + chinese_text(marks.reasons[reason - 1]) if reason else "未计入"
        rows.append(Row((table.references[row], *([titles[row]] if titles else []), standing)))
    counted, hit = int(marks.counted.sum()), int(marks.hit.sum())
    left = len(table.references) - counted
    total = f"计入{counted}条，达标{hit}条；未计入{left}条"
    rows.append(Row((f"共{len(table.references)}条", *([""] if titles else []), total), total=True))
    more = len(table.references) - MOST_ROWS
    return Table(
        (Column("编号", 4), *([Column("事项", 6)] if titles else []), Column("结果", 5)),
        tuple(rows),
        caption=caption,
        source=f"另有{more}条见证据文件" if more > 0 else "",
    )


def _verification(material: Material) -> Iterator[Block]:
    evaluation = material.evaluation
    rows = [
        ("评价编号", evaluation.number),
        ("结果摘要（SHA-256）", evaluation.digest),
        ("证据文件摘要（SHA-256）", evaluation.evidence),
        ("方案摘要（SHA-256）", material.result["scheme"]["digest"]),
    ]
    for code, calendar in material.result["calendars"].items():
        rows.append((f"服务日历 {code}", f"{calendar['revision']}　{calendar['sha256'][:16]}…"))
    if evaluation.state != Evaluation.State.DRAFT:
        seal = evaluation.seal
        rows += [
            ("封存编号", seal.number),
            ("封存人", seal.sealed_by),
            ("审计链位置", f"{seal.chain_sequence}:{seal.chain_link}"),
        ]
    yield Table((Column("项目", 3), Column("内容", 8)), tuple(Row(row) for row in rows), caption="核验信息")
    yield Paragraph(
        "核验方法：在保存本项目数据的系统上运行 yunheng verify result.json；"
        "系统用当时的截止时间重新计算，逐条比对证据文件，并检查审计链，任何不一致都会指明记录和字段。"
    )
