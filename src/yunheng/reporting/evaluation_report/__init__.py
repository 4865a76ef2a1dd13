"""The evaluation report, in four formats from one set of blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yunheng.documents.rendering import Rendered, render
from yunheng.documents.rules.blocks import Contents, Cover, Report
from yunheng.evaluation.models import Evaluation
from yunheng.reporting.evaluation_report.analysis import analysis
from yunheng.reporting.evaluation_report.annexes import annexes
from yunheng.reporting.evaluation_report.chapters import conclusion, method, overview, period_words
from yunheng.reporting.evaluation_report.material import Material
from yunheng.reporting.evaluation_report.opinions import opinions

TEMPLATE_VERSION = "1"


def report_of(evaluation: Evaluation) -> Report:
    """The same kept verdict and statements give the same report; every stamp comes from the cut-off, not a clock."""
    material = Material.of(evaluation)
    name = material.result["scope"]["name"] if material.contract else material.project.name
    cover = Cover(
        (
            ("评价单位", material.project.owner.name),
            ("评价期", period_words(material)),
            ("编号", evaluation.number),
            ("版本", f"第{evaluation.revision}版"),
        )
    )
    watermark = "试算" if evaluation.trial else "" if evaluation.state != Evaluation.State.DRAFT else "草稿"
    return Report(
        title="绩效评价报告",
        subtitle=name,
        organisation=material.project.owner.name,
        date=material.data_date,
        data_date=material.data_date,
        blocks=(
            cover,
            Contents(2),
            *overview(material),
            *method(material),
            *conclusion(material),
            *analysis(material),
            *opinions(material),
            *annexes(material),
        ),
        template_version=TEMPLATE_VERSION,
        footer_digest=evaluation.digest,
        watermark=watermark,
    )


def rendered(evaluation: Evaluation, format: str, *, addresses: Mapping[str, str] | None = None) -> Rendered:
    return render(report_of(evaluation), format, addresses=addresses)


def documents_of(evaluation: Evaluation, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) per format, drawn from the same blocks."""
    report = report_of(evaluation)
    for format_name in formats:
        yield f"report.{format_name}", render(report, format_name).content
