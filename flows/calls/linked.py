"""Which legs are one call: a leg told twice counts once, and transfers lead from one link to another."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_SAME = ("connection", "unique", "caller_device", "called_device", "started_at", "ended_at")
# A phone that transfers by itself opens the other call within this of the end of the first.
WITHIN = pl.duration(minutes=1)
RECORDS = "cdr"
FOLLOWED = "channels"
DEVICES = ("caller_device", "called_device")


def once(legs: pl.DataFrame) -> pl.DataFrame:
    """`legs` without those that another stream of the same switch told too (live, then its records).

    The records of the switch win over what was heard of it: they know the link. A call that was followed by
    its channels stands only as long as nothing is recorded of it.
    """
    recorded = legs.filter(pl.col("stream") == RECORDS)
    if recorded.height in {0, legs.height}:
        return legs
    heard = legs.filter(pl.col("stream") != RECORDS)
    fresh = heard.join(recorded, on=_SAME, how="anti", nulls_equal=True, maintain_order="left")
    links = recorded.select("connection", "linked").unique()
    known = fresh.join(links, on=["connection", "linked"], how="semi", maintain_order="left")
    again = known.filter(pl.col("stream") == FOLLOWED).select("connection", "stream", "key")
    fresh = fresh.join(again, on=again.columns, how="anti", maintain_order="left")
    return pl.concat([recorded, fresh])


def joined(legs: pl.DataFrame) -> pl.DataFrame:
    """`legs` with one `linked` for calls that share a channel within a minute: handbook 5.3, step 2."""
    edges = _edges(legs)
    if edges.is_empty():
        return legs
    calls = (
        legs.group_by("connection", "linked")
        .agg(pl.col("started_at").min().alias("begun"))
        .sort("connection", "begun", "linked")
        .with_row_index("nth")
    )
    keyed = calls.select("connection", "linked", "nth")
    ends = [
        edges.join(
            keyed,
            left_on=["connection", side],
            right_on=["connection", "linked"],
            maintain_order="left",
        )["nth"].to_numpy()
        for side in ("linked", "other")
    ]
    ones = np.ones(len(ends[0]), dtype=np.int8)
    graph = coo_array((ones, (ends[0], ends[1])), shape=(calls.height, calls.height))
    groups = connected_components(graph, directed=False)[1]
    whole = calls.with_columns(pl.Series("group", groups))
    first = pl.col("linked").first().over("group")
    names = whole.select("connection", "linked", first.alias("whole"))
    told = legs.join(names, on=["connection", "linked"], how="left", maintain_order="left")
    return told.with_columns(pl.coalesce("whole", "linked").alias("linked")).drop("whole")


def _edges(legs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of links (`linked`, `other`) of one connection that a channel leads from one to another."""
    sides = [
        legs.select("connection", "linked", "started_at", "ended_at", pl.col(name).alias("device"))
        for name in DEVICES
    ]
    held = pl.concat(sides).filter(pl.col("device").str.contains(r"-[0-9a-f]{8}$"))
    if held.is_empty():
        return held.select("connection", "linked", pl.col("device").alias("other"))
    by_device = ["connection", "device"]
    # Few channels belong to more than one link: only those are worth sorting.
    links = held.select(*by_device, "linked").unique().group_by(by_device).agg(pl.len().alias("n"))
    held = held.join(links.filter(pl.col("n") > 1), on=by_device, how="semi")
    spans = held.sort(*by_device, "started_at", "linked")
    until = pl.col("ended_at").cum_max().shift(1).over(by_device) + WITHIN
    other = pl.col("linked").shift(1).over(by_device)
    near = (pl.col("linked") != other) & (pl.col("started_at") <= until)
    return (
        spans.with_columns(other.alias("other"))
        .filter(near)
        .select("connection", "linked", "other")
        .unique(maintain_order=True)
    )
