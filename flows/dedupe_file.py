"""A person's table as it stands: every row kept, the heading found, and what each row is."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from connectors.files.csvfile import DELIMITERS, read_csv
from connectors.files.grid import HEADER_WITHIN, NUMBER, Grid, GridRow, tables
from connectors.files.settings import Layout
from connectors.files.structured import read_parquet
from connectors.files.texts import decoded
from connectors.files.totals import WORD, total_of
from connectors.files.workbook import read_xlsx
from flows.dedupe_columns import INN_KPP, Recognised, check_given, recognise
from schemas.errors import ConfigError, ContractBroken

FileKind = Literal["csv", "xlsx", "parquet"]
KINDS: Mapping[str, FileKind] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xls": "xlsx", ".parquet": "parquet",
}  # fmt: skip
ROWS = 20_000
# What a row is, if it is no record.
TOTALS, HEADING, SECTION, TOO_WIDE = "totals_row", "repeated_heading", "section_row", "row_too_wide"


@dataclass(frozen=True, slots=True)
class FileTable:
    """`cells`: all rows under the heading but blank ones, as text. Of each row: `numbers`, its line in
    the file from 1, and `aside`, why it is no record, else null. `above` and `blank` count lines.
    `delimiter` is that of a CSV.
    """

    name: str
    kind: FileKind
    sheet: str
    cells: pl.DataFrame
    numbers: pl.Series
    aside: pl.Series
    recognised: Recognised
    above: int = 0
    blank: int = 0
    delimiter: str = ","

    def records(self) -> pl.DataFrame:
        """The rows that are records, by field: what `dedupe_rows` takes, with `number`."""
        kept = self.cells.with_columns(self.numbers).filter(self.aside.is_null())
        return kept.select("__number", *_fields(self.recognised)).rename({"__number": "number"})


def kind_of(path: Path) -> FileKind:
    """The kind of a file by its extension; ConfigError for an unknown one."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise ConfigError(
            f"{path.name}: такие файлы не читаются. Сохраните таблицу как .xlsx или .csv ({known}).",
            f"{path.name}: files of this kind are not read. Save the table as .xlsx or .csv ({known}).",
        )
    return kind


def read_table(path: Path, sheet: str | None, given: Mapping[str, str]) -> FileTable:
    """The table in a file. ContractBroken for a broken or empty one, ConfigError without known columns."""
    kind, data = kind_of(path), _bytes(path)
    if kind == "parquet":
        return _from_frame(path, read_parquet(data, path.name), given)
    if kind == "xlsx":
        return _from_grid(path, kind, read_xlsx(data, sheet, path.name), given)
    table = _from_grid(path, kind, read_csv(data, "auto", "auto", path.name), given)
    return replace(table, delimiter=_delimiter(decoded(data, "auto", path.name), table))


def _delimiter(text: str, table: FileTable) -> str:
    """The delimiter by which some line of the text has the headings of the table."""
    known = set(table.cells.columns)
    lines = text.splitlines()[: table.above + HEADER_WITHIN]
    fits = {
        mark: max(
            (
                len(known.intersection(map(str.strip, row)))
                for row in csv.reader(lines, delimiter=mark)
            ),
            default=0,
        )
        for mark in DELIMITERS
    }
    return max(DELIMITERS, key=lambda mark: fits[mark])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"Файл «{path}» не открывается. Проверьте имя и права, закройте его в Excel.",
            f"The file '{path}' cannot be opened. Check its name and rights, close it in Excel.",
            detail=type(error).__name__,
        ) from error


def _from_frame(path: Path, frame: pl.DataFrame, given: Mapping[str, str]) -> FileTable:
    if frame.is_empty():
        raise _empty(path)
    check_given(given, frame.columns, path.name)
    recognised = recognise(frame.columns, given)
    _refuse_unknown(recognised, path.name, frame.columns)
    numbers = pl.Series("__number", range(1, frame.height + 1), pl.Int64)
    aside = pl.Series("aside", [None] * frame.height, pl.String)
    return FileTable(path.name, "parquet", "", frame, numbers, aside, recognised)


def _from_grid(path: Path, kind: FileKind, grid: Grid, given: Mapping[str, str]) -> FileTable:
    if all(row.is_empty() for row in grid.rows):
        raise _empty(path)
    at = _heading(grid, given)
    heading = grid.rows[at]
    width = max(len(row.cells) for row in grid.rows[at:])
    whole = GridRow(heading.number, [*heading.cells, *[None] * (width - len(heading.cells))])
    below = [row for row in grid.rows[at + 1 :] if not row.is_empty()]
    if not below:
        raise _empty(path)
    cells = _cells(Grid(grid.name, grid.sheet, [whole, *below]), kind)
    check_given(given, cells.columns, grid.place(heading.number))
    recognised = recognise(cells.columns, given)
    _refuse_unknown(recognised, grid.place(heading.number), [n for n in cells.columns if n])
    told = len(heading.cells) if kind == "csv" else width
    return FileTable(
        path.name, kind, grid.sheet, cells,
        pl.Series("__number", [row.number for row in below], pl.Int64),
        _aside(cells, heading, told),
        recognised, above=at, blank=len(grid.rows) - at - 1 - len(below),
    )  # fmt: skip


