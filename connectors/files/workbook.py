"""A sheet of an Excel workbook as a grid of text cells; merged cells are filled."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from connectors.files.formulas import uncalculated
from connectors.files.grid import Grid, GridRow
from schemas.errors import ContractBroken

NAMED = 5
Cell = int | float | str | bool | time | date | datetime | timedelta


class Workbook:
    """The sheets of a workbook called `name`. ContractBroken if the bytes are none."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except PasswordError as error:
            raise ContractBroken(
                f"{name}: книга закрыта паролем. Сохраните её без пароля.",
                f"{name}: the workbook is protected by a password. Save it without one.",
            ) from error
        except CalamineError as error:
            raise ContractBroken(
                f"{name}: это не книга Excel или она повреждена. Сохраните её заново в .xlsx.",
                f"{name}: not an Excel workbook, or a damaged one. Save it again as .xlsx.",
                detail=str(error),
            ) from error

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets with cells in the order of the book, hidden ones last."""
        tables = [s for s in self._book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        hidden = [s.name for s in tables if s.visible != SheetVisibleEnum.Visible]
        return [s.name for s in tables if s.name not in hidden] + hidden

    def grid(self, sheet: str | None = None) -> Grid:
        """The rows of `sheet`, or of the first one in the book.

        ContractBroken if there is no such sheet, or a formula on it was never calculated.
        """
        chosen = self.draft(sheet)
        self.refuse_uncalculated(chosen.sheet)
        return chosen

    def draft(self, sheet: str | None = None) -> Grid:
        """`grid` for a look at it: formulas that were never calculated are empty cells."""
        names = self._book.sheet_names
        chosen = sheet or (names[0] if names else "")
        if chosen not in names:
            raise _no_sheet(self._name, chosen, names)
        found = self._book.get_sheet_by_name(chosen)
        rows = [[as_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
        _fill_merged(rows, found)
        numbered = [GridRow(number, row) for number, row in enumerate(rows, start=1)]
        return Grid(self._name, chosen, numbered)

    def holds(self, sheet: str) -> bool:
        """Whether any cell of the sheet is written in."""
        return self._book.get_sheet_by_name(sheet).height > 0

    def refuse_uncalculated(self, sheet: str) -> None:
        """ContractBroken, with the cells, if a formula on the sheet has no result."""
        if cells := uncalculated(self._data, sheet):
            raise _not_calculated(self._name, sheet, cells)


def read_xlsx(data: bytes, sheet: str | None, name: str) -> Grid:
    """The rows of one sheet: `Workbook.grid`."""
    return Workbook(data, name).grid(sheet)


def _no_sheet(name: str, sheet: str, names: Sequence[str]) -> ContractBroken:
    listed = ", ".join(names)
    return ContractBroken(
        f"{name}: нет листа «{sheet}». Есть: {listed}. Исправьте sheet.",
        f"{name}: no sheet '{sheet}'. There are: {listed}. Mend `sheet`.",
    )


def _not_calculated(name: str, sheet: str, cells: Sequence[str]) -> ContractBroken:
    first, rest = ", ".join(cells[:NAMED]), len(cells) - NAMED
    ru = f"{first} и ещё {rest}" if rest > 0 else first
    en = f"{first} and {rest} more" if rest > 0 else first
    return ContractBroken(
        f"{name}, {sheet}: у формул нет вычисленных значений: {ru}."
        " Откройте книгу в Excel и сохраните её: формулы пересчитаются.",
        f"{name}, {sheet}: formulas without calculated values: {en}."
        " Open the workbook in Excel and save it: that calculates them.",
    )


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
