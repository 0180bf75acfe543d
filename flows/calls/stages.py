"""The stages of calls: menu, queue, ringing, talk, hold and the work after it, each with its length."""

from __future__ import annotations

import polars as pl

from config.telephony import Telephony
from flows.calls.moments import paused_after
from flows.calls.waits import menus_before, rang_from, waits
from schemas.calls import UNHEARD, stage_columns
from schemas.content import derived_id

CALL = ["connection", "linked"]
_ENDS = ("queue_connected", "queue_abandoned", "queue_left")
_NOTHING = pl.lit(None, pl.String)
# The number was once needed to tell equal stages apart; ids are for ever.
_OF_ID = ("call", "kind", "queue", "employee", "started_at", "nth")


def staged(legs: pl.DataFrame, events: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    """One row per stage (`stage_columns()`) of the calls of told legs and placed events."""
    parts = [_menus(legs), _rings(legs), _talks(legs), _holds(legs), _after(legs), _unheard(legs)]
    parts += [menus_before(legs), waits(legs, events)]
    if events.height:
        parts += [_queues(events), _held(events), _paused(events, rules)]
    own = [c for c in stage_columns() if c not in {"id", "call"}]
    stages = pl.concat([part.select(*CALL, *own) for part in parts])
    stages = _without_repeats(stages.filter(pl.col("seconds") >= 0))
    told = stages.with_columns(derived_id(*CALL).alias("call"))
    blank = told.with_columns(pl.col("queue", "employee").fill_null(""), pl.lit("0").alias("nth"))
    ids = blank.select(derived_id(*_OF_ID).alias("id"))["id"]
    # In the order of ids a store builds its index fastest.
    return (
        told.with_columns(ids)
        .sort("id")
        .select(pl.col(name).cast(kind) for name, kind in stage_columns().items())
    )


def _without_repeats(stages: pl.DataFrame) -> pl.DataFrame:
    """Waiting that both the leg and the queue log tell counts once: the log's word stands."""
    return stages.unique(
        [*CALL, "kind", "queue", "employee", "started_at"], keep="last", maintain_order=True
    )


def _between(since: str, until: pl.Expr) -> pl.Expr:
    return (until - pl.col(since)).dt.total_seconds().alias("seconds")


def _stage(kind: str, employee: pl.Expr, *, done: pl.Expr) -> list[pl.Expr]:
    return [
        pl.lit(kind).alias("kind"),
        employee.alias("employee"),
        done.fill_null(value=False).alias("done"),
    ]


def _menus(legs: pl.DataFrame) -> pl.DataFrame:
    """A leg that rang nobody and was answered by the switch itself, not by a queue."""
    own = legs.filter(
        ~pl.col("reached")
        & pl.col("called_device").is_null()
        & (pl.col("outcome") == "answered")
        & ~pl.col("application").is_in(["Queue", UNHEARD]).fill_null(value=False)
    )
    begun = pl.coalesce("answered_at", "started_at").alias("started_at")
    return own.select(
        *CALL, *_stage("menu", _NOTHING, done=pl.lit(value=True)), _NOTHING.alias("queue"), begun,
        (pl.col("ended_at") - pl.coalesce("answered_at", "started_at")).dt.total_seconds().alias("seconds"),
    )  # fmt: skip


def _rings(legs: pl.DataFrame) -> pl.DataFrame:
    """Every attempt: until it was answered, or in vain until it ended."""
    rung = legs.filter("reached")
    until = pl.when("talked").then("answered_at").otherwise("ended_at")
    waited = (until - pl.col("started_at")).dt.total_seconds()
    return rung.select(
        *CALL, *_stage("ring", pl.col("ext_b"), done=pl.col("talked")), "queue",
        pl.coalesce(rang_from(), "started_at").alias("started_at"),
        pl.coalesce("ring_s", waited).alias("seconds"),
    )  # fmt: skip


def _talks(legs: pl.DataFrame) -> pl.DataFrame:
    ours = pl.when(pl.col("outward")).then("ext_a").otherwise(pl.coalesce("ext_b", "ext_a"))
    return legs.filter("talked").select(
        *CALL, *_stage("talk", ours, done=pl.lit(value=True)), "queue",
        pl.col("answered_at").alias("started_at"), _between("answered_at", pl.col("ended_at")),
    )  # fmt: skip


def _holds(legs: pl.DataFrame) -> pl.DataFrame:
    """Hold as the switch counts it; when it began nobody wrote down."""
    return legs.filter(pl.col("hold_s") > 0).select(
        *CALL, *_stage("hold", pl.col("ext_b"), done=pl.lit(value=True)), "queue",
        pl.coalesce("answered_at", "started_at").alias("started_at"), pl.col("hold_s").alias("seconds"),
    )  # fmt: skip


def _after(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.filter(pl.col("after_s") > 0).select(
        *CALL, *_stage("after_call", pl.col("ext_b"), done=pl.lit(value=True)), "queue",
        pl.col("ended_at").alias("started_at"), pl.col("after_s").alias("seconds"),
    )  # fmt: skip


def _unheard(legs: pl.DataFrame) -> pl.DataFrame:
    """The connection with the switch was broken: the call went on meanwhile (done), or ended at an unknown moment."""
    own = legs.filter(pl.col("application") == UNHEARD)
    return own.select(
        *CALL, *_stage("unheard", _NOTHING, done=pl.col("outcome") == "answered"),
        _NOTHING.alias("queue"), "started_at", _between("started_at", pl.col("ended_at")),
    )  # fmt: skip


def _queues(events: pl.DataFrame) -> pl.DataFrame:
    """From entering a queue to the answer, or to leaving it in vain."""
    by = [*CALL, "queue"]
    moves = events.filter(
        pl.col("queue").is_not_null() & pl.col("event").is_in(["queue_entered", *_ENDS])
    ).sort(*by, "at", pl.col("event") != "queue_entered", "key")
    nxt = (pl.col(name).shift(-1).over(by).alias(f"next_{name}") for name in ("event", "at"))
    stays = moves.with_columns(nxt).filter(
        (pl.col("event") == "queue_entered") & pl.col("next_event").is_in(_ENDS)
    )
    done = pl.col("next_event") == "queue_connected"
    return stays.select(
        *CALL, *_stage("queue", _NOTHING, done=done), "queue", pl.col("at").alias("started_at"),
        _between("at", pl.col("next_at")),
    )  # fmt: skip


def _held(events: pl.DataFrame) -> pl.DataFrame:
    by = [*CALL, "device"]
    moves = events.filter(pl.col("event").is_in(["call_held", "call_resumed", "channel_ended"]))
    until = pl.col("at").shift(-1).over(by, order_by="at").alias("until")
    held = moves.with_columns(until).filter(pl.col("event") == "call_held")
    who = pl.coalesce("who", pl.col("device").str.extract(r"/([^-@]+)"))
    return held.filter(pl.col("until").is_not_null()).select(
        *CALL, *_stage("hold", who, done=pl.lit(value=True)), "queue",
        pl.col("at").alias("started_at"), _between("at", pl.col("until")),
    )  # fmt: skip


def _paused(events: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    return paused_after(events, rules).select(
        *CALL, *_stage("after_call", pl.col("who"), done=pl.lit(value=True)), "queue",
        pl.col("at").alias("started_at"), "seconds",
    )  # fmt: skip


def lengths(stages: pl.DataFrame) -> pl.DataFrame:
    """Call id → `queue`, `queued_s`, `hold_s` and `after_s`; calls without such stages are absent."""
    wanted = {"queue": "queued_s", "hold": "hold_s", "after_call": "after_s"}
    kept = stages.filter(pl.col("kind").is_in(list(wanted)))
    ordered = kept.sort("call", "started_at", "id")
    return ordered.group_by(pl.col("call").alias("id"), maintain_order=True).agg(
        pl.col("queue").filter(pl.col("kind") == "queue").first().alias("heard_queue"),
        *(
            pl.col("seconds").filter(pl.col("kind") == kind).sum().alias(f"told_{name}")
            for kind, name in wanted.items()
        ),
        *((pl.col("kind") == kind).any().alias(f"has_{name}") for kind, name in wanted.items()),
    )
