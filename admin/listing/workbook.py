"""A list as an Excel workbook: typed cells, a heading that stays, and no cell that could run as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from admin.listing.tables import FORMULA

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000
_WIDTHS = {True: 48, False: 20}


def write(
    path: Path,
    titles: Sequence[str],
    wide: Sequence[bool],
    portions: Iterable[Sequence[Sequence[Any]]],
    zone: ZoneInfo,
) -> int:
    """Write rows below their titles into a new file; how many rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kanon")
    sheet.freeze_panes = "A2"
    for place, is_wide in enumerate(wide, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS[is_wide]
    sheet.append([_bold(sheet, title) for title in titles])
    count = 0
    for rows in portions:
        for row in rows:
            sheet.append([cell(sheet, value, zone) for value in row])
        count += len(rows)
    book.save(path)
    return count


def _bold(sheet: Any, title: str) -> Any:
    made = WriteOnlyCell(sheet, value=title)
    made.font = Font(bold=True)
    return made


def cell(sheet: Any, value: Any, zone: ZoneInfo) -> Any:
    """A value as a cell: texts are texts whatever they begin with, instants in the reader's zone."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        known = value if value.tzinfo else value.replace(tzinfo=UTC)
        return known.astimezone(zone).replace(tzinfo=None)
    told = " | ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = _UNSEEN.sub("", told)[:_LONGEST]
    if not text.lstrip(" ").startswith(FORMULA):
        return text
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    made.quotePrefix = True
    return made


def rows_of(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """The values of rows in the order of the names."""
    return [[row[name] for name in names] for row in rows]
