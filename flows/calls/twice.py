"""One call that two sources tell, such as a switch in front of another, or a switch and its contact center.

They have no id in common. It is one call if the number is the same, the direction too, and it began at the
same time: what two clocks and the way from one switch to the other make of that (handbook 5.6).
"""

from __future__ import annotations

import polars as pl

from config.telephony import Telephony
from schemas.calls import call_columns

_BY = ["with", "direction"]
# A number that calls again and again within the tolerance: so many of its calls find their like at most.
_STEPS = 10


def told_once(calls: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    """`calls` with `same_as`: the same call as a better source tells it, one for one, the nearest in time.

    All calls of a number must be there.
    """
    bare = calls.with_columns(pl.lit(None, pl.String).alias("same_as"))
    if not rules.told_twice:
        return bare
    known = bare.with_columns(pl.coalesce("phone", "number").alias("with"))
    own = known.filter(pl.col("with").is_not_null()).select("id", "connection", *_BY, "started_at")
    pairs = pl.concat(
        _pairs(
            own.filter(pl.col("connection") == worse),
            own.filter(pl.col("connection") == better),
            rules.told_twice_within,
        )
        for worse, better in rules.told_twice.items()
    )
    told = bare.drop("same_as").join(pairs, on="id", how="left", maintain_order="left")
    return told.select(*call_columns())


def _pairs(worse: pl.DataFrame, better: pl.DataFrame, within: int) -> pl.DataFrame:
    """`id` of a call of the worse source → `same_as`."""
    found = []
    for _ in range(_STEPS):
        pairs = _nearest(worse, better, within)
        found.append(pairs)
        if pairs.is_empty():
            break
        worse = worse.join(pairs, on="id", how="anti")
        better = better.join(pairs, left_on="id", right_on="same_as", how="anti")
    return pl.concat(found)


def _nearest(worse: pl.DataFrame, better: pl.DataFrame, within: int) -> pl.DataFrame:
    """Those of both that are each other's nearest."""
    there = _beside(worse, better, within)
    back = _beside(better, worse, within).rename({"id": "other", "other": "id"})
    return there.join(back, on=["id", "other"], how="semi").rename({"other": "same_as"})


def _beside(calls: pl.DataFrame, others: pl.DataFrame, within: int) -> pl.DataFrame:
    """`id` → `other`, the call of the same number and direction that began nearest."""
    theirs = others.select(*_BY, pl.col("id").alias("other"), "started_at")
    found = calls.sort("started_at", "id").join_asof(
        theirs.sort("started_at", "other"),
        on="started_at",
        by=_BY,
        strategy="nearest",
        tolerance=f"{within}s",
        check_sortedness=False,  # both are sorted here; by group it cannot be seen
    )
    return found.filter(pl.col("other").is_not_null()).select("id", "other")
