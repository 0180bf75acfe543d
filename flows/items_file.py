"""A person's list of goods as it stands: every row kept, the column of names found, each name parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import polars as pl

from connectors.files.csvfile import read_csv
from connectors.files.grid import HEADER_WITHIN, Grid
from connectors.files.structured import read_parquet
from connectors.files.workbook import Workbook
from flows.dedupe_file import kind_of
from flows.items_cells import (
    NOT_SURE,
    SHIFTED,
    UNIT,
    cell_troubles,
    column_of_names,
    column_of_units,
    shown,
)
from mappings.functions.classifiers import okei
from mappings.nomenclature import Grammar, parse, shipped
from schemas.errors import ConfigError, ContractBroken


@dataclass(frozen=True, slots=True)
class Goods:
    """`cells` as text, one row of the file a row; `names` what was parsed, `headings` it came from.

    `answer` has the columns of `mappings.nomenclature.parse` with `grade`, `standard` and `okei`. `lines`
    are the numbers of the rows in the file, `units` what the file calls units and nobody knows. `sheet` was
    read of a workbook, `unread` are its other sheets that hold something.
    """

    file: str
    cells: pl.DataFrame
    names: pl.Series
    headings: tuple[str, ...]
    answer: pl.DataFrame
    grammar: Grammar
    lines: pl.Series
    units: tuple[str, ...] = ()
    sheet: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of the file: their cells, which are wider than the heading, their numbers in the file."""

    cells: pl.DataFrame
    wide: pl.Series
    lines: pl.Series
    sheet: str = ""
    unread: tuple[str, ...] = ()


def parse_goods(
    path: Path,
    sheet: str | None,
    columns: Sequence[str],
    *,
    header: bool = True,
    grammar: Grammar | None = None,
) -> Goods:
    """The goods of a CSV, Excel or Parquet file, row by row.

    `columns` are headings or numbers from 1; several are put together with spaces. ContractBroken for a
    broken or empty file, ConfigError where no column of names is known.
    """
    table = _table(path, sheet, header=header)
    chosen = _chosen(path, table.cells, columns)
    whole = table.cells.select(
        pl.concat_str([pl.col(name) for name in chosen], separator=" ", ignore_nulls=True)
    ).to_series()
    names, known = shown(whole), grammar or shipped()
    units = _units(table.cells)
    answer = _with_units(_parsed(names, known), units, known)
    strange = units.filter(_unknown_unit())["_unit"].unique(maintain_order=True)
    return Goods(
        path.name, table.cells, names, chosen, _troubled(answer, names, table.wide), known,
        table.lines, tuple(strange), table.sheet, table.unread,
    )  # fmt: skip


def _parsed(names: pl.Series, grammar: Grammar) -> pl.DataFrame:
    """Every different name is parsed once."""
    distinct = names.unique(maintain_order=True)
    known = parse(distinct, grammar).with_columns(distinct.alias("_name"))
    told = pl.DataFrame({"_name": names}).join(
        known, on="_name", how="left", nulls_equal=True, maintain_order="left"
    )
    return told.drop("_name").with_columns(
        pl.col("attributes").str.extract(rf"(?:^|; ){name}=([^;]*)").alias(name)
        for name in ("grade", "standard")
    )


def _units(cells: pl.DataFrame) -> pl.DataFrame:
    """(_unit, _own): the unit as the file writes it and its OKEI code, null where nothing is written."""
    column = column_of_units(cells.columns)
    told = pl.col(column).str.strip_chars() if column else pl.lit(None, pl.String)
    written = pl.when(told.str.contains(r"[\pL\pN]")).then(told).alias("_unit")
    units = cells.select(written) if column else cells.select(written.repeat_by(pl.len()).explode())
    return units.with_columns(okei(pl.col("_unit")).struct.field("value").alias("_own"))


def _unknown_unit() -> pl.Expr:
    return pl.col("_unit").is_not_null() & pl.col("_own").is_null()


