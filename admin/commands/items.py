"""`kanon items parse FILE`: names of goods become classes and attributes, without a database."""

from __future__ import annotations

import json as jsons
import sys
from pathlib import Path
from typing import Annotated

import polars as pl
from cyclopts import Parameter
from rich.markup import escape

from admin.commands.dedupe_output import beside
from admin.commands.dedupe_workbook import Sheet, write_workbook
from admin.commands.guard import language
from admin.commands.guard import out as terminal
from admin.commands.inspect import Json
from admin.commands.items_report import other_sheets, render, verdict, where, words_of_trouble
from flows.dedupe_file import kind_of
from flows.items_file import Goods, parse_goods
from mappings.nomenclature.installed import installed
from schemas.errors import ConfigError

ADDED = (
    "item_class", "class_name", "canonical", "status", "confidence", "okei", "standard", "grade",
    "attributes", "rest", "trouble",
)  # fmt: skip


def items_parse(
    file: Path,
    *,
    out: Annotated[
        Path | None, Parameter(help="Where the result goes; FILE.items.xlsx and so on by default.")
    ] = None,
    report: Annotated[Path | None, Parameter(help="Write a report as one HTML page, too.")] = None,
    column: Annotated[
        list[str] | None,
        Parameter(
            negative="",
            help="Heading or number of the column of names; several are read as one name.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, Parameter(help="Sheet of the workbook; the first by default.")
    ] = None,
    header: Annotated[bool, Parameter(help="Whether the first row has the headings.")] = True,
    config: Annotated[
        Path | None, Parameter(help="Folder whose nomenclature/*.yaml add to the classes.")
    ] = None,
    json: Json = False,
) -> int:
    """Read the names of goods in a CSV, Excel or Parquet FILE into classes and attributes.

    The result is the same table, row by row, with the class, the attributes, the unit (OKEI), the
    standard, the grade, the canonical name, how sure it is, and what was not understood. FILE itself
    is never changed. Nothing is sent anywhere.

    Examples: `kanon items parse goods.csv`, and for a price list without headings whose name is put
    together from four columns: `kanon items parse price.csv --no-header --column 8 --column 9`.
    """
    target = out or file.with_name(f"{file.stem}.items{_extension(file)}")
    _refuse_place(target, file)
    if report is not None:
        _refuse_place(report, file, target)
    grammar = installed(config) if config else None
    goods = parse_goods(file, sheet, column or [], header=header, grammar=grammar)
    _write(target, goods)
    if report is not None:
        _write_report(report, goods)
    if json:
        sys.stdout.write(jsons.dumps(_counts(goods), ensure_ascii=False) + "\n")
    else:
        _tell(goods, target, report)
    return 0


def _extension(file: Path) -> str:
    return ".xlsx" if kind_of(file) == "xlsx" else file.suffix


def _refuse_place(written: Path, *taken: Path) -> None:
    """A folder, or a file that is read or written already, is no place; so nothing is done by halves."""
    occupied = written.resolve() in {each.resolve() for each in taken} or written.is_dir()
    if occupied or not written.parent.is_dir():
        raise ConfigError(
            f"«{written}»: сюда записать нельзя. Нужно другое имя в папке, которая уже есть.",
            f"'{written}' cannot be written. Another name in a folder that exists is needed.",
        )


def result(goods: Goods) -> pl.DataFrame:
    """The user's columns with `ADDED` beside them, rows in their order."""
    titles = {
        name: one.declared.ru if language() == "ru" else one.declared.en
        for name, one in goods.grammar.classes.items()
    }
    added = goods.answer.with_columns(
        pl.col("item_class").replace_strict(titles, default=None).alias("class_name")
    ).select(ADDED)
    return beside(goods.cells, added)


def _write(target: Path, goods: Goods) -> None:
    whole, kind = result(goods), kind_of(target)
    part = target.with_name(f".{target.name}.part")
    try:
        if kind == "xlsx":
            tone = (goods.answer["confidence"] < 0.9).cast(pl.Int32) * 2
            write_workbook(part, [Sheet("Items", whole, goods.cells.width, tone.alias("tone"))])
        elif kind == "parquet":
            whole.write_parquet(part)
        else:
            whole.write_csv(part, separator=";", include_bom=True, line_terminator="\r\n")
        part.replace(target)
    except OSError as error:
        raise _unwritten(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _write_report(report: Path, goods: Goods) -> None:
    try:
        report.write_text(render(goods, language()), encoding="utf-8")
    except OSError as error:
        raise _unwritten(report, error) from error


def _unwritten(target: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"Файл «{target}» не записывается. Закройте его в Excel, проверьте диск и права.",
        f"The file '{target}' cannot be written. Close it in Excel, check the disk and the rights.",
        detail=type(error).__name__,
    )


def _counts(goods: Goods) -> dict[str, object]:
    answer = goods.answer
    return {
        "rows": answer.height,
        "status": dict(answer["status"].value_counts().sort("status").iter_rows()),
        "classes": dict(answer["item_class"].drop_nulls().value_counts(sort=True).iter_rows()),
        "troubles": dict(answer["trouble"].drop_nulls().value_counts(sort=True).iter_rows()),
        "sheet": goods.sheet,
        "sheets_unread": list(goods.unread),
        "sure": round(float((answer["confidence"] >= 0.9).mean() or 0), 4),  # type: ignore[arg-type]  # a share
    }


def _tell(goods: Goods, target: Path, report: Path | None) -> None:
    spoken = language()
    terminal.print(f"[bold]{verdict(goods, spoken)}[/]", soft_wrap=True)
    for trouble, rows in goods.answer["trouble"].drop_nulls().value_counts(sort=True).iter_rows():
        told = words_of_trouble(spoken, trouble) + escape(where(goods, trouble, spoken))
        terminal.print(f"[yellow]![/] {told}: {rows}", soft_wrap=True)
    if sheets := other_sheets(goods, spoken):
        terminal.print(f"[yellow]![/] {escape(sheets)}", soft_wrap=True, highlight=False)
    for path in (target, report):
        if path is not None:
            terminal.print(f"[green]→[/] {path}", soft_wrap=True, highlight=False)
