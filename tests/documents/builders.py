"""A report of an invented office, small or as long as a real one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yunheng.documents.rules.blocks import (
    Align,
    Annex,
    Author,
    Bar,
    Block,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Contents,
    Cover,
    Figure,
    Gantt,
    Heading,
    PageBreak,
    Paragraph,
    Remark,
    Report,
    Row,
    Run,
    Series,
    Signature,
    SignatureRow,
    Table,
)

DAY = date(2022, 7, 15)
MONTHS = tuple(f"2021-{month:02}" for month in range(7, 13)) + tuple(f"2022-{month:02}" for month in range(1, 7))


def a_report(*blocks: Block, **changes: object) -> Report:
    values: dict[str, object] = {
        "title": "绩效评价报告",
        "organisation": "云岭市某服务中心",
        "date": DAY,
        "data_date": DAY,
        "blocks": blocks or a_chapter(1),
    }
    return Report(**{**values, **changes})  # type: ignore[arg-type]  # a builder: the test names what it changes


def a_table(count: int = 3, **changes: object) -> Table:
    values: dict[str, object] = {
        "columns": (
            Column("编号", 2, Align.CENTER),
            Column("服务内容", 6),
            Column("数量", 2, Align.RIGHT),
            Column("完成率", 2, Align.RIGHT),
        ),
        "rows": tuple(
            Row((f"A{number:03}", "检查运行状态，记录异常并跟踪处理", number * 3, _share(number)))
            for number in range(1, count + 1)
        ),
        "caption": "服务完成情况",
        "source": "服务台工单与巡检记录",
    }
    return Table(**{**values, **changes})  # type: ignore[arg-type]  # as above


def _share(number: int) -> Figure:
    share = Decimal(9000 + number * 37 % 1000) / 10000
    return Figure(f"{share:.2%}", f"A{number:03}.share", share)


def a_bar_chart(**changes: object) -> Chart:
    values: dict[str, object] = {
        "title": "各月事件数量",
        "kind": ChartKind.BAR,
        "categories": MONTHS,
        "series": (Series("事件", tuple(12 + index * 7 % 13 for index in range(12))),),
        "unit": "件",
        "source": "服务台工单",
        "period": "2021年7月至2022年6月",
    }
    return Chart(**{**values, **changes})  # type: ignore[arg-type]  # as above


def a_line_chart() -> Chart:
    rates = tuple(Decimal("94.6") + Decimal(index * 7 % 13) / 5 if index != 6 else None for index in range(12))
    return a_bar_chart(
        title="响应及时率走势", kind=ChartKind.LINE, series=(Series("响应及时率", rates),), unit="%", target=Decimal(95)
    )


def a_donut() -> Chart:
    return a_bar_chart(
        title="事件类别构成",
        kind=ChartKind.DONUT,
        categories=("硬件故障", "应用软件", "网络与线路", "帐号与权限", "其他"),
        series=(Series("事件", (64, 52, 31, 22, 9)),),
        twin=True,
    )


def a_score_chart() -> Chart:
    return a_bar_chart(
        title="各指标得分率",
        kind=ChartKind.HORIZONTAL_BAR,
        categories=("人员到位", "系统维护覆盖", "事件解决", "响应及时", "修复及时"),
        series=(Series("得分率", tuple(Decimal(value) for value in ("100", "98.4", "93.65", "97.1", "88.25"))),),
        unit="%",
        target=Decimal(90),
    )


def a_gantt() -> Gantt:
    return Gantt(
        "季度巡检计划与完成",
        tuple(
            Bar(f"第{index + 1}季度巡检", date(2021 + index // 2, 1 + (6 + index * 3) % 12, 1), last, done)
            for index, (last, done) in enumerate(
                (
                    (date(2021, 9, 30), date(2021, 9, 24)),
                    (date(2021, 12, 31), date(2022, 1, 7)),
                    (date(2022, 3, 31), date(2022, 3, 29)),
                    (date(2022, 6, 30), None),
                )
            )
        ),
        source="计划执行记录",
        period="2021年7月至2022年6月",
    )


def a_chapter(number: int) -> tuple[Block, ...]:
    """Headings of all levels, paragraphs, a list, a table of 25 rows and a chart."""
    charts = (a_bar_chart(), a_line_chart(), a_donut(), a_score_chart())
    return (
        Heading(f"第{number}部分工作情况"),
        Paragraph(
            (
                Run("本部分统计服务期内第"),
                Figure(str(number), f"chapter.{number}", number),
                Run("类工作的完成情况。数据取自服务台工单、巡检记录和交付文档，统计口径见附件。共登记事件"),
                Figure("178", f"chapter.{number}.incidents", 178),
                Run("件，其中按期响应"),
                Figure("172", f"chapter.{number}.in_time", 172, bold=True),
                Run("件，未发现同一设备反复故障而未分析原因的情形。"),
            )
        ),
        Heading("完成情况", 2),
        Heading("日常维护", 3),
        Paragraph(
            "驻场人员在每个工作日上午完成机房和应用系统的检查，异常当日登记、当日处理；"
            "需要采购备件的，由甲方确认后暂停计时。每季度末汇总检查结果，向监理提交巡检报告。"
        ),
        Heading("系统巡检", 4),
        BulletList(
            (
                "核心业务系统每日检查两次；",
                "数据库备份每周核对一次；",
                (Run("安全日志", bold=True), Run("每月分析一次。")),
            )
        ),
        a_table(25, caption=f"第{number}部分服务完成情况"),
        Heading("数据分析", 2),
        Paragraph("下图为统计期内的变化情况。"),
        charts[number % 4],
    )


def a_long_report(chapters: int = 12) -> Report:
    """About 30 pages: 12 charts and 300 table rows."""
    return a_report(
        Cover((("项目名称", "云岭市某服务中心信息系统运行维护服务"), ("评价期间", "2021年7月1日至2022年6月30日"))),
        Contents(2),
        *(block for number in range(1, chapters + 1) for block in a_chapter(number)),
        title="绩效评价报告",
        subtitle="2021年度信息系统运行维护项目",
        footer_digest="4f2d9c1b7a60e3d8",
    )


def a_full_report() -> Report:
    """Every kind of block once: what a person looks at before trusting the templates."""
    return a_report(
        Cover((("项目名称", "云岭市某服务中心信息系统运行维护服务"), ("评价期间", "2021年7月1日至2022年6月30日"))),
        Contents(2),
        Heading("项目基本情况"),
        Heading("项目概况", 2),
        *a_chapter(1)[1:2],
        Table(
            (Column(share=2), Column(share=5)),
            (
                Row(("项目名称", "云岭市某服务中心信息系统运行维护服务")),
                Row(("预算金额", Figure("178.87 万元", "funds.budget", Decimal("178.87")))),
                Row(("合同金额", Figure("171.00 万元", "funds.price", Decimal("171.00")))),
            ),
            caption="项目基本信息",
            row_heads=True,
        ),
        Heading("资金使用", 2),
        Table(
            (
                Column("子项目", 3),
                Column("合同", 3),
                Column("预算", 2, Align.RIGHT),
                Column("合同价", 2, Align.RIGHT),
                Column("已支付", 2, Align.RIGHT),
                Column("执行率", 2, Align.RIGHT),
            ),
            (
                Row(("基础设施", "驻场服务", Decimal("80.00"), Decimal("77.50"), Decimal("77.50"), "96.88%")),
                Row(("基础设施", "备件供应", Decimal("20.00"), Decimal("19.20"), Decimal("12.00"), "60.00%")),
                Row(("应用系统", "业务系统维护", Decimal("60.00"), Decimal("58.00"), Decimal("58.00"), "96.67%")),
                Row(("应用系统", "门户维护", Decimal("18.87"), Decimal("16.30"), Decimal("16.30"), "86.38%")),
                Row(("合计", "", Decimal("178.87"), Decimal("171.00"), Decimal("163.80"), "91.57%"), total=True),
            ),
            caption="资金使用情况（单位：万元）",
            source="合同台账、付款凭证",
            groups=(("合同", 2), ("金额", 3), ("", 1)),
            merged=1,
        ),
        Heading("评价结论"),
        Paragraph((Run("综合得分"), Figure("92.86", "total", Decimal("92.86"), bold=True), Run("分，等级为优。"))),
        Remark((Run("补录记录占参与计算记录的"), Figure("3.72%", "back-filled"), Run("，均已由监理确认。"))),
        a_bar_chart(),
        a_line_chart(),
        a_donut(),
        a_score_chart(),
        a_gantt(),
        Heading("存在问题与建议"),
        Heading("存在问题", 2, Author.SUPERVISOR),
        Paragraph("个别巡检报告逾期提交。", Author.SUPERVISOR),
        BulletList(("备件采购周期偏长；", "故障定位依赖个人经验。")),
        Heading("改进措施", 2, Author.VENDOR),
        Paragraph("增加常用备件，建立故障知识条目。", Author.VENDOR),
        SignatureRow((Signature("甲方（盖章）"), Signature("乙方（盖章）"), Signature("监理（盖章）"))),
        Annex("评分表"),
        a_table(40, caption="评分明细"),
        Annex("证据目录"),
        Paragraph("证据清单按类别列示，全部记录见证据文件。"),
        PageBreak(),
        Paragraph("（此页无正文）"),
        subtitle="2021年度信息系统运行维护项目",
        footer_digest="4f2d9c1b7a60e3d8",
    )
