"""Runs costly work only on the rows that need it and puts the results back in place."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def on_rows(
    frame: pl.DataFrame, wanted: pl.Series, work: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """`frame` with the columns that `work` answers replaced in the rows where `wanted` is true.

    `work` gets only those rows and must answer as many, in the same order.
    """
    if not wanted.any():
        return frame
    if wanted.null_count():
        wanted = wanted.fill_null(value=False)
    if wanted.all():
        done = work(frame)
        return frame.with_columns(done.get_columns())
    done = work(frame.filter(wanted))
    position = pl.when(wanted).then(wanted.cast(pl.UInt32).cum_sum() - 1)
    place = pl.select(position.alias("place"))["place"]
    return frame.with_columns(
        pl.when(wanted).then(column.gather(place)).otherwise(pl.col(column.name)).alias(column.name)
        for column in done.get_columns()
    )
