"""Tables as a styled Excel workbook, written column by column so that a large one takes seconds.

Office Open XML, ECMA-376 part 1: SpreadsheetML. Every text is an inline string in a text format, so a
value such as `=1+1` or `007` stays what was typed and is never calculated.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from admin.commands import dedupe_workbook_parts as parts
from schemas.errors import ConfigError

LAST_ROW, LONGEST_CELL = 1_048_576, 32_767
CHUNK = 20_000
NARROWEST, WIDEST = 8, 48
STAMP = (1980, 1, 1, 0, 0, 0)
# Characters XML cannot hold, spelled as Excel itself does; markup after that.
_CONTROLS = {chr(n): f"_x{n:04X}_" for n in (*range(9), 11, 12, *range(13, 32), 0xFFFE, 0xFFFF)}
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. The first `own` columns are the user's, the others ours. `tones` styles each row:
    0 plain, 1 one of several, 2 set aside.
    """

    name: str
    frame: pl.DataFrame
    own: int
    tones: pl.Series


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """The sheets as a workbook at `path`; ConfigError if rows or a cell of the user are too long for it."""
    for sheet in sheets:
        _refuse_long(sheet)
        if sheet.frame.height >= LAST_ROW:
            raise ConfigError(
                f"В Excel помещается {LAST_ROW - 1} строк, а их {sheet.frame.height}. Укажите --out с .csv.",
                f"Excel takes {LAST_ROW - 1} rows, and there are {sheet.frame.height}. Give --out with .csv.",
            )
    fixed = parts.fixed([sheet.name for sheet in sheets], [_range(sheet) for sheet in sheets])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in fixed.items():
            book.writestr(_entry(name), text)
        for at, sheet in enumerate(sheets, start=1):
            with book.open(_entry(f"xl/worksheets/sheet{at}.xml"), "w", force_zip64=True) as stream:
                for text in _sheet(sheet, first=at == 1):
                    stream.write(text.encode())


def _refuse_long(sheet: Sheet) -> None:
    for column in sheet.frame.select(sheet.frame.columns[: sheet.own]).iter_columns():
        if (column.str.len_chars() > LONGEST_CELL).any():
            raise ConfigError(
                f"Ячейка Excel вмещает {LONGEST_CELL} знаков, а в столбце «{column.name}» есть длиннее."
                " Укажите --out с .csv.",
                f"A cell of Excel takes {LONGEST_CELL} characters, the column '{column.name}' has more."
                " Give --out with .csv.",
            )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def column_name(at: int) -> str:
    """The letters of a column, from 0.

    >>> column_name(0), column_name(25), column_name(26), column_name(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _range(sheet: Sheet) -> str:
    return f"A1:{column_name(sheet.frame.width - 1)}{sheet.frame.height + 1}"


def _sheet(sheet: Sheet, *, first: bool) -> Iterator[str]:
    yield parts.sheet_start(_range(sheet), first=first)
    yield f"<cols>{''.join(_widths(sheet))}</cols><sheetData>{_heading(sheet)}"
    for start in range(0, sheet.frame.height, CHUNK):
        yield _rows(sheet, start)
    yield parts.sheet_end(_range(sheet))


def _widths(sheet: Sheet) -> Iterator[str]:
    for at, name in enumerate(sheet.frame.columns, start=1):
        texts = sheet.frame[name].head(CHUNK).cast(pl.String)
        usual = texts.str.len_chars().quantile(0.9) or 0
        # Five more for the arrow of the filter.
        width = min(WIDEST, max(NARROWEST, len(name) + 5, round(usual) + 2))
        yield f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'


def _heading(sheet: Sheet) -> str:
    names = _safe(pl.Series(sheet.frame.columns, dtype=pl.String))
    cells = [
        f'<c r="{column_name(at)}1" s="{parts.HEAD_OWN if at < sheet.own else parts.HEAD_OURS}"'
        f' t="inlineStr"><is><t xml:space="preserve">{name}</t></is></c>'
        for at, name in enumerate(names)
    ]
    return f'<row r="1" ht="26" customHeight="1">{"".join(cells)}</row>'


def _rows(sheet: Sheet, start: int) -> str:
    frame = sheet.frame.slice(start, CHUNK)
    tones = sheet.tones.slice(start, CHUNK)
    number = pl.Series("n", range(start + 2, start + 2 + frame.height)).cast(pl.String)
    cells = [
        _number_cells(column, column_name(at), number)
        if column.dtype.is_numeric()
        else _text_cells(column, column_name(at), number, tones, ours=at >= sheet.own)
        for at, column in enumerate(frame)
    ]
    named = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(cells)])
    row = pl.concat_str(pl.lit('<row r="') + number + '">', *named.columns, pl.lit("</row>"))
    return "".join(named.with_columns(number).select(row).to_series())


def _number_cells(column: pl.Series, letters: str, number: pl.Series) -> pl.Series:
    style = parts.SCORE if column.dtype.is_float() else parts.COUNT
    value = column.cast(pl.String)
    start = pl.lit(f'<c r="{letters}') + pl.col("n") + f'" s="{style}"'
    cell = (
        pl.when(pl.col("v").is_null())
        .then(start + "/>")
        .otherwise(start + "><v>" + pl.col("v") + "</v></c>")
    )
    return pl.DataFrame([number.alias("n"), value.alias("v")]).select(cell.alias("c")).to_series()


def _text_cells(
    column: pl.Series, letters: str, number: pl.Series, tones: pl.Series, *, ours: bool
) -> pl.Series:
    style = (pl.lit(parts.OURS if ours else parts.OWN) + pl.col("t")).cast(pl.String)
    # A leading quote mark keeps the text a text when the cell is edited, too.
    formula = pl.col("v").str.contains(r"^[=+\-@]").fill_null(value=False)
    style = pl.when(formula).then(pl.lit(str(parts.QUOTED))).otherwise(style)
    start = pl.lit(f'<c r="{letters}') + pl.col("n") + '" s="' + style + '"'
    text = start + ' t="inlineStr"><is><t xml:space="preserve">' + pl.col("x") + "</t></is></c>"
    cell = pl.when(pl.col("v").is_null()).then(start + "/>").otherwise(text)
    given = [number.alias("n"), tones.alias("t"), column.alias("v"), _safe(column).alias("x")]
    return pl.DataFrame(given).select(cell.alias("c")).to_series()


def _safe(texts: pl.Series) -> pl.Series:
    """Texts as XML holds them: controls spelled, markup escaped, cut to what a cell takes."""
    cut = texts.str.slice(0, LONGEST_CELL)
    # A text that looks like the spelling of a control must not become one.
    spelled = cut.str.replace_all(r"_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
    return spelled.str.replace_many({**_CONTROLS, **_MARKUP})
