"""`kanon dedupe FILE`: repeats in one table, without a database or a server."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from admin.commands import dedupe_words as words
from admin.commands.dedupe_counts import Counts, counts_of
from admin.commands.dedupe_output import beside, review_table, told, tones, write
from admin.commands.dedupe_report import Report, render
from admin.commands.guard import err, language
from admin.commands.guard import out as terminal
from admin.commands.inspect import Json
from admin.commands.terminal import TerminalProgress
from flows.dedupe import dedupe_rows
from flows.dedupe_columns import given_columns
from flows.dedupe_file import FileTable, kind_of, read_table
from schemas.errors import ConfigError


def dedupe(
    file: Path,
    *,
    out: Annotated[
        Path | None, Parameter(help="Where the result goes; FILE.dedupe.xlsx and so on by default.")
    ] = None,
    report: Annotated[Path | None, Parameter(help="Write a report as one HTML page, too.")] = None,
    threshold: Annotated[
        float | None,
        Parameter(help="Join records from this probability on, between 0.5 and 1."),
    ] = None,
    sheet: Annotated[str | None, Parameter(help="Sheet of the workbook; the first one.")] = None,
    columns: Annotated[
        list[str] | None,
        Parameter(negative="", help="What columns mean: 'Tax no=inn,Firm=name'; '-' for nothing."),
    ] = None,
    json: Json = False,
) -> int:
    """Find repeats among the counterparties of a CSV, Excel or Parquet FILE.

    The result is the same table, row by row, with the ids of the company and of its unit, the best
    values, and why. FILE itself is never changed. Nothing is sent anywhere.
    """
    target = _target(file, out, report)
    if threshold is not None and not 0.5 <= threshold < 1:
        raise ConfigError(
            f"--threshold {threshold}: это вероятность, от 0.5 до 1. Например, --threshold 0.95.",
            f"--threshold {threshold}: a probability from 0.5 to 1 is meant, e.g. --threshold 0.95.",
        )
    table = read_table(file, sheet, given_columns(columns or []))
    if not json:
        _print_columns(table)
    counts = _deduped(table, threshold, target, report)
    if json:
        _print_json(table, counts, target, report)
    else:
        _print_summary(counts, target, report)
    return 1 if counts.refused else 0


def _target(file: Path, out: Path | None, report: Path | None) -> Path:
    """Where the result goes; ConfigError if it would replace the file itself."""
    kind_of(file)
    target = out or file.with_name(f"{file.stem}.dedupe{_extension(file)}")
    kind_of(target)
    for written in (target, report):
        if written is not None and written.resolve() == file.resolve():
            raise ConfigError(
                f"«{written}» — это сам исходный файл, он не перезаписывается. Укажите другое имя.",
                f"'{written}' is the given file itself, and it is not overwritten. Give another name.",
            )
    return target


def _extension(file: Path) -> str:
    """The old .xls and workbooks with macros come back as .xlsx."""
    return ".xlsx" if kind_of(file) == "xlsx" else file.suffix


def _deduped(
    table: FileTable, threshold: float | None, target: Path, report: Path | None
) -> Counts:
    spoken = language()
    records = table.records()
    with TerminalProgress(err if err.is_terminal else Console(quiet=True)) as progress:
        answer = dedupe_rows(records.drop("number"), threshold, progress)
    counts, added = counts_of(table, answer), told(table, answer, spoken)
    whole = beside(table.cells, added)
    pairs = review_table(records, answer, spoken)
    write(target, table, whole, tones(added), pairs, spoken)
    if report is not None:
        _write_page(report, render(Report(table, records, answer, added, counts, spoken)))
    return counts


def _write_page(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Отчёт «{path}» не записывается. Проверьте папку и права.",
            f"The report '{path}' cannot be written. Check the folder and the rights.",
            detail=type(error).__name__,
        ) from error


def _print_columns(table: FileTable) -> None:
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
    if table.recognised.unused:
        pair = ("Не сравниваются, но останутся: {}.", "Not compared, but kept: {}.")
        listed = ", ".join(table.recognised.unused)
        terminal.print(escape(words.said(spoken, pair).format(listed)), style="dim", soft_wrap=True)
    if table.above or table.blank:
        pair = (
            "Пропущено строк: над заголовком {}, пустых {}.",
            "Lines passed over: {} above the heading, {} blank.",
        )
        told_ = words.said(spoken, pair).format(table.above, table.blank)
        terminal.print(told_, style="dim", soft_wrap=True)


def _print_summary(counts: Counts, target: Path, report: Path | None) -> None:
    spoken = language()
    terminal.print()
    terminal.print(f"[bold]{counts.verdict(spoken)}[/]", soft_wrap=True)
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    grid.add_column()
    for figure in counts.figures(spoken):
        grid.add_row(f"{figure.value:,}".replace(",", "\u00a0"), figure.label)
    terminal.print(grid)
    for path in (target, report):
        if path is not None:
            terminal.print(f"[green]→[/] {escape(str(path))}", soft_wrap=True)


def _print_json(table: FileTable, counts: Counts, target: Path, report: Path | None) -> None:
    found = {
        "file": table.name,
        "columns": {field: list(names) for field, names in table.recognised.columns.items()},
        "unused": list(table.recognised.unused),
        **counts.plain(),
        "out": str(target),
        "report": str(report) if report else None,
    }
    sys.stdout.write(json_text.dumps(found, ensure_ascii=False) + "\n")
