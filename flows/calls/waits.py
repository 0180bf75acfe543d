"""Stages before the talk by the word of a leg that itself tells when it entered a queue.

Such a leg is a whole segment of a contact: the menu, then the queue, then the ringing, one after the other.
"""

from __future__ import annotations

import polars as pl

CALL = ["connection", "linked"]
_NOTHING = pl.lit(None, pl.String)


def rang_from() -> pl.Expr:
    """When the phone of a leg that waited in a queue began to ring; null of any other leg."""
    counted = pl.col("queued_at").is_not_null() & pl.col("ring_s").is_not_null()
    return pl.when(counted).then(_until() - pl.duration(seconds=pl.col("ring_s")))


def menus_before(legs: pl.DataFrame) -> pl.DataFrame:
    """What passed between the beginning of a leg and its queue."""
    seconds = (pl.col("queued_at") - pl.col("started_at")).dt.total_seconds()
    return legs.filter(seconds > 0).select(
        *CALL, pl.lit("menu").alias("kind"), _NOTHING.alias("employee"),
        pl.lit(value=True).alias("done"), _NOTHING.alias("queue"), "started_at",
        seconds.alias("seconds"),
    )  # fmt: skip


def waits(legs: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The waiting in queues of which no queue log tells, till the phone rang or the waiting was over.

    It led on if anybody of the call answered before it was over.
    """
    heard = events.filter(pl.col("event") == "queue_entered").select(CALL).unique()
    own = (
        legs.filter(pl.col("queued_at").is_not_null())
        .join(heard, on=CALL, how="anti", nulls_equal=True)
        .with_row_index("nth")
    )
    until = pl.coalesce(rang_from(), _until())
    return own.select(
        *CALL, pl.lit("queue").alias("kind"), _NOTHING.alias("employee"),
        pl.col("nth").is_in(_led_on(own, legs).implode()).alias("done"), "queue",
        pl.col("queued_at").alias("started_at"),
        (until - pl.col("queued_at")).dt.total_seconds().alias("seconds"),
    )  # fmt: skip


def _led_on(waiting: pl.DataFrame, legs: pl.DataFrame) -> pl.Series:
    taken = legs.filter("talked").select(*CALL, pl.col("answered_at").alias("taken_at"))
    pairs = waiting.join(taken, on=CALL, nulls_equal=True)
    within = pl.col("taken_at").is_between("queued_at", "ended_at")
    return pairs.filter(within)["nth"]


def _until() -> pl.Expr:
    return pl.when("talked").then("answered_at").otherwise("ended_at")
