"""Cells of one or two plainly written Russian numbers, each perhaps with an extension, read at once.

What the cutting into pieces would answer for them is known beforehand, and ten times as dear.
"""

from __future__ import annotations

import polars as pl

from mappings.functions.phone_numbers import russian, squeezed, with_extension
from schemas.patterns import found
from schemas.rows import change_where, passed, picked, widened
from schemas.rowwise.passes import Passes

_NUMBER = r"[0-9+() \-]+(?: доб\. ?[0-9]{1,9})?"
_ONE_OR_TWO = rf"^{_NUMBER}(?:[;,] {_NUMBER})?$"
_EXTENSION, _BETWEEN = " доб.", "\x1e"


def plain_numbers(cells: pl.Series) -> pl.DataFrame:
    """Columns cell, numbers: a list of E.164 numbers, or null where the cell must be looked at closely."""
    frame = widened(cells.alias("cell").to_frame(), _PLAIN)
    if frame["text"].null_count():
        dressed = frame["text"].is_null() & found(frame["cell"], _ONE_OR_TWO)
        frame = change_where(frame, dressed.fill_null(value=False), _one_or_two)
    return picked(frame, _NUMBERS)


def _one_or_two(rows: pl.DataFrame) -> pl.DataFrame:
    return passed(rows, _ONE_OR_TWO_NUMBERS)


def _number(half: str) -> pl.Expr:
    parts = pl.col(half).str.splitn(_EXTENSION, 2).struct
    extension = parts.field("field_1").str.strip_chars(" ")
    return with_extension(russian(squeezed(parts.field("field_0"))), extension)


def _text() -> pl.Expr:
    first, second = pl.col("first"), pl.col("second")
    both = pl.concat_str(first, second, separator=_BETWEEN)
    return pl.when(pl.col("field_1").is_null() | (first == second)).then(first).otherwise(both)


_PLAIN = Passes([russian(squeezed(pl.col("cell"))).alias("text")])
_NUMBERS = Passes([pl.col("cell"), pl.col("text").str.split(_BETWEEN).alias("numbers")])
_CUT = pl.col("cell").str.replace(",", ";", literal=True).str.splitn("; ", 2).struct
_HALVES = ("field_0", "field_1")
_SIDES = ("first", "second")
_ONE_OR_TWO_NUMBERS = Passes(
    [_CUT.field(half).alias(half) for half in _HALVES],
    [_number(half).alias(side) for half, side in zip(_HALVES, _SIDES, strict=True)],
    [_text().alias("text")],
    passing=(*_HALVES, *_SIDES),
)
