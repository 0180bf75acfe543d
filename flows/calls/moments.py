"""What events add to legs: the moment a person really answered, the queue, the hold, the work after it.

Where a voice menu answered first, the switch's records count the menu and the queue as conversation;
its queue log and its channel events do not (handbook 5.1).
"""

from __future__ import annotations

import polars as pl

from config.telephony import Telephony

CALL = ("connection", "linked")
_AGENT = r"^(?:[^/]+/)?([^@/;]*?)(?:-[0-9a-f]{8})?(?:@.*)?$"


def named(events: pl.DataFrame) -> pl.DataFrame:
    """`events` with `who`: the agent as he is called among people, an extension or a login."""
    return events.with_columns(pl.col("agent").str.extract(_AGENT).alias("who"))


def placed(events: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """`events` with the `linked` of their call; those of no call keep what they had.

    A queue log knows the channel that called and not its link.
    """
    if events.is_empty():
        return events
    pairs = legs.select("connection", pl.col("unique").alias("channel"), "linked")
    own = legs.select("connection", pl.col("source_linked").alias("channel"), "linked")
    known = pl.concat([pairs, own]).drop_nulls().sort("connection", "channel", "linked")
    known = known.unique(["connection", "channel"], keep="first", maintain_order=True)
    told = events.rename({"linked": "channel"}).join(
        known, on=["connection", "channel"], how="left", maintain_order="left"
    )
    return told.with_columns(pl.coalesce("linked", "channel").alias("linked")).drop("channel")


def answered(legs: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """`legs` answered when their own device was; `legs` have `ext_b`, `events` `who` and `linked`."""
    of_agent = events.filter(pl.col("event") == "queue_connected").select(
        *CALL, pl.col("who").alias("ext_b"), "at", pl.col("queue").alias("heard_queue")
    )
    of_device = events.filter(pl.col("event") == "channel_answered").select(
        *CALL, pl.col("device").alias("called_device"), "at"
    )
    if of_agent.is_empty() and of_device.is_empty():
        return legs
    numbered = legs.with_row_index("nth")
    by_agent = _moment(numbered, of_agent, "ext_b")
    by_device = _moment(numbered, of_device, "called_device")
    told = numbered.join(by_agent, on="nth", how="left").join(
        by_device.select("nth", pl.col("at").alias("device_at")), on="nth", how="left"
    )
    # A channel notes the moment finer than a queue, which counts whole seconds.
    moment = pl.coalesce("device_at", "at", "answered_at")
    return (
        told.sort("nth")
        .with_columns(
            moment.alias("answered_at"), pl.coalesce("queue", "heard_queue").alias("queue")
        )
        .drop("at", "device_at", "nth", "heard_queue", strict=False)
    )


def _moment(legs: pl.DataFrame, moments: pl.DataFrame, by: str) -> pl.DataFrame:
    """`nth` of an answered leg → `at`, the first moment within it."""
    found = (
        legs.filter(pl.col("outcome") == "answered")
        .select("nth", *CALL, by, "started_at", "ended_at")
        .join(moments, on=[*CALL, by])
    )
    within = pl.col("at").is_between("started_at", "ended_at")
    return (
        found.filter(within)
        .sort("nth", "at")
        .unique("nth", keep="first")
        .drop(*CALL, by, "started_at", "ended_at")
    )


def paused_after(events: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    """Work after calls: `connection`, `who`, `at` (the end of the call), `seconds`.

    A pause for that reason, beginning within five seconds after the agent's call was completed.
    """
    after = pl.col("reason").str.to_lowercase().str.contains(rules.after_call)
    moves = events.filter(pl.col("event").is_in(["agent_paused", "agent_resumed"])).sort("at")
    ends = pl.col("at").shift(-1).over("connection", "who", order_by="at")
    pauses = moves.with_columns(ends.alias("until")).filter(
        (pl.col("event") == "agent_paused") & after.fill_null(value=False)
    )
    done = events.filter(pl.col("event") == "queue_completed").select(
        *CALL, "who", pl.col("at").alias("done_at"), "queue"
    )
    found = pauses.select("connection", "who", "at", "until").join_asof(
        done.sort("done_at"), left_on="at", right_on="done_at", by=["connection", "who"],
        strategy="backward", tolerance="5s", check_sortedness=False,
    )  # fmt: skip
    length = (pl.col("until") - pl.col("at")).dt.total_seconds()
    return found.filter(pl.col("linked").is_not_null() & pl.col("until").is_not_null()).select(
        *CALL, "who", "queue", "at", length.alias("seconds")
    )
