"""A register of devices (资产台账) as an office keeps it: CSV or XLSX, one row per device, Chinese or English headings.

A device that was in service twice has two rows; both say the same of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from yunheng.contracts.imports.drafts import DeviceDraft, FileDraft, PeriodDraft, Served
from yunheng.contracts.imports.fields import day_of, fault_in
from yunheng.contracts.imports.layout import faults_of_periods
from yunheng.foundation import tabular
from yunheng.foundation.tabular import Problem, Sheet

#: Heading → name. The English name is a heading too.
COLUMNS = {
    "资产编号": "code",
    "设备编号": "code",
    "编号": "code",
    "设备类别": "category",
    "类别": "category",
    "设备名称": "name",
    "名称": "name",
    "所属系统": "system",
    "位置": "location",
    "存放位置": "location",
    "启用日期": "since",
    "停用日期": "until",
}
#: Headings that a register often has and that say nothing to a verdict: read over without a word.
IDLE = ("序号", "备注", "品牌", "型号", "规格型号", "数量", "购置日期", "保修期", "责任人")
REQUIRED = {"code": "资产编号", "category": "设备类别", "name": "设备名称"}
LONGEST = {"code": 40, "category": 60, "name": 200, "system": 200, "location": 200}
MOST_ROWS = 20_000


def read_ledger(content: bytes, name: str) -> tuple[FileDraft, list[Problem]]:
    """Raises Invalid when the file cannot be read at all."""
    table = tabular.read(content, name)
    reader = _Reader()
    for sheet in table.sheets:
        reader.read(sheet)
    problems = reader.problems
    if not reader.devices and not problems:
        problems.append(Problem("", 0, "", "", _("There is no device in this file.")))
    for draft in reader.devices.values():
        problems += faults_of_periods(list(draft.periods))
    return FileDraft(served=Served(devices=tuple(reader.devices.values())), rows=reader.rows), problems


class _Reader:
    def __init__(self) -> None:
        self.devices: dict[str, DeviceDraft] = {}
        self.problems: list[Problem] = []
        self.rows: dict[str, tuple[str, int]] = {}

    def read(self, sheet: Sheet) -> None:
        self.problems += sheet.check(known={*COLUMNS, *COLUMNS.values(), *IDLE})
        names = {heading: COLUMNS.get(heading, heading) for heading in sheet.columns if heading}
        lacking = [title for name, title in REQUIRED.items() if name not in names.values()]
        for title in lacking:
            self.problems.append(Problem(sheet.name, 1, title, "", _("This column is needed and not there.")))
        headings = {name: heading for heading, name in names.items()}
        twice = [heading for heading, name in names.items() if name in LONGEST and headings[name] != heading]
        for title in twice:
            self.problems.append(Problem(sheet.name, 1, title, "", _("Two columns have this meaning.")))
        if lacking or twice:
            self.problems += sheet.problems
            sheet.close()
            return
        for row, cells in sheet.rows():
            if len(self.devices) >= MOST_ROWS:
                message = _("More than %(most)s devices in one file.") % {"most": MOST_ROWS}
                self.problems.append(Problem(sheet.name, row, "", "", message))
                break
            self._take(sheet.name, row, {names[heading]: text for heading, text in cells.items()}, headings)
        self.problems += sheet.problems
        sheet.close()

    def _take(self, sheet: str, row: int, cells: Mapping[str, str], headings: Mapping[str, str]) -> None:
        before = len(self.problems)

        def wrong(name: str, message: str) -> None:
            self.problems.append(Problem(sheet, row, headings.get(name, name), cells.get(name, ""), message))

        for name in REQUIRED:
            if not cells.get(name):
                wrong(name, _("This is needed."))
        for name, most in LONGEST.items():
            if fault := fault_in(cells.get(name, ""), most):
                wrong(name, fault)
        if "/" in cells.get("code", ""):
            wrong("code", _("A code has no slash."))
        days = {name: day_of(cells[name]) for name in ("since", "until") if cells.get(name)}
        for name, day in days.items():
            if day is None:
                wrong(name, _("This is no day. Write 2021-07-01."))
        if "until" in days and "since" not in days:
            wrong("since", _("A day out of use needs the day on which it was put in use."))
        if len(self.problems) > before:
            return
        place = f"{sheet} {row}"
        self.rows[place] = (sheet, row)
        since = days.get("since")
        periods = (PeriodDraft(since, days.get("until"), place),) if since is not None else ()
        draft = DeviceDraft(
            **{name: cells.get(name, "").strip() for name in LONGEST},
            periods=periods,
            place=place,
        )
        earlier = self.devices.get(draft.code)
        if earlier is None:
            self.devices[draft.code] = draft
        elif replace(earlier, periods=(), place="") != replace(draft, periods=(), place=""):
            wrong("code", _("Another row says something else of this device."))
        elif not periods or not earlier.periods:
            wrong("code", _("This is there twice."))
        else:
            self.devices[draft.code] = replace(earlier, periods=earlier.periods + periods)
