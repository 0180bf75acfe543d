"""Call legs completed: what a leg belongs to, and when it was."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing
from schemas.records import KEY


def finish_call_leg(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a leg without a beginning is refused, one without an end ends where it begins.

    A leg that says nothing of others is a call of its own. A document tells only the number of the other side.
    """
    frame = frame.with_columns(_dialled())
    alone = pl.coalesce("linked", "unique", KEY).alias("linked")
    ended = pl.coalesce("ended_at", "answered_at", "started_at").alias("ended_at")
    frame = frame.with_columns(alone, ended)
    return ask.refuse(frame, "started_at", "time_missing", pl.col("started_at").is_null())


def _dialled() -> list[pl.Expr]:
    """Of an outbound call of which only an outside number is told: that is the one that was dialled."""
    alone = pl.col("caller_phone").is_not_null() & pl.col("called").is_null()
    outbound = (pl.col("direction") == "outbound") & alone
    pairs = (("caller", "called"), ("caller_phone", "called_phone"))
    nothing = pl.lit(None, pl.String)
    return [
        column
        for near, far in pairs
        for column in (
            pl.when(outbound).then(near).otherwise(far).alias(far),
            pl.when(outbound).then(nothing).otherwise(near).alias(near),
        )
    ]