def _cells(grid: Grid, kind: FileKind) -> pl.DataFrame:
    layout = Layout(patterns=("*",), format=kind, header=grid.rows[0].number, skip_totals=False)
    parts = [table.frame for table in tables(grid, layout, ROWS)]
    return pl.concat(parts) if parts else pl.DataFrame()


def _heading(grid: Grid, given: Mapping[str, str]) -> int:
    """The row with most headings that mean something; the fullest one if none does."""

    def fitness(at: int) -> tuple[int, int, int]:
        words = [cell.strip() for cell in grid.rows[at].cells if cell and cell.strip()]
        known = recognise(words, given)
        is_heading = not any(NUMBER.match(word) for word in words)
        fields = sum(len(names) for names in known.columns.values())
        return (fields if is_heading else 0, len(set(words)) if is_heading else 0, -at)

    return max(range(min(len(grid.rows), HEADER_WITHIN)), key=fitness)


def _aside(cells: pl.DataFrame, heading: GridRow, width: int) -> pl.Series:
    """Why each row is no record, else null; `width` columns have a right to hold something."""
    words = cells.select(_full(pl.col(name).str.strip_chars()) for name in cells.columns)
    told = pl.sum_horizontal(pl.all().is_not_null())
    beyond = words.columns[width:]
    repeats = [
        pl.col(name).eq_missing(pl.lit((cell or "").strip() or None, pl.String))
        for name, cell in zip(words.columns, heading.cells, strict=False)
    ]
    # Merged cells repeat their text in every column they cover.
    merged = (told > 2) & (pl.min_horizontal(pl.all()) == pl.max_horizontal(pl.all()))
    aside = (
        pl.when(pl.any_horizontal(pl.col(beyond).is_not_null()) if beyond else pl.lit(value=False))
        .then(pl.lit(TOO_WIDE))
        .when(pl.all_horizontal(repeats))
        .then(pl.lit(HEADING))
        .when(_totals(words))
        .then(pl.lit(TOTALS))
        .when(merged)
        .then(pl.lit(SECTION))
    )
    return words.select(aside.alias("aside")).to_series()


def _totals(words: pl.DataFrame) -> pl.Series:
    """Which rows are totals: those that begin with such a word are looked at one by one."""
    label = words.select(pl.coalesce(pl.all())).to_series()
    maybe = label.str.contains(rf"(?i)^{WORD}").fill_null(value=False)
    seen = [total_of(row, words.columns, ()) != "record" for row in words.filter(maybe).iter_rows()]
    found = pl.zeros(words.height, dtype=pl.Boolean, eager=True)
    return found.scatter(maybe.arg_true(), seen) if seen else found


def _fields(recognised: Recognised) -> list[pl.Expr]:
    """The fields of records; several columns become one, «ИНН/КПП» becomes two."""
    columns = {
        field: _joined(field, [pl.col(name) for name in names])
        for field, names in recognised.columns.items()
        if field != INN_KPP
    }
    numbers = [pl.col(n) for field in ("inn", INN_KPP) for n in recognised.columns.get(field, ())]
    if numbers:
        kpp = [_full(columns["kpp"])] if "kpp" in columns else []
        columns["inn"] = pl.coalesce(_inn_of(number) for number in numbers)
        columns["kpp"] = pl.coalesce(*kpp, *(_kpp_of(number) for number in numbers))
    return [value.alias(field) for field, value in columns.items()]


def _full(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(r"\S")).then(text)


def _joined(field: str, texts: list[pl.Expr]) -> pl.Expr:
    if len(texts) == 1:
        return texts[0]
    filled = [_full(text) for text in texts]
    if field == "address":
        return pl.coalesce(filled)
    several = pl.concat_str(filled, separator=", ", ignore_nulls=True)
    return pl.when(several != "").then(several)


_PAIR = r"^\D*(\d{8,12})\D+(\d{3,4}[0-9A-Za-z]{2}\d{3})\D*$"
_GLUED = r"^\s*(\d{10}|\d{12})(\d{9})\s*$"


def _inn_of(text: pl.Expr) -> pl.Expr:
    return _full(pl.coalesce(text.str.extract(_PAIR, 1), text.str.extract(_GLUED, 1), text))


def _kpp_of(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        text.str.extract(_PAIR, 2),
        text.str.extract(_GLUED, 2),
        text.str.extract(r"^\s*[/\\]\s*(\d{9})\s*$", 1),
    )


def _empty(path: Path) -> ContractBroken:
    return ContractBroken(
        f"{path.name}: в таблице нет ни одной строки. Проверьте файл; другой лист выбирает --sheet.",
        f"{path.name}: the table has no rows. Check the file; --sheet picks another sheet.",
    )


def _refuse_unknown(recognised: Recognised, place: str, headings: Sequence[str]) -> None:
    if not recognised.telling:
        listed = ", ".join(f"«{name}»" for name in headings)
        raise ConfigError(
            f"{place}: не узнан ни один столбец, по которому сравнивают. Видны: {listed}."
            ' Назовите их: --columns "Заголовок=name,Другой=inn".',
            f"{place}: no column to compare by was recognised. Seen: {listed}."
            ' Name them: --columns "Heading=name,Another=inn".',
        )
