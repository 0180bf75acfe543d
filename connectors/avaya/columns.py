"""Columns of characters, and the fields they make: what is filled together and stands together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

_MARKS = "#*"


@dataclass(frozen=True, slots=True)
class Column:
    """One position: in how many lines it is filled, and by which characters."""

    filled: int
    holds: frozenset[str]

    @property
    def is_mark(self) -> bool:
        """Whether it holds nothing but the sign an access code begins with."""
        return bool(self.holds) and self.holds <= set(_MARKS)


@dataclass(frozen=True, slots=True)
class Cells:
    """A field without a name: positions from `first` to `last` (1-based) and its values in each line."""

    first: int
    last: int
    values: pl.Series


def columns_of(lines: pl.Series, width: int) -> list[Column]:
    """What each position of lines of `width` holds."""
    padded = lines.str.pad_end(width)
    found = []
    for at in range(width):
        cells = padded.str.slice(at, 1)
        filled = cells.filter(cells != " ")
        found.append(Column(filled.len(), frozenset(filled.unique().to_list())))
    return found


def fields_of(lines: pl.Series, columns: Sequence[Column]) -> list[Cells]:
    """The fields: runs of filled columns, parted where fewer lines are filled than one column before.

    A number stands to the right of its field, so within one field more lines are filled from left to
    right; a sign of access codes begins one.
    """
    found, begun = [], -1
    for at, column in enumerate([*columns, Column(0, frozenset())]):
        before = columns[at - 1] if at else Column(0, frozenset())
        parts = column.filled < before.filled or (column.is_mark and before.filled > 0)
        if begun >= 0 and (parts or not column.filled):
            found.append(_cells(lines, begun, at))
            begun = -1
        if begun < 0 and column.filled:
            begun = at
    return found


def _cells(lines: pl.Series, start: int, end: int) -> Cells:
    values = lines.str.pad_end(end).str.slice(start, end - start).str.strip_chars()
    return Cells(start + 1, end, values)
