"""What `kanon dedupe` prints: how the columns were read, then the numbers and what was not accepted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.markup import escape
from rich.table import Table

from admin.commands import dedupe_words as words
from admin.commands.dedupe_counts import Counts
from admin.commands.guard import language
from admin.commands.guard import out as terminal
from flows.dedupe_file import FileTable

LINES = 8
_CUT_RU = (
    "Excel сократил числа до вида 7,7E+09, и цифры потеряны: {}. Откройте исходную книгу,"
    " задайте столбцам формат «Числовой» без дробной части и сохраните заново."
)
_CUT_EN = (
    "Excel cut numbers to the form 7.7E+09 and their digits are lost: {}. Open the original"
    " workbook, set the columns to Number without decimals and save it again."
)
_CUT = (_CUT_RU, _CUT_EN)


def print_columns(table: FileTable) -> None:
    """The headings with what they are read as, and everything that is left aside."""
    spoken = language()
    place = f"{table.name}, {table.sheet}" if table.sheet else table.name
    rows = words.said(spoken, ("строк", "rows"))
    terminal.print(f"[bold]{escape(place)}[/]: {rows} {table.cells.height}", soft_wrap=True)
    grid = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for pair in (("столбец", "column"), ("читается как", "read as")):
        grid.add_column(words.said(spoken, pair), overflow="fold")
    for field, headings in table.recognised.columns.items():
        for heading in headings:
            grid.add_row(escape(heading), f"{words.label(spoken, field)} [dim]{field}[/]")
    terminal.print(grid)
    for text in words.choices(spoken, table):
        terminal.print(f"[yellow]![/] {escape(text)}", soft_wrap=True)
    for text in _left_aside(table):
        terminal.print(escape(text), style="dim", soft_wrap=True)


def _left_aside(table: FileTable) -> Iterator[str]:
    if table.recognised.unused:
        pair = ("Не сравниваются, но останутся: {}.", "Not compared, but kept: {}.")
        yield words.said(language(), pair).format(", ".join(table.recognised.unused))
    if table.above or table.blank:
        pair = (
            "Пропущено строк: над заголовком {}, пустых {}.",
            "Lines passed over: {} above the heading, {} blank.",
        )
        yield words.said(language(), pair).format(table.above, table.blank)


def print_summary(counts: Counts, target: Path, report: Path | None) -> None:
    """The verdict, the numbers, the lines that were not accepted, and where the result is."""
    spoken = language()
    terminal.print()
    terminal.print(f"[bold]{counts.verdict(spoken)}[/]", soft_wrap=True)
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    grid.add_column()
    for figure in counts.figures(spoken):
        grid.add_row(f"{figure.value:,}".replace(",", "\u00a0"), figure.label)
    terminal.print(grid)
    for text in _remarks(counts):
        terminal.print(f"[yellow]![/] {escape(text)}", soft_wrap=True)
    for path in (target, report):
        if path is not None:
            terminal.print(f"[green]→[/] {escape(str(path))}", soft_wrap=True)


def _remarks(counts: Counts) -> Iterator[str]:
    """What a person has to see to in the file, line by line."""
    spoken = language()
    for reason, lines in counts.lines.items():
        pair = ("Не принято: {}. {}", "Not accepted: {}. {}")
        yield words.said(spoken, pair).format(_listed(lines), words.stood_aside(spoken, reason))
    if counts.cut:
        yield words.said(spoken, _CUT).format(_listed(counts.cut))


def _listed(lines: Sequence[int]) -> str:
    several = len(lines) > 1
    pair = ("строки", "lines") if several else ("строка", "line")
    rest = "…" if len(lines) > LINES else ""
    return f"{words.said(language(), pair)} {', '.join(map(str, lines[:LINES]))}{rest}"


def print_json(table: FileTable, counts: Counts, target: Path, report: Path | None) -> None:
    """The same as one JSON object on one line."""
    found = {
        "file": table.name,
        "sheet": table.sheet or None,
        "other_sheets": list(table.others),
        "columns": {field: list(names) for field, names in table.recognised.columns.items()},
        "rivals": {field: list(names) for field, names in table.recognised.rivals.items()},
        "unused": list(table.recognised.unused),
        **counts.plain(),
        "out": str(target),
        "report": str(report) if report else None,
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
