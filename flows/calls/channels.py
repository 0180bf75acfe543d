"""Legs drawn from channel events, where a switch keeps no call records (CEL, handbook 5.2)."""

from __future__ import annotations

import polars as pl

from mappings.functions import FUNCTIONS
from schemas.entities import columns

_LINK = ["connection", "linked"]
_CHANNEL = [*_LINK, "device"]
_DIALS = ("Dial", "Queue")


def channel_legs(events: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """Legs (`columns("call_leg")`) of the calls that events tell and `legs` do not."""
    own = events.filter(pl.col("device").is_not_null()).join(legs, on=_LINK, how="anti")
    if own.is_empty():
        return legs.clear()
    channels = _channels(own)
    dials = _dials(own)
    dialling = channels.join(dials.select(_CHANNEL).unique(), on=_CHANNEL, how="semi")
    # A switch may not note applications; the channel that a call is called after has begun it all the same.
    silent = channels.join(dials.select(_LINK).unique(), on=_LINK, how="anti")
    callers = pl.concat([dialling, silent.filter(pl.col("unique") == pl.col("linked"))])
    others = channels.join(callers, on=_CHANNEL, how="anti").sort("begun", "device")
    called = others.join_asof(
        dials.select(*_LINK, "dialled_at", pl.col("device").alias("caller_device"), "application")
        .sort("dialled_at"),
        left_on="begun", right_on="dialled_at", by=_LINK, strategy="backward", check_sortedness=False,
    ).filter(pl.col("caller_device").is_not_null())  # fmt: skip
    pairs = called.select(
        *_LINK, "caller_device", pl.col("device").alias("called_device"), "application",
        pl.col("answered").alias("taken"), pl.col("ended").alias("left"), pl.col("why").alias("refused"),
    )  # fmt: skip
    both = callers.rename({"device": "caller_device"}).join(
        pairs, on=[*_LINK, "caller_device"], how="left"
    )
    last = dials.sort("dialled_at").unique(_CHANNEL, keep="last", maintain_order=True)
    named = both.join(
        last.select(*_LINK, pl.col("device").alias("caller_device"), pl.col("application").alias("own")),
        on=[*_LINK, "caller_device"], how="left",
    )  # fmt: skip
    return _as_legs(named)


def _channels(events: pl.DataFrame) -> pl.DataFrame:
    """One row per channel: when it began, was answered and ended, and why."""

    def at(kind: str) -> pl.Expr:
        return pl.col("at").filter(pl.col("event") == kind)

    begun = pl.col("event") == "channel_begun"
    return events.sort("at", "key").group_by(_CHANNEL, maintain_order=True).agg(
        pl.col("unique").drop_nulls().first(),
        pl.col("number").drop_nulls().first(),
        pl.col("dialled").filter(begun).first(),
        pl.col("at").min().alias("begun"),
        at("channel_answered").min().alias("answered"),
        pl.coalesce(at("channel_ended").max(), pl.col("at").max()).alias("ended"),
        pl.col("reason").drop_nulls().last().alias("why"),
        pl.col("landing_id").first(), pl.col("landing_row").first(), pl.col("mapping_version").first(),
    )  # fmt: skip


def _dials(events: pl.DataFrame) -> pl.DataFrame:
    begun = events.filter(pl.col("event") == "application_begun")
    return begun.select(*_CHANNEL, pl.col("at").alias("dialled_at"), "application")


def _as_legs(told: pl.DataFrame) -> pl.DataFrame:
    rung = pl.col("called_device").is_not_null()
    answered = pl.when(rung).then("taken").otherwise("answered")
    why = pl.coalesce("refused", "why")
    outcome = (
        pl.when(answered.is_not_null()).then(pl.lit("answered"))
        .when(why == "BUSY").then(pl.lit("busy"))
        .when(why.is_in(["CONGESTION", "CHANUNAVAIL"])).then(pl.lit("failed"))
        .otherwise(pl.lit("no_answer"))
    )  # fmt: skip
    application = pl.coalesce("application", "own")
    made = told.with_columns(
        pl.lit("cel").alias("stream"),
        pl.concat_str(
            "unique", "caller_device", "called_device", separator="|", ignore_nulls=True
        ).alias("key"),
        pl.lit(value=False).alias("deleted"),
        pl.lit([], pl.List(pl.String)).alias("issues"),
        pl.col("number").alias("caller"),
        pl.col("dialled").alias("called"),
        _phone("number").alias("caller_phone"),
        _phone("dialled").alias("called_phone"),
        application.str.extract(r"^([^(]*)").alias("application"),
        application.str.extract(r"^[^(]*\((.*)\)$").alias("application_data"),
        outcome.alias("outcome"),
        pl.col("begun").alias("started_at"),
        answered.alias("answered_at"),
        pl.when(rung).then("left").otherwise("ended").alias("ended_at"),
    )
    kinds = columns("call_leg")
    lacking = [
        pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in made.columns
    ]
    return made.with_columns(lacking).select(
        pl.col(name).cast(kind) for name, kind in kinds.items()
    )


def _phone(name: str) -> pl.Expr:
    return FUNCTIONS["call_number"](pl.col(name))
