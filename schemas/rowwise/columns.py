"""Columns of a handful of values whose type is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

try:
    from polars._plr import PyDataFrame, PySeries
except ImportError:  # another Polars may keep them elsewhere
    _MADE = _JOINED = None
else:
    _MADE = getattr(PySeries, "new_from_any_values_and_dtype", None)
    _JOINED = PyDataFrame
_FEW = 500


def column_of(name: str, values: Sequence[Any], kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """`values` as a column of this type; TypeError for a value of another one.

    The constructor every user of Polars goes through guesses at types first, which costs ten times as
    much as a handful of values does.

    >>> column_of("a", [["x"], None], pl.List(pl.String)).to_list()
    [['x'], None]
    """
    if _MADE is None or len(values) > _FEW:
        return pl.Series(name, values, dtype=kind)
    try:
        return pl.Series._from_pyseries(_MADE(name, list(values), kind, True))
    except PolarsError as error:
        raise TypeError(name) from error


def frame_of(columns: Sequence[pl.Series]) -> pl.DataFrame:
    """The columns, equally long and each with a name of its own, as a frame.

    >>> frame_of([column_of("a", ["x"], pl.String), column_of("b", [1], pl.Int64)]).row(0)
    ('x', 1)
    """
    if _JOINED is None or not columns:
        return pl.DataFrame(columns)
    return pl.DataFrame._from_pydf(_JOINED([column._s for column in columns]))
