"""The chapters: what a reader of an evaluation report expects, in the order of the official outline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yunheng.contracts.models import Party
from yunheng.documents.rules.blocks import (
    Align,
    Author,
    Block,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Figure,
    Heading,
    Paragraph,
    Remark,
    Row,
    Run,
    Series,
    Table,
)
from yunheng.evaluation.models import Statement
from yunheng.kernel.rounding import half_up
from yunheng.people.roles import Role
from yunheng.reporting.evaluation_report.material import (
    Material,
    fraction_words,
    money,
    points_figure,
    score_figure,
    value_figure,
)

LEFT, CENTER, RIGHT = Align.LEFT, Align.CENTER, Align.RIGHT
PARTY_NAMES = {
    Party.Role.OWNER: "甲方（建设单位）",
    Party.Role.VENDOR: "乙方（运维单位）",
    Party.Role.SUPERVISOR: "监理单位",
    Party.Role.LESSOR: "云资源出租方",
    Party.Role.CONSULTANT: "方案编制单位",
    Party.Role.AUTHORITY: "主管部门",
}
KIND_NAMES = {"operations": "运维", "supervision": "监理", "cloud_lease": "云资源租赁", "planning": "方案编制"}
AUTHORS = {
    Role.OWNER_LEAD: Author.OWNER,
    Role.OWNER_LEADER: Author.OWNER,
    Role.VENDOR_MANAGER: Author.VENDOR,
    Role.VENDOR_ENGINEER: Author.VENDOR,
    Role.SUPERVISOR: Author.SUPERVISOR,
}
ANCHORS = {"contract": "合同约定之日", "arrival": "人员进场之日", "work_order": "开工令之日"}


def overview(material: Material) -> Iterator[Block]:
    """一、项目基本情况"""
    project = material.project
    yield Heading("项目基本情况", 1)
    yield Heading("项目背景", 2)
    yield Paragraph(
        f"{project.owner.name}将信息系统的日常运行维护委托专业单位承担，由监理单位监督。"
        f"本项目“{project.name}”的服务期为{day_words(project.service_from)}至{day_words(project.service_to)}。"
        f"{project.purpose}"
    )
    parties = project.parties.select_related("organisation").order_by("role", "organisation__name")
    yield Table(
        (Column("角色", 3), Column("单位", 7)),
        tuple(Row((PARTY_NAMES[Party.Role(party.role)], party.organisation.name)) for party in parties),
        caption="项目参与各方",
    )
    yield Heading("项目内容", 2)
    yield Paragraph(f"项目分为{len(material.contracts)}个子项目，各签一份合同。")
    yield Table(
        (
            Column("序号", 1, CENTER),
            Column("子项目", 4),
            Column("类别", 2, CENTER),
            Column("承担单位", 4),
            Column("服务期", 4, CENTER),
        ),
        tuple(
            Row(
                (
                    contract.sub_project.no,
                    contract.sub_project.name,
                    KIND_NAMES[contract.sub_project.kind],
                    contract.vendor.name,
                    f"{contract.service_from} 至 {contract.service_to}",
                )
            )
            for contract in material.contracts
        ),
        caption="子项目与合同",
    )
    yield Heading("项目实施情况", 2)
    anchored = [
        f"{contract.scope.code}以{ANCHORS[contract.anchor_kind]}（{contract.anchor_date}）起算"
        for contract in material.contracts
        if contract.anchor_signed_at and contract.anchor_kind
    ]
    yield Paragraph(
        "各合同的义务自三方签认的起算日开始：" + "；".join(anchored) + "。"
        if anchored
        else "各合同的义务起算日尚未由三方签认，以合同服务期为准。"
    )
    yield Heading("资金投入和使用情况", 2)
    yield from funds(material)
    yield Heading("绩效目标", 2)
    yield Paragraph("总体目标由下列各项指标的目标值量化，逐项列于第二章的指标体系表。")
    yield BulletList(
        tuple(
            f"{level1}：" + "、".join(f"{item['name']}（{material.definition(item).target_text}）" for item in items)
            for level1, items in by_level(material, "level1")
        )
    )


def funds(material: Material) -> Iterator[Block]:
    """Budget, price and what was paid, from the verdict's own inputs where it judged them."""
    rows = []
    for contract in material.contracts:
        budget = contract.sub_project.budget
        rows.append(
            Row(
                (
                    contract.sub_project.no,
                    contract.sub_project.name,
                    money(budget) if budget is not None else "未分列",
                    money(contract.price),
                )
            )
        )
    total = sum((contract.price for contract in material.contracts), Decimal(0))
    rows.append(Row(("", "合计", money(material.project.budget), money(total)), total=True))
    yield Table(
        (
            Column("序号", 1, CENTER),
            Column("子项目", 5),
            Column("预算（元）", 3, RIGHT),
            Column("合同金额（元）", 3, RIGHT),
        ),
        tuple(rows),
        caption="预算与合同金额",
        source=f"资金来源：{material.project.funding}" if material.project.funding else "",
    )
    item = material.by_measure("contracts.budget_execution")
    if item is None or item["state"] != "measured":
        yield Paragraph("预算执行情况未列入本次评价的指标，或没有可核对的支付记录。")
        return
    executed, budget = Decimal(str(item["numerator"])), Decimal(str(item["denominator"]))
    yield Paragraph(
        (
            _run("截至统计截止日，已执行 "),
            Figure(money(executed), f"{item['id']}.numerator", executed),
            _run(" 元，预算 "),
            Figure(money(budget), f"{item['id']}.denominator", budget),
            _run(" 元，预算执行率 "),
            _figure(value_figure(item, material.definition(item))),
            _run("。各笔支付的日期、金额和凭证号见附件“证据目录”。"),
        )
    )
    yield Chart(
        "预算执行",
        ChartKind.DONUT,
        ("已执行", "未执行"),
        (Series("金额", (executed, max(budget - executed, Decimal(0)))),),
        unit="元",
        source="支付记录",
        period=period_words(material),
        twin=True,
    )