def _with_units(answer: pl.DataFrame, units: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """`okei`: the unit the file names, else the one goods of the class are counted in.

    A unit that is written and not known stays empty, and is the trouble of its row if there is no worse.
    """
    usual = {name: one.declared.unit for name, one in grammar.classes.items()}
    by_class = pl.col("item_class").replace_strict(usual, default=None, return_dtype=pl.String)
    return answer.hstack(units).with_columns(
        pl.coalesce("_own", pl.when(pl.col("_unit").is_null()).then(by_class)).alias("okei"),
        pl.coalesce("trouble", pl.when(_unknown_unit()).then(pl.lit(UNIT))).alias("trouble"),
    ).drop("_own", "_unit")  # fmt: skip


def _troubled(answer: pl.DataFrame, names: pl.Series, wide: pl.Series) -> pl.DataFrame:
    """A row wider than its heading has an unquoted delimiter in it: its cells prove nothing, nor does a
    cell that holds no text of a person."""
    marked = answer.with_columns(wide.alias("_wide"), cell_troubles(names).alias("_cell"))
    wrong = pl.col("_wide") | pl.col("_cell").is_not_null()
    return marked.with_columns(
        pl.when("_wide").then(pl.lit(SHIFTED)).otherwise(pl.coalesce("_cell", "trouble")).alias("trouble"),
        pl.when(~wrong).then("item_key").alias("item_key"),
        pl.when(wrong).then(pl.min_horizontal("confidence", pl.lit(NOT_SURE)))
        .otherwise("confidence").alias("confidence"),
    ).drop("_wide", "_cell")  # fmt: skip


def _table(path: Path, sheet: str | None, *, header: bool) -> _Table:
    kind = kind_of(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"Файл «{path}» не открывается. Проверьте имя и права.",
            f"The file '{path}' cannot be opened. Check its name and rights.",
            detail=type(error).__name__,
        ) from error
    if kind == "parquet":
        frame = read_parquet(data, path.name)
        if frame.is_empty():
            raise _empty(path.name)
        lines = pl.Series(range(1, frame.height + 1), dtype=pl.Int64)
        return _Table(frame, pl.repeat(value=False, n=frame.height, eager=True), lines)
    if kind == "xlsx":
        return _of_book(Workbook(data, path.name), sheet, header=header)
    return _of_grid(read_csv(data, "auto", "auto", path.name, lenient=True), header=header)


def _of_book(book: Workbook, sheet: str | None, *, header: bool) -> _Table:
    grid = book.grid(sheet or next(iter(book.sheets), None))
    unread = (name for name in book.sheets if name != grid.sheet and book.holds(name))
    return replace(_of_grid(grid, header=header), sheet=grid.sheet, unread=tuple(unread))


def _of_grid(grid: Grid, *, header: bool) -> _Table:
    rows = [row.cells for row in grid.rows]
    start = _heading(rows) if header else -1
    heading = [cell or "" for cell in rows[start]] if rows and start >= 0 else []
    below = [row for row in grid.rows[start + 1 :] if any(row.cells)]
    if not below:
        raise _empty(grid.name)
    body = [row.cells for row in below]
    width = max(len(heading), *(len(cells) for cells in body))
    columns = list(zip_longest(*body)) or []
    frame = pl.DataFrame(
        {
            name: pl.Series(column, dtype=pl.String)
            for name, column in zip(_headings(heading, width), columns, strict=False)
        }
    )
    wide = [bool(heading) and any(cells[len(heading) :]) for cells in body]
    lines = pl.Series([row.number for row in below], dtype=pl.Int64)
    return _Table(frame, pl.Series(wide, dtype=pl.Boolean), lines)


def _empty(name: str) -> ContractBroken:
    return ContractBroken(
        f"{name}: в таблице нет ни одной строки. Выгрузите файл заново; другой лист книги выбирает --sheet.",
        f"{name}: the table has no rows. Export the file anew; --sheet picks another sheet of a workbook.",
    )


def _heading(rows: Sequence[Sequence[str | None]]) -> int:
    """The row that names a column of names, else the first."""
    first = [[cell or "" for cell in cells] for cells in rows[:HEADER_WITHIN]]
    for whole in (True, False):
        for at, cells in enumerate(first):
            if column_of_names(cells, whole=whole):
                return at
    return 0


def _headings(heading: Sequence[str], width: int) -> list[str]:
    """A name for every column; an empty or a repeated one gets its number."""
    names: list[str] = []
    for at in range(width):
        told = heading[at].strip() if at < len(heading) else ""
        names.append(told if told and told not in names else f"{told or 'column'}_{at + 1}")
    return names


def _chosen(path: Path, cells: pl.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    if not columns:
        found = column_of_names(cells.columns)
        if found:
            return (found,)
        raise _unknown(path, cells, "")
    return tuple(_named(path, cells, one) for one in columns)


def _named(path: Path, cells: pl.DataFrame, told: str) -> str:
    if told in cells.columns:
        return told
    if told.isdigit() and 1 <= int(told) <= cells.width:
        return cells.columns[int(told) - 1]
    raise _unknown(path, cells, told)


def _unknown(path: Path, cells: pl.DataFrame, told: str) -> ConfigError:
    seen = ", ".join(f"«{name}»" for name in cells.columns[:20])
    asked = f"столбца «{told}» нет" if told else "столбец с наименованием не узнан"
    asked_en = f"there is no column '{told}'" if told else "no column of names was recognised"
    return ConfigError(
        f"{path.name}: {asked}. Видны: {seen}. Назовите его: --column Заголовок или --column 2.",
        f"{path.name}: {asked_en}. Seen: {seen}. Name it: --column Heading or --column 2.",
    )
