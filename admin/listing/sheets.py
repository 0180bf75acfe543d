"""A workbook of a few small tables, made at once: a sheet each."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from admin.listing.workbook import cell, rows_of

Sheet = tuple[str, Mapping[str, str], Sequence[Mapping[str, Any]]]


def sheets(told: Sequence[Sheet], word: Callable[[str], str], zone: ZoneInfo) -> bytes:
    """The bytes of a workbook of (title, column → heading, rows); `word` tells headings in the reader's language."""
    book = Workbook(write_only=True)
    for title, columns, rows in told:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.append([word(heading) for heading in columns.values()])
        for row in rows_of(list(columns), rows):
            sheet.append([cell(sheet, value, zone) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
