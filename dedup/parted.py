"""Entities that decisions part: their clusters are compared anew, and no other pair weighs otherwise for it.

So what a decision changes stays where the decision is: only whole entities it parts, and whoever these
find, need to be looked at again when something else changes.
"""

from __future__ import annotations

import polars as pl

from dedup.anew import Records, compared_anew
from dedup.blocking import KEYLESS, NODE
from dedup.model import Model
from dedup.name_evidence import NAMED, other_names


def parted(before: pl.DataFrame, now: pl.DataFrame) -> pl.Series:
    """The rows of the clusters of `before` of which some record is in another cluster `now`; in order."""
    left = before[NODE].filter(before[NODE] != now[NODE]).unique()
    return before.select(pl.arg_where(pl.col(NODE).is_in(left.implode()))).to_series()


def pairs_under(
    own: pl.DataFrame, before: pl.DataFrame, rows: pl.Series, fresh: pl.DataFrame
) -> pl.DataFrame:
    """The pairs `own`, those of the parted clusters (which `before` hold `rows`) replaced by `fresh`."""
    nodes = before[NODE].gather(rows).unique().implode()
    kept = own.filter(~pl.col("a").is_in(nodes) & ~pl.col("b").is_in(nodes))
    return pl.concat([kept, fresh.select(own.columns).cast(own.schema)]).sort("a", "b")


def of_parted(
    placed: pl.DataFrame, parties: pl.DataFrame, rows: pl.Series, model: Model
) -> pl.DataFrame:
    """The pairs of the parted clusters, which hold `rows`, with all others, among all records.

    `placed`: evidence of `parties` with row, node and keyless.
    """
    bare = placed["row"].filter(placed[KEYLESS])
    others = other_names(parties.select(NAMED)[bare]).with_columns(bare)
    named = placed.join(others, on="row", how="left", maintain_order="left")
    return compared_anew(named, rows.cast(pl.UInt32), _records_of(parties), model)


def _records_of(parties: pl.DataFrame) -> Records:
    return lambda rows: parties[rows]
