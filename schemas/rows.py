"""Dear work on few rows: the costly rule runs where it is needed, and once per distinct value.

A handful of rows is a case of its own: there an engine made for many costs more than the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import polars as pl

from schemas.rowwise.columns import column_of, frame_of
from schemas.rowwise.passes import FEW, Passes

# From here on finding the repeats costs more than it saves.
_MOSTLY_DISTINCT = 0.95
_FEW = 1000
Change = Callable[[pl.DataFrame], pl.DataFrame]


def widened(frame: pl.DataFrame, columns: Iterable[pl.Expr]) -> pl.DataFrame:
    """`frame.with_columns`; of few rows in the caller's own thread, as handing them on costs more."""
    if isinstance(columns, Passes) and frame.height <= FEW:
        found = columns.over(frame)
        if found is not None:
            return placed(frame, found)
    if frame.height <= _FEW:
        return frame.with_columns_seq(columns)
    return frame.with_columns(columns)


def picked(frame: pl.DataFrame, columns: Iterable[pl.Expr]) -> pl.DataFrame:
    """`frame.select`, of few rows in the caller's own thread."""
    if isinstance(columns, Passes) and frame.height <= FEW:
        found = columns.over(frame)
        if found is not None:
            return frame_of(found)
    if frame.height <= _FEW:
        return frame.select_seq(columns)
    return frame.select(columns)


def passed(frame: pl.DataFrame, passes: Passes) -> pl.DataFrame:
    """`frame` after all passes, without what was only passing between them."""
    found = passes.over(frame) if frame.height <= FEW else None
    if found is not None:
        return placed(frame, found)
    for columns in passes.passes:
        frame = widened(frame, columns)
    for name in passes.passing:
        frame.drop_in_place(name)
    return frame


def placed(frame: pl.DataFrame, columns: Iterable[pl.Series]) -> pl.DataFrame:
    """`frame` with these columns, in the place of those of their names or at the end."""
    wide = frame.clone()
    places = {name: n for n, name in enumerate(frame.columns)}
    for column in columns:
        if column.name in places:
            wide.replace_column(places[column.name], column)
        else:
            wide.insert_column(wide.width, column)
    return wide


def parted(frame: pl.DataFrame, column: str, between: str) -> pl.DataFrame:
    """A row for each piece of a text column, split at `between`; a null stays one row."""
    if frame.height > FEW:
        pieces = frame.with_columns(pl.col(column).str.split(between))
        return pieces.explode(column, empty_as_null=True)
    texts = frame[column].to_list()
    split = [[None] if text is None else text.split(between) for text in texts]
    if all(len(pieces) == 1 for pieces in split):
        return frame
    rows = [row for row, pieces in enumerate(split) for _ in pieces]
    return placed(
        frame[rows], [column_of(column, [one for pieces in split for one in pieces], pl.String)]
    )


def present(values: pl.Series) -> pl.Series:
    """Where there is a value."""
    if len(values) > FEW:
        return values.is_not_null()
    return column_of(values.name, [value is not None for value in values.to_list()], pl.Boolean)


def beside(frame: pl.DataFrame, told: pl.DataFrame, on: str) -> pl.DataFrame:
    """`frame` with the other columns of `told`, a row for each value of `on`; null where it has none.

    Only `on` goes through the join: a join of the whole frame would copy every column it has.
    """
    found = frame.select(on).join(told, on=on, how="left", maintain_order="left")
    return frame.hstack(found.drop(on).rechunk())


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
    if mask.null_count():
        mask = mask.fill_null(value=False)
    if not mask.any():
        return frame
    if mask.all():
        changed = change(frame)[frame.columns]
        return changed if changed.schema == frame.schema else changed.cast(frame.schema)
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
