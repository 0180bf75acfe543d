"""From legs to calls: pure, columnar, whatever the order in which the legs came (handbook 5.3).

A switch writes one row per attempt, so one call is many rows; it adds nothing up itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from config.telephony import Telephony
from flows.calls.channels import channel_legs
from flows.calls.linked import joined, once
from flows.calls.moments import answered, named, placed
from flows.calls.parties import parties, with_talk
from flows.calls.pieces import pieced
from flows.calls.stages import lengths, staged
from schemas.calls import OF_LEG, REQUESTED, UNHEARD, call_columns
from schemas.content import derived_id
from schemas.entities import columns

CALL = ["connection", "linked"]
_QUEUE = "Queue"


@dataclass(frozen=True, slots=True)
class Assembly:
    """Calls (`call_columns()`, not yet closed by others) and their stages (`stage_columns()`)."""

    calls: pl.DataFrame
    stages: pl.DataFrame


def put_together(legs: pl.DataFrame, events: pl.DataFrame, rules: Telephony) -> Assembly:
    """The calls that canonical legs and events tell; all of a call must be there, in any order."""
    kept = legs.select(OF_LEG)
    drawn = channel_legs(events, legs).select(OF_LEG) if events.height else kept.clear()
    every = pl.concat([kept, drawn])
    source = pl.col("linked").alias("source_linked")
    told = parties(joined(pieced(once(every.with_columns(source)))), rules.internal)
    heard = placed(named(events), told)
    told = with_talk(answered(told, heard))
    stages = staged(told, heard, rules)
    return Assembly(_with_lengths(_calls(told, rules), stages), stages)


def assembled(legs: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    """The calls of legs of which no events are known."""
    return put_together(legs, pl.DataFrame(schema=columns("call_event")), rules).calls


def _calls(told: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    first = pl.col("unique") != pl.col("linked")
    order = [*CALL, "started_at", first, pl.col("key").str.len_bytes(), "key"]
    told = _numbered(told.sort(order, nulls_last=True))
    whole = told.group_by("nth", maintain_order=True).agg(
        *(pl.col(name).first() for name in CALL), *_begun(), *_sums()
    )
    calls = whole
    for part in (_talk(told), *_people(told, rules)):
        calls = calls.join(part, on="nth", how="left", maintain_order="left")
    return _told(calls.with_columns(pl.col("talk_s").fill_null(0)), rules)


def _numbered(legs: pl.DataFrame) -> pl.DataFrame:
    """Sorted legs with `nth`, the number of their call: to group by one number is quicker than by two texts."""
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in CALL)
    return legs.with_columns(other.cum_sum().cast(pl.UInt32).alias("nth")).with_columns(
        pl.col("nth").set_sorted()
    )


def _with_lengths(calls: pl.DataFrame, stages: pl.DataFrame) -> pl.DataFrame:
    """`calls` with what their stages add up to; a queue entered and left in vain is why one was missed."""
    if stages.is_empty():
        return calls
    told = calls.join(lengths(stages), on="id", how="left", maintain_order="left")
    heard = [
        pl.when(f"has_{name}").then(f"told_{name}").otherwise(name).alias(name)
        for name in ("queued_s", "hold_s", "after_s")
    ]
    left = ~pl.col("missed").is_in(["short", "cut_off"]) & pl.col("has_queued_s")
    return told.with_columns(
        *heard,
        pl.coalesce("queue", "heard_queue").alias("queue"),
        pl.when(left).then(pl.lit("abandoned_in_queue")).otherwise("missed").alias("missed"),
    ).select(*call_columns())


def _begun() -> list[pl.Expr]:
    """What the first leg tells of the call."""
    said = pl.col("direction")
    inward = pl.when(said.is_null()).then(pl.col("ext_a").is_null()).otherwise(said == "inbound")
    outward = pl.when(said.is_null()).then("outward").otherwise(said == "outbound")
    direction = (
        pl.when(inward).then(pl.lit("inbound")).when(outward).then(pl.lit("outbound"))
        .otherwise(pl.lit("internal"))
    )  # fmt: skip
    number = pl.when(inward).then("caller").when(outward).then("called")
    phone = pl.when(inward).then("caller_phone").when(outward).then("called_phone")
    return [
        pl.coalesce("direction", direction).first().alias("direction"),
        number.first().alias("number"),
        phone.first().alias("phone"),
        pl.when(inward).then("called").first().alias("did"),
    ]


def _sums() -> list[pl.Expr]:
    rung = pl.col("reached")
    # Of such a stretch only its beginning is known to belong to the call.
    unheard = (pl.col("application") == UNHEARD).fill_null(value=False)
    return [
        pl.col("started_at").min(),
        pl.when(~unheard).then("ended_at").max().alias("ended_at"),
        (unheard & (pl.col("outcome") != "answered")).any().alias("cut"),
        pl.col("answered_at").filter("talked").min(),
        pl.col("talked").any().alias("answered"),
        rung.sum().cast(pl.Int64).alias("legs"),
        rung.any().alias("rang"),
        ((pl.col("application") == _QUEUE) | pl.col("queue").is_not_null()).any().alias("queued"),
        pl.col("queue").drop_nulls().first(),
        _queued().sum().alias("queued_s"),
        _queued().is_not_null().any().alias("was_queued"),
        pl.col("outcome").filter(rung).eq("busy").all().alias("all_busy"),
        _busy_at_once().any().alias("busy_at_once"),
        pl.col("outcome").filter(rung).is_in(["failed", "congestion"]).all().alias("all_failed"),
        pl.col("recording").drop_nulls().first(),
        pl.col("unique")
        .filter(pl.col("unique").str.starts_with(REQUESTED))
        .first()
        .alias("request"),
    ]


def _busy_at_once() -> pl.Expr:
    """A switch that tells trunks tells a busy phone without a length: nobody slipped in dialling."""
    no_length = pl.col("started_at") == pl.col("ended_at")
    return (pl.col("outcome") == "busy") & no_length & pl.col("trunk").is_not_null()


def _queued() -> pl.Expr:
    """How long the switch says a leg waited in a queue."""
    until = pl.coalesce("answered_at", "ended_at")
    return (until - pl.col("queued_at")).dt.total_seconds()


def _people(legs: pl.DataFrame, rules: Telephony) -> list[pl.DataFrame]:
    """`nth` → the first, and the last of ours who talked long enough; in order of answering."""
    outward = pl.coalesce("ext_a", "agent")
    ours = pl.when(pl.col("outward")).then(outward).otherwise(pl.coalesce("ext_b", "ext_a"))
    length = pl.col("ended_at") - pl.col("answered_at")
    long = length >= pl.duration(seconds=rules.owner_from)
    talked = (
        legs.filter(pl.col("talked") & ours.is_not_null())
        .select("nth", "answered_at", ours.alias("operator"), long.alias("long"))
        .sort("nth", "answered_at", maintain_order=True)
    )
    first = talked.unique("nth", keep="first", maintain_order=True).select("nth", "operator")
    last = talked.filter("long").unique("nth", keep="last", maintain_order=True)
    return [first, last.select("nth", pl.col("operator").alias("last_long"))]


def _talk(legs: pl.DataFrame) -> pl.DataFrame:
    """`nth` → seconds during which anybody talked: overlapping legs of a call count once.

    One sweep over all beginnings and ends: within a call as many end as begin, so between calls none lasts.
    """
    talked = legs.filter("talked")
    ends = [
        talked.select("nth", pl.col(name).alias("at"), pl.lit(step, pl.Int32).alias("step"))
        for name, step in (("answered_at", 1), ("ended_at", -1))
    ]
    until = pl.col("at").shift(-1) - pl.col("at")
    swept = pl.concat(ends).sort("nth", "at").select(
        "nth", until.alias("length"), (pl.col("step").cum_sum() > 0).alias("lasts")
    )  # fmt: skip
    lengths = swept.filter("lasts").group_by("nth").agg(pl.col("length").sum())
    return lengths.select("nth", pl.col("length").dt.total_seconds().alias("talk_s"))


def _told(calls: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    missed = (pl.col("direction") == "inbound") & ~pl.col("answered")
    lasted = pl.col("ended_at") - pl.col("started_at")
    why = (
        pl.when("cut").then(pl.lit("cut_off"))
        .when("busy_at_once").then(pl.lit("busy"))
        .when(lasted < pl.duration(seconds=rules.missed_from)).then(pl.lit("short"))
        .when(pl.col("queued")).then(pl.lit("abandoned_in_queue"))
        .when(~pl.col("rang")).then(pl.lit("abandoned_in_ivr"))
        .when(pl.col("all_busy")).then(pl.lit("busy"))
        .when(pl.col("all_failed")).then(pl.lit("failed"))
        .otherwise(pl.lit("no_answer"))
    )  # fmt: skip
    until = pl.coalesce("answered_at", "ended_at") - pl.col("started_at")
    nothing = {name: pl.lit(None, kind) for name, kind in call_columns().items()}
    return calls.with_columns(
        derived_id(*CALL).alias("id"),
        pl.when(missed).then(why).alias("missed"),
        until.dt.total_seconds().alias("wait_s"),
        pl.coalesce("last_long", "operator").alias("employee"),
        pl.when("was_queued").then("queued_s").alias("queued_s"),
        *(
            nothing[n].alias(n)
            for n in ("closed_by", "closed_after_s", "hold_s", "after_s", "same_as")
        ),
    ).select(pl.col(name).cast(kind) for name, kind in call_columns().items())


def closed(calls: pl.DataFrame) -> pl.DataFrame:
    """`calls` with missed ones closed by the first later answered call with the same number.

    All calls of a number must be there. What a better source tells too neither waits nor closes.
    """
    by_phone = pl.coalesce("phone", "number").alias("with")
    named = calls.drop("closed_by", "closed_after_s").with_columns(by_phone)
    counting = named.filter(pl.col("with").is_not_null() & pl.col("same_as").is_null())
    answers = (
        counting.filter("answered")
        .select("with", pl.col("started_at").alias("again_at"), pl.col("id").alias("closed_by"))
        .sort("again_at", "closed_by")
    )
    open_ = counting.filter(pl.col("missed").is_not_null())
    found = open_.sort("ended_at").join_asof(
        answers,
        left_on="ended_at",
        right_on="again_at",
        by="with",
        strategy="forward",
        check_sortedness=False,  # both are sorted here; by group it cannot be seen
    )
    after = (pl.col("again_at") - pl.col("ended_at")).dt.total_seconds().alias("closed_after_s")
    told = found.filter(pl.col("closed_by").is_not_null()).select("id", "closed_by", after)
    return named.join(told, on="id", how="left", maintain_order="left").select(*call_columns())
