"""Rows in the terminal: a table where it fits, else one block a row; only sentences are ever folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

# A sentence narrower than this is not read but deciphered.
NARROWEST = 16
BETWEEN = 3


def listing(rows: Sequence[Mapping[str, Any]], width: int, title: str = "") -> RenderableType:
    """The rows, at least one, on `width` characters.

    Ids, codes, dates and numbers are kept whole so that they can be copied.
    """
    columns = {name: [_cell(row[name]) for row in rows] for name in rows[0]}
    least = sum(_least(name, cells) for name, cells in columns.items())
    if least + BETWEEN * len(columns) + 1 > width:
        return _blocks(rows, columns, title)
    table = Table(
        title=title or None, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD
    )
    for name, cells in columns.items():
        number = all(isinstance(row[name], int | float | None) for row in rows)
        sentences = _are_sentences(cells)
        table.add_column(
            name,
            justify="right" if number else "left",
            no_wrap=not sentences,
            overflow="fold",
            min_width=_least(name, cells),
        )
    for line in zip(*columns.values(), strict=True):
        table.add_row(*map(Text, line))
    return table


def _least(name: str, cells: Sequence[str]) -> int:
    """How narrow the column may become."""
    longest = max((len(cell) for cell in cells), default=0)
    return max(len(name), min(longest, NARROWEST) if _are_sentences(cells) else longest)


def _are_sentences(cells: Sequence[str]) -> bool:
    return any(" " in cell for cell in cells)


def _blocks(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Sequence[str]], title: str
) -> RenderableType:
    """Each row as lines of a name and a value, empty ones left out."""
    broad = max(map(len, columns)) + 2
    parts: list[RenderableType] = [Text(title)] if title else []
    for at in range(len(rows)):
        grid = Table.grid(padding=0)
        grid.add_column(no_wrap=True, min_width=broad)
        grid.add_column(overflow="fold")
        for name, cells in columns.items():
            if cells[at]:
                grid.add_row(Text(name, style="bold"), Text(cells[at]))
        parts.append(Padding(grid, (1, 0, 0, 2)))
    return Group(*parts, Text(""))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u00a0")
    return str(value)
