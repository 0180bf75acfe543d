"""Pairs of some clusters with all others, found and weighed as those of all clusters are."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dedup.blocking import BLOCK_KEYS, KEYLESS, NODE, near_claims, rows_to_compare, shared
from dedup.bonds import that_matter
from dedup.model import Model
from dedup.score import score_rows

ROW = "row"
Records = Callable[[pl.Series], pl.DataFrame]


def compared_anew(
    now: pl.DataFrame, again: pl.Series, records: Records, model: Model
) -> pl.DataFrame:
    """The weighed pairs that matter of which at least one cluster holds one of the rows `again`.

    `now`: row, evidence, further names, node and keyless of all records. `records` gives the canonical
    records of rows, in order.
    """
    if again.is_empty():
        now = now.clear()
    bare = now.filter(KEYLESS)
    stirred = now[again]
    sought = _looking(bare, stirred)
    pairs, _ = shared(now, bare, sought)
    nodes = stirred[NODE].unique().implode()
    pairs = pairs.filter(pl.col("a").is_in(nodes) | pl.col("b").is_in(nodes))
    rows = rows_to_compare(pairs, now.select(ROW, NODE))
    once = pl.concat([rows["left"], rows["right"]]).unique().sort()
    place = once.to_frame("at").with_row_index("local")
    local = rows.select("a", "b", *(
        rows.select(at=side).join(place, on="at", how="left", maintain_order="left")["local"].alias(side)
        for side in ("left", "right")
    ))  # fmt: skip
    keys = now[once].drop(ROW).with_row_index(ROW)
    found = score_rows(local, keys, records(once), model, now)
    sides = [once.gather(found[side]).alias(side) for side in ("left", "right")]
    return that_matter(found.with_columns(sides), model)


def block_keys(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """(key, row, node) of a kind of block keys that records of `frame` have."""
    own, more = BLOCK_KEYS[kind]
    bare = frame.filter(KEYLESS) if more else frame
    parts = [frame.select(key.alias("key"), ROW, NODE) for key in own]
    parts += [bare.select(key.alias("key"), ROW, NODE) for key in more]
    return pl.concat(parts).drop_nulls("key")


def _looking(bare: pl.DataFrame, stirred: pl.DataFrame) -> pl.DataFrame:
    """The records without requisites that look for others: those stirred, and who shares a key with them."""
    found = [stirred.filter(KEYLESS)[NODE]]
    for kind in BLOCK_KEYS:
        if kind == "claimed":
            found.append(_claiming(bare, stirred))
            continue
        wanted = block_keys(stirred, kind).select("key").unique()
        found.append(block_keys(bare, kind).join(wanted, on="key", how="semi")[NODE])
    return bare.filter(pl.col(NODE).is_in(pl.concat(found).unique().implode()))


def _claiming(bare: pl.DataFrame, stirred: pl.DataFrame) -> pl.Series:
    """The clusters that claim an INN near one that `stirred` records have or claim."""
    wanted = pl.concat([stirred["inn"], stirred["claimed"]]).drop_nulls().unique().to_frame("key")
    claims = bare.drop_nulls("claimed")
    if claims.is_empty():
        return claims[NODE]
    return near_claims(claims).join(wanted, on="key", how="semi")[NODE]
