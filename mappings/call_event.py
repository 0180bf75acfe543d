"""Events of calls completed: what an event belongs to."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing


def finish_call_event(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; an event without a moment, and a pause longer than the duty it is part of, are refused."""
    frame = frame.with_columns(pl.coalesce("linked", "unique").alias("linked"))
    frame = ask.refuse(frame, "at", "time_missing", pl.col("at").is_null())
    longer = pl.col("paused_s") > pl.col("on_duty_s")
    return ask.refuse(frame, "paused_s", "pause_beyond_duty", longer.fill_null(value=False))
