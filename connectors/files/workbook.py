"""A sheet of an Excel workbook as a grid of text cells; merged cells are filled."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from connectors.files.grid import Grid, GridRow
from schemas.errors import ContractBroken

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_xlsx(data: bytes, sheet: str | None, name: str) -> Grid:
    """The rows of `sheet`, or of the first one. ContractBroken if it is no workbook or has no such sheet."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError as error:
        raise ContractBroken(
            f"{name}: это не книга Excel или она повреждена. Сохраните её заново в .xlsx.",
            f"{name}: not an Excel workbook, or a damaged one. Save it again as .xlsx.",
            detail=str(error),
        ) from error
    names = book.sheet_names
    chosen = sheet or (names[0] if names else "")
    if chosen not in names:
        raise ContractBroken(
            f"{name}: нет листа «{chosen}». Есть: {', '.join(names)}. Исправьте sheet в раскладке.",
            f"{name}: no sheet '{chosen}'. There are: {', '.join(names)}. Mend `sheet` of the layout.",
        )
    found = book.get_sheet_by_name(chosen)
    rows = [[as_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    _fill_merged(rows, found)
    return Grid(name, chosen, [GridRow(number, row) for number, row in enumerate(rows, start=1)])


def as_text(cell: Cell) -> str | None:
    """The cell as a person sees it in the formula bar: whole numbers without `.0`, ISO dates.

    >>> as_text(7701234567.0), as_text(0.5), as_text(""), as_text(True)
    ('7701234567', '0.5', None, 'true')
    """
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell) or None


def _fill_merged(rows: list[list[str | None]], sheet: CalamineSheet) -> None:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
