"""Columns of a handful of values whose type is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

try:
    from polars._plr import PySeries
except ImportError:  # another Polars may keep it elsewhere
    _MADE = None
else:
    _MADE = getattr(PySeries, "new_from_any_values_and_dtype", None)
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
