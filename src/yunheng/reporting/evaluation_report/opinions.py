"""五 to 七: what people write, under their own name; the platform adds only what it can prove."""

from __future__ import annotations

from collections.abc import Iterator

from yunheng.documents.rules.blocks import Block, BulletList, Heading, Paragraph
from yunheng.evaluation.models import Statement
from yunheng.people.roles import Role
from yunheng.reporting.evaluation_report.chapters import AUTHORS, biggest_losses
from yunheng.reporting.evaluation_report.material import Material

NOBODY = "尚无人填写。"


def opinions(material: Material) -> Iterator[Block]:
    yield Heading("主要经验及做法、存在的问题及原因分析", 1)
    yield Heading("主要经验及做法", 2)
    yield from _statements(material, Statement.Kind.EXPERIENCE)
    yield Heading("存在的问题及原因分析", 2)
    yield from _statements(material, Statement.Kind.PROBLEM)
    losses = biggest_losses(material)
    if losses:
        yield Paragraph("从数据看，失分集中在下列指标，原因以其凭据为准：")
        yield BulletList(tuple(f"{item['name']}（{item['id']}）：失{lost}分。" for item, lost in losses))
    yield Heading("有关建议", 1)
    yield from _statements(material, Statement.Kind.ADVICE)
    yield Heading("其他需要说明的问题", 1)
    yield BulletList(tuple(_remarks(material)))


def _statements(material: Material, kind: str) -> Iterator[Block]:
    found = [item for item in material.statements if item.kind == kind]
    if not found:
        yield Paragraph(NOBODY)
    for statement in found:
        adopted = "" if statement.adopted_at else "（甲方尚未采纳）"
        title = f"{statement.title}。" if statement.title else ""
        yield Paragraph(f"{title}{statement.text}{adopted}", AUTHORS.get(Role(statement.author_role)))


def _remarks(material: Material) -> Iterator[str]:
    result = material.result
    yield f"据以评分的记录中补录占{result['back_filled_share']}%；补录须经监理或甲方确认才计入。"
    if material.scheme_row.was_late:
        yield f"权重补充确定，理由：{material.scheme_row.late_reason}。"
    if result["scheme"]["trial"]:
        yield "本稿使用的权重与确定的方案不同，仅供试算，不得作为评价结论。"
    replaced = material.evaluation.replaces
    if replaced is not None:
        kind = material.evaluation.get_correction_display()
        yield (
            f"本版为第{material.evaluation.revision}版，由{kind}产生，替代 {replaced.number}，"
            f"理由：{material.evaluation.correction_reason}。两个版本均保留，均可核验。"
        )
    names = {item["id"]: item["name"] for item in result["indicators"]}
    unsuited = [names[item["id"]] for item in material.weighed if item["state"] == "not_applicable"]
    if unsuited:
        yield f"不适用的指标：{'、'.join(unsuited)}；其权重按比例分给其余指标。"
    yield "工作日按国务院办公厅公布的节假日安排计算；尚未公布的年份按周末推算，公布后重算。"