def method(material: Material) -> Iterator[Block]:
    """二、绩效评价工作开展情况"""
    scheme = material.scheme_row
    result = material.result
    yield Heading("绩效评价工作开展情况", 1)
    yield Heading("评价目的、对象和范围", 2)
    yield Paragraph(
        "评价的目的是判断约定的服务是否提供、质量是否达到要求、款项是否可以支付。评价对象为"
        f"{result['scope']['name']}，评价期为{period_words(material)}，统计截止日为{day_words(material.data_date)}。"
    )
    yield Heading("指标体系、评价标准和方法", 2)
    yield Paragraph(
        f"采用方案“{scheme.name}”（{scheme.code} 第{scheme.revision}版），"
        f"权重方案为“{material.scheme.weights(scheme.data['weights']).name}”。"
        "每个指标按100分计分，计算过程保持精确值，只在列示时四舍五入到两位小数，等级按列示的总分确定。"
        "没有记录不等于没有发生：未发生的事项须有逐月的零报告确认，缺少数据的指标不给分，也不能封存。"
    )
    if scheme.frozen_at is not None:
        frozen = scheme.frozen_at.astimezone(material.zone).date()
        if scheme.was_late:
            yield Remark(
                f"本方案权重于{day_words(frozen)}补充确定，此前数据已产生；由三方签认，理由：{scheme.late_reason}",
            )
        else:
            yield Paragraph(f"方案与权重于{day_words(frozen)}确定，在本期数据产生之前。")
    yield Table(
        (
            Column("一级", 2),
            Column("二级", 3),
            Column("三级指标", 4),
            Column("评分规则", 9),
            Column("目标值", 2, CENTER),
            Column("权重", 2, RIGHT),
        ),
        tuple(
            Row(
                (
                    item["level1"],
                    item["level2"],
                    f"{item['id']} {item['name']}",
                    material.definition(item).rule_text,
                    material.definition(item).target_text,
                    _weight(item["weight"]),
                )
            )
            for item in material.weighed
        ),
        caption="指标体系与权重",
        merged=2,
    )
    yield Heading("评价工作过程", 2)
    yield BulletList(
        (
            "先定后评：指标、权重、口径和等级划分在看到数据之前确定并留存版本。",
            "以记录为据：每个数值由系统从服务台、计划、资产、安全、满意度和支付记录中计算，并列出计入和未计入的每条记录。",
            "三方参与：乙方填报，监理审核，甲方核定并封存。",
            "可核验：封存时保留当时使用的数值和摘要，事后任何改动都可以查出。",
        )
    )


