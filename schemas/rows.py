"""Dear work on few rows: the costly rule runs where it is needed, and once per distinct value.

A handful of rows is a case of its own: there an engine made for many costs more than the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import polars as pl

# From here on finding the repeats costs more than it saves.
_MOSTLY_DISTINCT = 0.95
_FEW = 1000
Change = Callable[[pl.DataFrame], pl.DataFrame]


def widened(frame: pl.DataFrame, columns: Iterable[pl.Expr]) -> pl.DataFrame:
    """`frame.with_columns`; of few rows in the caller's own thread, as handing them on costs more."""
    if frame.height <= _FEW:
        return frame.with_columns_seq(columns)
    return frame.with_columns(columns)


def picked(frame: pl.DataFrame, columns: Iterable[pl.Expr]) -> pl.DataFrame:
    """`frame.select`, of few rows in the caller's own thread."""
    if frame.height <= _FEW:
        return frame.select_seq(columns)
    return frame.select(columns)


def nulls(height: int, kind: type[pl.DataType] = pl.String) -> pl.Series:
    """So many nulls."""
    return _null(kind).new_from_index(0, height)


@cache
def _null(kind: type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=kind)


def change_where(frame: pl.DataFrame, mask: pl.Series, change: Change) -> pl.DataFrame:
    """`frame` with the rows of `mask` replaced by `change(those rows)`; order and schema stay.

    `change` must answer as many rows as it got, in the same order.
    """
    if not mask.any():
        return frame
    chosen = mask.to_numpy()
    where = np.arange(frame.height)
    where[chosen] = frame.height + np.arange(int(chosen.sum()))
    changed = change(frame.filter(mask)).select(frame.columns).cast(frame.schema)
    return pl.concat([frame, changed])[where]


def apart(
    values: pl.Series,
    mask: pl.Series,
    marked: Callable[[pl.Series], pl.Series],
    others: Callable[[pl.Series], pl.Series],
) -> pl.Series:
    """`marked(values)` where `mask` is true, `others(values)` elsewhere, in the order of `values`."""
    if mask.all():
        return marked(values).rename(values.name)
    if not mask.any():
        return others(values).rename(values.name)
    chosen = mask.to_numpy()
    where = np.empty(len(values), dtype=np.int64)
    where[chosen] = np.arange(chosen.sum())
    where[~chosen] = np.arange(chosen.sum(), len(values))
    answers = [marked(values.filter(mask)), others(values.filter(~mask))]
    return pl.concat([answer.rename(values.name) for answer in answers])[where]


def only_where(texts: pl.Series, pattern: str, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`work(texts)` in the rows where `pattern` occurs, the others as they are."""
    hit = texts.str.contains(pattern).fill_null(value=False)
    return texts.scatter(hit.arg_true(), work(texts.filter(hit))) if hit.any() else texts


def on_distinct(values: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`work(values)`, done once per distinct value; `work` must treat each value by itself."""
    known = values.unique()
    if known.len() > _MOSTLY_DISTINCT * values.len():
        return work(values)
    numbered = known.to_frame("value").with_row_index("place")
    places = values.to_frame("value").join(
        numbered, on="value", how="left", nulls_equal=True, maintain_order="left"
    )["place"]
    return work(known).gather(places).rename(values.name)
