"""Sessions of agents: when each was on duty and when paused, from the moments the switch noted."""

from __future__ import annotations

import polars as pl

from schemas.calls import COUNTED, session_columns
from schemas.content import derived_id

KINDS = {
    "agent_joined": "on_duty",
    "agent_left": "on_duty",
    "agent_paused": "paused",
    "agent_resumed": "paused",
}
_OPENS = ("agent_joined", "agent_paused")
_LENGTHS = {"on_duty": "on_duty_s", "paused": "paused_s"}


def sessions(events: pl.DataFrame) -> pl.DataFrame:
    """One row per session (`session_columns()`) of named events; the last may still last.

    Whoever comes on duty twice without leaving began at the first; leaving ends a pause too.
    """
    spans = pl.concat([_between_moves(events), _counted(events)])
    ids = spans.with_columns(pl.col("queue").fill_null("")).select(
        derived_id("connection", "agent", "kind", "queue", "started_at").alias("id")
    )
    told = spans.with_columns(ids["id"])
    return told.select(pl.col(name).cast(kind) for name, kind in session_columns().items()).sort(
        "id"
    )


def _counted(events: pl.DataFrame) -> pl.DataFrame:
    """Sums of intervals, laid at the beginning of theirs; what follows without a gap is one session."""
    own = events.filter((pl.col("event") == "agent_counted") & pl.col("who").is_not_null())
    lengths = [
        own.filter(pl.col(length) > 0).select(
            "connection", pl.col("who").alias("agent"), pl.lit(kind).alias("kind"),
            pl.col("at").alias("started_at"),
            (pl.col("at") + pl.duration(seconds=length)).alias("ended_at"),
        )
        for kind, length in _LENGTHS.items()
    ]  # fmt: skip
    by = ["connection", "agent", "kind"]
    spans = pl.concat(lengths).sort(*by, "started_at")
    before = pl.col("ended_at").cum_max().shift(1).over(by)
    island = (before.is_null() | (pl.col("started_at") > before)).cum_sum().over(by)
    whole = spans.with_columns(island.alias("island")).group_by(*by, "island")
    return whole.agg(pl.col("started_at").min(), pl.col("ended_at").max()).select(
        *by, pl.lit(None, pl.String).alias("queue"), pl.lit(COUNTED).alias("reason"),
        "started_at", "ended_at",
    )  # fmt: skip


def _between_moves(events: pl.DataFrame) -> pl.DataFrame:
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
    spans = turns.with_columns(until).filter("opens")
    return spans.select(
        "connection", pl.col("who").alias("agent"), "kind", "queue", "reason",
        pl.col("at").alias("started_at"), "ended_at",
    )  # fmt: skip
