"""Letters in a column of MIME as base64, read once however many of their fields are asked for.

Reading MIME is no work for columns, so here, and nowhere else, rows are gone through one by one.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import polars as pl

from mappings.letters.letter import Letter, parsed

_TEXT, _MANY = pl.String(), pl.List(pl.String)
# What a field has room for; a letter is cut and not refused, whatever its sender put into it.
LINE, BODY = 900, 500_000
_MOST = 1000
_held: dict[str, Letter] = {}
_numbers = count()


@contextmanager
def held(rows: pl.DataFrame, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """`rows` whose letters have been read, with a mark instead of the MIME while the block lasts.

    A frame of fields holds what was given beside each of them: twenty times a letter with its files.
    """
    if not columns:
        yield rows
        return
    marks: list[str] = []
    try:
        yield rows.with_columns(
            pl.Series(name, [_marked(cell, marks) for cell in rows[name]], dtype=_TEXT)
            for name in columns
            if name in rows.columns and rows.schema[name] == pl.String
        )
    finally:
        for mark in marks:
            del _held[mark]


def _marked(cell: str | None, marks: list[str]) -> str | None:
    if cell is None or not cell.strip():
        return cell
    letter = _letter(cell)
    marks.append(f"letter {next(_numbers)}")  # the space: no base64 reads so
    _held[marks[-1]] = letter
    return marks[-1]


def told(cell: pl.Expr, tell: Callable[[Letter], str], most: int = LINE) -> pl.Expr:
    """What `tell` says of each letter, cut after `most` signs; null where it says nothing."""

    def each(cells: pl.Series) -> pl.Series:
        found = [
            None if one is None else (_cut(_storable(tell(_letter(one))), most) or None)
            for one in cells
        ]
        return pl.Series(cells.name, found, dtype=_TEXT)

    return cell.cast(pl.String).map_batches(each, return_dtype=_TEXT, is_elementwise=True)


def told_many(cell: pl.Expr, tell: Callable[[Letter], Sequence[str]]) -> pl.Expr:
    """The list `tell` gives of each letter, a thousand of them at most."""

    def each(cells: pl.Series) -> pl.Series:
        found = [
            None if one is None else [_storable(text) for text in tell(_letter(one))[:_MOST]]
            for one in cells
        ]
        return pl.Series(cells.name, found, dtype=_MANY)

    return cell.cast(pl.String).map_batches(each, return_dtype=_MANY, is_elementwise=True)


def _letter(cell: str) -> Letter:
    return _held.get(cell) or parsed(_octets(cell))


def _storable(text: str) -> str:
    """The text without what no store holds: halves of letters, and NUL, which is made visible."""
    return text.encode("utf-8", "replace").decode().replace("\0", "␀")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _octets(mime: str) -> bytes:
    try:
        return base64.b64decode(mime)
    except (binascii.Error, ValueError):
        return b""
