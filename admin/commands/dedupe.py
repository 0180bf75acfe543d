"""`kanon dedupe FILE`: repeats in one table, without a database or a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from admin.commands.dedupe_counts import Counts, counts_of
from admin.commands.dedupe_output import beside, review_table, told, tones, write
from admin.commands.dedupe_report import Report, render
from admin.commands.dedupe_terminal import print_columns, print_json, print_summary
from admin.commands.guard import err, language
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
    sheet: Annotated[
        str | None,
        Parameter(help="Sheet of the workbook; the first with known columns by default."),
    ] = None,
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
        print_columns(table)
    counts = _deduped(table, threshold, target, report)
    if json:
        print_json(table, counts, target, report)
    else:
        print_summary(counts, target, report)
    return 1 if counts.refused else 0


def _target(file: Path, out: Path | None, report: Path | None) -> Path:
    """Where the result goes; ConfigError if a file would replace another, or has no folder to be in."""
    kind_of(file)
    target = out or file.with_name(f"{file.stem}.dedupe{_extension(file)}")
    kind_of(target)
    for written in (target, report):
        if written is not None:
            _refuse_place(written, file)
    if report is not None and report.resolve() == target.resolve():
        raise ConfigError(
            f"«{report}»: результат и отчёт попали бы в один файл. Назовите отчёт иначе: --report отчёт.html.",
            f"'{report}': the result and the report would be one file. Give another name: --report page.html.",
        )
    return target


def _refuse_place(written: Path, file: Path) -> None:
    if written.resolve() == file.resolve():
        raise ConfigError(
            f"«{written}» — это сам исходный файл, он не перезаписывается. Укажите другое имя.",
            f"'{written}' is the given file itself, and it is not overwritten. Give another name.",
        )
    if written.is_dir() or not written.parent.is_dir():
        raise ConfigError(
            f"«{written}»: записать некуда. Нужно имя файла в папке, которая уже есть.",
            f"'{written}' cannot be written. The name of a file in a folder that exists is needed.",
        )


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
