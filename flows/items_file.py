"""A person's list of goods as it stands: every row kept, the column of names found, each name parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl

from connectors.files.csvfile import read_csv
from connectors.files.grid import HEADER_WITHIN, Grid
from connectors.files.structured import read_parquet
from connectors.files.workbook import Workbook
from flows.dedupe_file import kind_of
from mappings.functions.classifiers import okei
from mappings.nomenclature import Grammar, parse, shipped
from schemas.errors import ConfigError, ContractBroken

# Headings of the column of names, the surest first.
NAMES = (
    "наименование", "номенклатура", "наименование товара", "наименование номенклатуры", "название",
    "товар", "name", "product", "item", "title", "item name", "product name", "material_name", "description",
)  # fmt: skip
UNITS = (
    "ед",
    "ед.",
    "ед.изм",
    "ед.изм.",
    "ед. изм.",
    "единица",
    "единица измерения",
    "unit",
    "uom",
)
SHIFTED = "row_shifted"
# What is known of a row that has shifted: nothing sure.
SHIFTED_SURE = 0.1


@dataclass(frozen=True, slots=True)
class Goods:
    """`cells` as text, one row of the file a row; `names` what was parsed, `headings` it came from.

    `answer` has the columns of `mappings.nomenclature.parse` with `grade`, `standard` and `okei`.
    """

    file: str
    cells: pl.DataFrame
    names: pl.Series
    headings: tuple[str, ...]
    answer: pl.DataFrame
    grammar: Grammar


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
    cells, wide = _table(path, sheet, header=header)
    chosen = _chosen(path, cells, columns)
    names = cells.select(
        pl.concat_str([pl.col(name) for name in chosen], separator=" ", ignore_nulls=True)
    ).to_series()
    known = grammar or shipped()
    answer = _with_units(_parsed(names, known), cells, known)
    return Goods(path.name, cells, names, chosen, _shifted(answer, wide), known)


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


def _with_units(answer: pl.DataFrame, cells: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """`okei`: the unit the file names, else the one goods of the class are counted in."""
    usual = {name: one.declared.unit for name, one in grammar.classes.items()}
    unit = next((name for name in cells.columns if name.strip().lower() in UNITS), None)
    own = (
        cells.select(okei(pl.col(unit)).struct.field("value")).to_series()
        if unit
        else pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)
    )
    table = answer.with_columns(own.alias("_own"))
    by_class = pl.col("item_class").replace_strict(usual, default=None, return_dtype=pl.String)
    return table.with_columns(pl.coalesce("_own", by_class).alias("okei")).drop("_own")


def _shifted(answer: pl.DataFrame, wide: pl.Series) -> pl.DataFrame:
    """A row wider than its heading has an unquoted delimiter in it: its cells prove nothing."""
    marked = answer.with_columns(wide.alias("_wide"))
    return marked.with_columns(
        pl.when("_wide").then(pl.lit(SHIFTED)).otherwise("trouble").alias("trouble"),
        pl.when(~pl.col("_wide")).then("item_key").alias("item_key"),
        pl.when("_wide").then(pl.min_horizontal("confidence", pl.lit(SHIFTED_SURE)))
        .otherwise("confidence").alias("confidence"),
    ).drop("_wide")  # fmt: skip


def _table(path: Path, sheet: str | None, *, header: bool) -> tuple[pl.DataFrame, pl.Series]:
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
        return frame, pl.repeat(value=False, n=frame.height, eager=True)
    if kind == "xlsx":
        book = Workbook(data, path.name)
        return _of_grid(book.grid(sheet or book.sheets[0]), header=header)
    return _of_grid(read_csv(data, "auto", "auto", path.name), header=header)


def _of_grid(grid: Grid, *, header: bool) -> tuple[pl.DataFrame, pl.Series]:
    rows = [row.cells for row in grid.rows]
    start = _heading(rows) if header else -1
    heading = [cell or "" for cell in rows[start]] if start >= 0 else []
    body = [cells for cells in rows[start + 1 :] if any(cells)]
    if not body:
        raise ContractBroken(
            f"{grid.name}: в таблице нет ни одной строки. Проверьте файл.",
            f"{grid.name}: the table has no rows. Check the file.",
        )
    width = max(len(heading), *(len(cells) for cells in body))
    columns = list(zip_longest(*body)) or []
    frame = pl.DataFrame(
        {
            name: pl.Series(column, dtype=pl.String)
            for name, column in zip(_headings(heading, width), columns, strict=False)
        }
    )
    wide = [bool(heading) and any(cells[len(heading) :]) for cells in body]
    return frame, pl.Series(wide, dtype=pl.Boolean)


def _heading(rows: Sequence[Sequence[str | None]]) -> int:
    """The row that names a column of names, else the first."""
    for at, cells in enumerate(rows[:HEADER_WITHIN]):
        if any((cell or "").strip().lower() in NAMES for cell in cells):
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
        low = {name.strip().lower(): name for name in cells.columns}
        found = next((low[name] for name in NAMES if name in low), None)
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
