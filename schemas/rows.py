"""Dear work on few rows: the costly rule runs where it is needed and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

Change = Callable[[pl.DataFrame], pl.DataFrame]


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
