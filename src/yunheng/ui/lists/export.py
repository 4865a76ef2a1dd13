"""A list as a file: every row of the list as filtered, CSV or XLSX, written into the audit chain before it leaves.

Text that a spreadsheet would run as a formula gets an apostrophe in CSV; XLSX cells are typed, so nothing runs there.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.ui.context import actor_of
from yunheng.ui.lists import cells, keyset
from yunheng.ui.lists.asked import Asked
from yunheng.ui.lists.declaration import ListPage

FORMATS = ("csv", "xlsx")
BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: A worksheet has 1,048,576 rows, one of them the head.
MOST_SHEET_ROWS = 1_048_575


def answer(
    request: HttpRequest, listing: ListPage, reading: keyset.Reading, asked: Asked, file_format: str, now: datetime
) -> HttpResponseBase:
    """Raises Invalid for a format we do not have."""
    if file_format not in FORMATS:
        raise Invalid(_("This list can be saved as CSV or XLSX only."))
    record_export(actor_of(request), listing, reading, asked, file_format, now)
    lines = _lines(listing, reading, now)
    name = f"{listing.title or listing.kind} {timezone.localtime(now):%Y-%m-%d}.{file_format}"
    response: HttpResponseBase
    if file_format == "csv":
        response = StreamingHttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        write_xlsx(file, str(listing.title), lines)
        file.seek(0)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = FileResponse(file, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


def record_export(
    actor: Actor, listing: ListPage, reading: keyset.Reading, asked: Asked, file_format: str, now: datetime
) -> None:
    """One entry in the chain of every tenant whose rows may leave."""
    facts = {
        "format": file_format,
        "order": asked.order,
        "filters": {chip.name: chip.label for chip in asked.chips},
        "scopes": len(reading.scopes),
    }
    tenants = Scope.objects.filter(pk__in=Scope.objects.filter(pk__in=list(reading.scopes)).values("tenant"))
    with writing():
        for tenant in tenants.order_by("pk"):
            audit.record(
                scope=tenant, actor=actor, now=now, verb="export", kind=listing.kind, reference="", facts=facts
            )


def _lines(listing: ListPage, reading: keyset.Reading, now: datetime) -> Iterator[list[Any]]:
    """The head, then the rows."""
    columns = [column for column in listing.columns if column.in_export]
    getters = [column.export or cells.getter(column) for column in columns]
    yield [str(column.label) for column in columns]
    for record in keyset.walk(reading):
        yield [cells.plain(get(record), now) for get in getters]


def csv_text(lines: Iterable[list[Any]]) -> Iterator[str]:
    """CSV with a byte-order mark (spreadsheets then read UTF-8), in pieces of some hundred lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    for number, line in enumerate(lines):
        writer.writerow([_csv_value(value) for value in line])
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    if isinstance(value, str) and text.startswith(RISKY):
        return f"'{text}"
    return text


def write_xlsx(file: Any, title: str, lines: Iterable[list[Any]]) -> None:
    """One sheet, head frozen, written row by row so that memory does not grow with the list."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 1})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for row, line in enumerate(lines):
        if row > MOST_SHEET_ROWS:
            book.close()
            raise Invalid(
                _("The list has more rows than a worksheet holds."), way_out=_("Narrow the list, or save it as CSV.")
            )
        for column, value in enumerate(line):
            if row == 0:
                sheet.set_column(column, column, max(12, min(40, 2 * len(value))))
                sheet.write_string(row, column, value, head)
            elif isinstance(value, datetime):
                sheet.write_datetime(row, column, value, instant)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value)[:32_767])
    book.close()


def _sheet_name(title: str) -> str:
    cleaned = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31].strip()
    return cleaned or "Sheet1"