def conclusion(material: Material) -> Iterator[Block]:
    """三、综合评价情况及评价结论"""
    result = material.result
    yield Heading("综合评价情况及评价结论", 1)
    yield Heading("总体结论", 2)
    if result["total"] is None:
        missing = "、".join(f"{key} {_name(material, key)}" for key in result["blocking"])
        yield Paragraph(f"尚不能得出总分：{missing or '全部指标'}缺少数据。补齐记录或由评价人填报并附凭据后重新评价。")
    else:
        yield Paragraph(
            (
                _run("综合得分 "),
                Figure(result["total"], "total", Decimal(result["total"]), bold=True),
                _run(" 分，评价等级为“"),
                Figure(result["grade"], "grade", bold=True),
                _run("”。据以评分的记录中，补录的占 "),
                Figure(f"{result['back_filled_share']}%", "back_filled_share"),
                _run("。"),
            )
        )
        losses = biggest_losses(material)
        if losses:
            words = "；".join(f"{item['name']}扣{lost}分" for item, lost in losses)
            yield Paragraph(f"失分主要在：{words}。")
    for statement in material.statements:
        if statement.kind == Statement.Kind.CONCLUSION:
            yield Paragraph(statement.text, AUTHORS.get(Role(statement.author_role)))
    yield Heading("评分情况", 2)
    yield score_table(material, "评分表")
    scored = [item for item in material.weighed if item["score"] is not None]
    if scored:
        yield Chart(
            "各指标得分（百分制）",
            ChartKind.HORIZONTAL_BAR,
            tuple(f"{item['id']} {item['name']}" for item in scored),
            (
                Series(
                    "得分",
                    tuple(Decimal(item["score"]) for item in scored),
                    tuple(f"{item['id']}.score" for item in scored),
                ),
            ),
            unit="分",
            source="评分表",
            period=period_words(material),
            target=Decimal(100),
        )


def score_table(material: Material, caption: str) -> Table:
    points = material.uses_points
    columns = [
        Column("编号", 2, CENTER),
        Column("三级指标", 5),
        Column("目标值", 3, CENTER),
        Column("实际值", 3, RIGHT),
        Column("计数", 3, RIGHT),
        Column("得分（百分制）", 3, RIGHT),
        Column("分值" if points else "权重", 2, RIGHT),
    ]
    if points:
        columns.append(Column("得分", 2, RIGHT))
    rows = []
    for item in material.weighed:
        definition = material.definition(item)
        cells: list[Any] = [
            item["id"],
            item["name"],
            definition.target_text,
            value_figure(item, definition),
            fraction_words(item),
            score_figure(item),
            _weight(item["weight"]),
        ]
        if points:
            cells.append(points_figure(item))
        rows.append(Row(tuple(cells)))
    total = material.result["total"]
    shown = Figure(total, "total", Decimal(total), bold=True) if total is not None else "—"
    last: list[Any] = ["", "合计", "", "", "", "" if points else shown, _weight_total(material)]
    if points:
        last.append(shown)
    rows.append(Row(tuple(last), total=True))
    return Table(tuple(columns), tuple(rows), caption=caption, source="计数为分子/分母，逐条记录见证据目录与证据文件")


def biggest_losses(material: Material, count: int = 3) -> list[tuple[dict[str, Any], Decimal]]:
    """Where most was lost, in points of the total: (indicator, points lost), largest first."""
    losses = []
    weights = {item["id"]: Decimal(_plain_weight(item["weight"])) for item in material.weighed}
    whole = sum(weights.values(), Decimal(0))
    for item in material.weighed:
        if item["score"] is None or not whole:
            continue
        lost = (100 - Decimal(item["score"])) * weights[item["id"]] / whole
        lost = lost.quantize(Decimal("0.01"))
        if lost > 0:
            losses.append((item, lost))
    return sorted(losses, key=lambda pair: (-pair[1], pair[0]["id"]))[:count]


def _plain_weight(weight: object) -> str:
    text = str(weight)
    if "/" in text:
        top, bottom = text.split("/")
        return str(Decimal(top) / Decimal(bottom))
    return text


def _weight(weight: object) -> str:
    if weight is None:
        return "—"
    number = Decimal(_plain_weight(weight))
    return f"{number.quantize(Decimal('0.0001')).normalize():f}"


def _weight_total(material: Material) -> str:
    total = sum((Fraction(str(item["weight"])) for item in material.weighed), Fraction(0))
    return str(half_up(total).normalize()) if total != 100 else "100"


def by_level(material: Material, level: str) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in material.weighed:
        groups.setdefault(item[level], []).append(item)
    return list(groups.items())


def _name(material: Material, indicator: str) -> str:
    item = material.item(indicator)
    return str(item["name"]) if item else ""


def _run(text: str) -> Run:
    return Run(text)


def _figure(value: Figure | str) -> Figure:
    return value if isinstance(value, Figure) else Figure(value)


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_words(material: Material) -> str:
    return f"{day_words(material.evaluation.first)}至{day_words(material.evaluation.last)}"
