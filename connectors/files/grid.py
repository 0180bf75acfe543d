"""A grid of cells as a table: the heading found, totals left out, rows that do not fit refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from connectors.files.frames import reject
from connectors.files.settings import Layout
from connectors.files.texts import UNREAD
from connectors.files.totals import Total, total_of
from schemas.errors import ContractBroken
from schemas.records import REJECTS

HEADER_WITHIN = 30
NUMBER = re.compile(r"^[\s\d.,%+-]+$")


@dataclass(frozen=True, slots=True)
class GridRow:
    """Cells of one row; `number` is the row of the sheet, or the line of the file, from 1."""

    number: int
    cells: list[str | None]

    def is_empty(self) -> bool:
        """Whether nothing stands in the row."""
        return not any((cell or "").strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of one sheet (`sheet` is empty for CSV) of the file `name`."""

    name: str
    sheet: str
    rows: list[GridRow]

    def place(self, number: int) -> str:
        """Where the row stands, for a person to find it."""
        return f"{self.name}, {self.sheet}:{number}" if self.sheet else f"{self.name}:{number}"


@dataclass(slots=True)
class Table:
    """Payload columns, the place of each row, and the rows that did not fit."""

    frame: pl.DataFrame
    places: list[str]
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(REJECTS)))


def tables(grid: Grid, layout: Layout, size: int) -> Iterator[Table]:
    """The rows under the heading, `size` at a time; none at all for a file without a row.

    ContractBroken if there is no heading, or a heading the layout names is absent or stands twice.
    """
    if all(row.is_empty() for row in grid.rows):
        return
    names, body = _headed(grid, layout)
    for start in range(0, len(body), size):
        yield _table(grid, names, layout, body[start : start + size])


def _headed(grid: Grid, layout: Layout) -> tuple[list[str], list[GridRow]]:
    if layout.header == "none":
        names, below = list(layout.names), 0
    else:
        below = _heading(grid, layout) + 1
        names = _names(grid.rows[below - 1].cells)
    names = _renamed(grid, names, layout)
    return names, [row for row in grid.rows[below:] if not row.is_empty()]


def _heading(grid: Grid, layout: Layout) -> int:
    """The index of the heading: as set, else the row with most of the layout's own headings."""
    if isinstance(layout.header, int):
        at = next((at for at, row in enumerate(grid.rows) if row.number >= layout.header), None)
    else:
        known = {*layout.columns.values(), *layout.key}
        first = list(enumerate(grid.rows[:HEADER_WITHIN]))
        scored = [(*_likeness(row, known), -at) for at, row in first]
        *likeness, back = max(scored)
        at = -back if likeness[0] or likeness[1] > 1 or len(grid.rows[0].cells) == 1 else None
    if at is None:
        raise ContractBroken(
            f"{grid.place(1)}: заголовок таблицы не найден. Укажите header (номер строки) в раскладке.",
            f"{grid.place(1)}: no heading found. Set `header` (the row number) in the layout.",
        )
    return at


def _likeness(row: GridRow, known: set[str]) -> tuple[int, int]:
    words = [(cell or "").strip() for cell in row.cells]
    words = [word for word in words if word]
    hits = len(known.intersection(words))
    is_heading = len(set(words)) == len(words) and not any(NUMBER.match(word) for word in words)
    return hits, len(words) if is_heading else 0


def _names(cells: Sequence[str | None]) -> list[str]:
    names = [(cell or "").strip() or f"столбец_{at}" for at, cell in enumerate(cells, start=1)]
    counts: dict[str, int] = {}
    answer = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        answer.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return answer


def _renamed(grid: Grid, names: list[str], layout: Layout) -> list[str]:
    missing = [heading for heading in layout.columns.values() if heading not in names]
    if missing:
        raise ContractBroken(
            f"{grid.name}: нет столбца «{missing[0]}». Есть: {', '.join(names)}. Исправьте columns.",
            f"{grid.name}: no column '{missing[0]}'. Found: {', '.join(names)}. Mend `columns`.",
        )
    payload = {heading: name for name, heading in layout.columns.items()}
    return [payload.get(name, name) for name in names]


def _table(grid: Grid, names: list[str], layout: Layout, rows: Sequence[GridRow]) -> Table:
    """The rows that are records; those too wide, of other bytes, and totals or not are refused by place."""
    width = len(names)
    fits: list[GridRow] = []
    refused: list[pl.DataFrame] = []
    for row in rows:
        kind = _kind(row, names, layout)
        if any(UNREAD in (cell or "") for cell in row.cells):
            refused.append(reject("bytes_misfit", grid.place(row.number), row.cells))
        elif any(row.cells[width:]) and kind != "total":
            refused.append(reject("row_too_wide", grid.place(row.number), row.cells))
        elif kind == "doubtful":
            refused.append(reject("totals_row", grid.place(row.number), row.cells))
        elif kind == "record":
            fits.append(row)
    padded = [(row.cells + [None] * width)[:width] for row in fits]
    frame = pl.DataFrame(padded, schema=dict.fromkeys(names, pl.String()), orient="row")
    table = Table(frame, [grid.place(row.number) for row in fits])
    if refused:
        table.rejects = pl.concat(refused)
    return table


def _kind(row: GridRow, names: Sequence[str], layout: Layout) -> Total:
    return total_of(row.cells, names, layout.key) if layout.skip_totals else "record"
