"""Sessions of agents: when each was on duty and when paused, from the moments the switch noted."""

from __future__ import annotations

import polars as pl

from schemas.calls import session_columns
from schemas.content import derived_id

KINDS = {
    "agent_joined": "on_duty",
    "agent_left": "on_duty",
    "agent_paused": "paused",
    "agent_resumed": "paused",
}
_OPENS = ("agent_joined", "agent_paused")


def sessions(events: pl.DataFrame) -> pl.DataFrame:
    """One row per session (`session_columns()`) of named events; the last may still last.

    Whoever comes on duty twice without leaving began at the first; leaving ends a pause too.
    """
    kept = events.filter(pl.col("event").is_in(list(KINDS)) & pl.col("who").is_not_null())
    leaves = kept.filter(pl.col("event") == "agent_left")
    ends_pause = leaves.with_columns(pl.lit("agent_resumed").alias("event"))
    moves = pl.concat([kept, ends_pause]).with_columns(
        pl.col("event").replace_strict(KINDS, return_dtype=pl.String).alias("kind"),
        pl.col("event").is_in(_OPENS).alias("opens"),
        pl.when(pl.col("event").is_in(["agent_joined", "agent_left"])).then("queue").alias("queue"),
    )
    by = ["connection", "who", "kind", "queue"]
    ordered = moves.sort(*by, "at", "opens", "key")
    before = pl.col("opens").shift(1).over(by)
    turns = ordered.filter(pl.col("opens") != before.fill_null(value=False))
    until = pl.col("at").shift(-1).over(by).alias("ended_at")
    spans = turns.with_columns(until).filter("opens").drop("agent")
    spans = spans.rename({"who": "agent", "at": "started_at"})
    blank = spans.with_columns(pl.col("queue").fill_null(""))
    ids = blank.select(derived_id("connection", "agent", "kind", "queue", "started_at").alias("id"))
    told = spans.with_columns(ids["id"])
    return told.select(pl.col(name).cast(kind) for name, kind in session_columns().items()).sort(
        "id"
    )
