"""One call that two sources tell, such as a switch in front of another, or a switch and its contact center.

They mostly have no id in common. It is one call if the number is the same, the direction too, and it began at the
same time: what two clocks and the way from one switch to the other make of that (handbook 5.6). Where both know the
universal call id of an Avaya, that alone tells. A document that a person wrote of a call bears a moment within it.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from config.telephony import Telephony
from schemas.calls import call_columns

_BY = ["with", "direction"]
# A number that calls again and again within the tolerance: so many of its calls find their like at most.
_STEPS = 10
UCID = r"^[0-9]{20}$"


def told_once(calls: pl.DataFrame, rules: Telephony) -> pl.DataFrame:
    """`calls` with `same_as`: the same call as a better source tells it, one for one, the nearest in time.

    Of documents several may note one call. All calls of a number must be there.
    """
    bare = calls.with_columns(pl.lit(None, pl.String).alias("same_as"))
    if not rules.told_twice and not rules.documents:
        return bare
    known = bare.with_columns(pl.coalesce("phone", "number").alias("with"))
    own = known.select("id", "connection", "linked", *_BY, "started_at", "ended_at")
    ways = ((rules.documents, _noted), (rules.told_twice, _paired))
    pairs = pl.concat(
        found(
            own.filter(pl.col("connection") == worse),
            own.filter(pl.col("connection") == better),
            rules.told_twice_within,
        )
        for told, found in ways
        for worse, better in told.items()
    ).unique("id", keep="first", maintain_order=True)
    told = bare.drop("same_as").join(pairs, on="id", how="left", maintain_order="left")
    return told.select(*call_columns())


def _paired(worse: pl.DataFrame, better: pl.DataFrame, within: int) -> pl.DataFrame:
    """`id` of a call of the worse source → `same_as`: by the universal call id, the rest by number and time."""
    there = better.filter(pl.col("linked").str.contains(UCID)).select(
        "linked", pl.col("id").alias("same_as")
    )
    surely = worse.join(there, on="linked").select("id", "same_as")
    rest = worse.join(surely, on="id", how="anti")
    left = better.join(surely, left_on="id", right_on="same_as", how="anti")
    return pl.concat([surely, _pairs(_numbered(rest), _numbered(left), within)])


def _numbered(calls: pl.DataFrame) -> pl.DataFrame:
    """Those whose number is known: hidden ones and calls among colleagues find nothing by it."""
    return calls.filter(pl.col("with").is_not_null())


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


def _noted(documents: pl.DataFrame, calls: pl.DataFrame, within: int) -> pl.DataFrame:
    """`id` of a document → `same_as`, the call it was written in, or else the nearest before or after it."""
    length = pl.duration(seconds=within)
    documents = _numbered(documents)
    theirs = _numbered(calls).select(*_BY, pl.col("id").alias("same_as"), "started_at", "ended_at")
    since = pl.col("at") - pl.col("ended_at")
    begun = _next_to(documents, theirs, "backward").select("id", "same_as", since.alias("apart"))
    until = pl.col("started_at") - pl.col("at")
    coming = _next_to(documents, theirs, "forward").select("id", "same_as", until.alias("apart"))
    near = pl.concat([begun, coming]).filter(pl.col("apart") <= length)
    # Within a call is nearer than just before another.
    apart = pl.max_horizontal("apart", pl.duration(seconds=0))
    nearest = near.sort("id", apart, "same_as").unique("id", keep="first", maintain_order=True)
    return nearest.select("id", "same_as")


def _next_to(
    documents: pl.DataFrame, calls: pl.DataFrame, strategy: Literal["backward", "forward"]
) -> pl.DataFrame:
    """Documents, their moment `at`, with the last call begun before it or the first begun after it."""
    own = documents.select("id", *_BY, pl.col("started_at").alias("at")).sort("at", "id")
    return own.join_asof(
        calls.sort("started_at", "same_as"),
        left_on="at",
        right_on="started_at",
        by=_BY,
        strategy=strategy,
        check_sortedness=False,  # both are sorted here; by group it cannot be seen
        coalesce=False,
    ).filter(pl.col("same_as").is_not_null())
