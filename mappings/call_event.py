"""Events of calls completed: what an event belongs to."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing


def finish_call_event(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; an event without a moment or without a meaning is refused."""
    frame = frame.with_columns(pl.coalesce("linked", "unique").alias("linked"))
    return ask.refuse(frame, "at", "time_missing", pl.col("at").is_null())
