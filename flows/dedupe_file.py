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
from connectors.files.workbook import Workbook
from flows.dedupe_columns import Recognised, check_given, recognise
from flows.dedupe_fields import full, records_of
from schemas.errors import ConfigError, ContractBroken

FileKind = Literal["csv", "xlsx", "parquet"]
KINDS: Mapping[str, FileKind] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xls": "xlsx", ".parquet": "parquet",
}  # fmt: skip
ROWS = 20_000
_IS_TABLE = 2
# What a row is, if it is no record.
TOTALS, HEADING, SECTION, TOO_WIDE = "totals_row", "repeated_heading", "section_row", "row_too_wide"


@dataclass(frozen=True, slots=True)
class FileTable:
    """`cells`: all rows under the heading but blank ones, as text. Of each row: `numbers`, its line in
    the file from 1, and `aside`, why it is no record, else null. `above` and `blank` count lines.
    `delimiter` is that of a CSV. `others`: the other sheets of a workbook whose sheet was not named.
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
    others: tuple[str, ...] = ()

    def records(self) -> pl.DataFrame:
        """The rows that are records, by field: what `dedupe_rows` takes, with `number`."""
        kept = self.cells.with_columns(self.numbers).filter(self.aside.is_null())
        return records_of(kept, self.recognised).with_columns(kept["__number"].alias("number"))


def kind_of(path: Path) -> FileKind:
    """The kind of a file by its extension; ConfigError for an unknown one, and for a folder."""
    if path.is_dir():
        raise ConfigError(
            f"«{path}» — папка, а не файл. Назовите файл в ней.",
            f"'{path}' is a folder, not a file. Name a file in it.",
        )
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise ConfigError(
            f"{path.name}: такие файлы не читаются. Сохраните таблицу как .xlsx или .csv ({known}).",
            f"{path.name}: files of this kind are not read. Save the table as .xlsx or .csv ({known}).",
        )
    return kind


def read_table(path: Path, sheet: str | None, given: Mapping[str, str]) -> FileTable:
    """The table in a file, of a workbook in `sheet` or the first sheet that has one.

    ContractBroken for a broken or empty file, ConfigError without known columns.
    """
    kind = kind_of(path)
    if sheet is not None and kind != "xlsx":
        raise ConfigError(
            f"--sheet «{sheet}»: листы есть только у книг Excel, а это {path.name}. Уберите --sheet.",
            f"--sheet '{sheet}': only Excel workbooks have sheets, and this is {path.name}. Leave it out.",
        )
    data = _bytes(path)
    if kind == "parquet":
        return _from_frame(path, read_parquet(data, path.name), given)
    if kind == "xlsx":
        return _from_book(path, Workbook(data, path.name), sheet, given)
    table = _from_grid(path, kind, read_csv(data, "auto", "auto", path.name), given)
    return replace(table, delimiter=_delimiter(decoded(data, "auto", path.name), table))


def _from_book(
    path: Path, book: Workbook, sheet: str | None, given: Mapping[str, str]
) -> FileTable:
    if sheet is not None:
        return _from_grid(path, "xlsx", book.grid(sheet), given)
    grid = _first_table(book, given)
    book.refuse_uncalculated(grid.sheet)
    others = tuple(name for name in book.sheets if name != grid.sheet)
    return replace(_from_grid(path, "xlsx", grid, given), others=others)


def _first_table(book: Workbook, given: Mapping[str, str]) -> Grid:
    """The first sheet where two fields are known, else where something tells records apart, else any.

    One known heading may be the title of a cover: «Отчёт о клиентах».
    """
    best: tuple[int, Grid] | None = None
    for name in book.sheets:
        grid = book.draft(name)
        fitness = _fitness(grid, given)
        if fitness >= _IS_TABLE:
            return grid
        if best is None or fitness > best[0]:
            best = (fitness, grid)
    return best[1] if best else book.draft()


def _fitness(grid: Grid, given: Mapping[str, str]) -> int:
    if all(row.is_empty() for row in grid.rows):
        return -1
    found = recognise(_words(grid.rows[_heading(grid, given)]), given)
    return min(len(found.columns), _IS_TABLE) if found.telling else 0


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
        words = _words(grid.rows[at])
        known = recognise(words, given)
        is_heading = not any(NUMBER.match(word) for word in words)
        fields = sum(len(names) for names in known.columns.values())
        return (fields if is_heading else 0, len(set(words)) if is_heading else 0, -at)

    return max(range(min(len(grid.rows), HEADER_WITHIN)), key=fitness)


def _words(row: GridRow) -> list[str]:
    return [cell.strip() for cell in row.cells if cell and cell.strip()]


def _aside(cells: pl.DataFrame, heading: GridRow, width: int) -> pl.Series:
    """Why each row is no record, else null; `width` columns have a right to hold something."""
    words = cells.select(full(pl.col(name).str.strip_chars()) for name in cells.columns)
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
