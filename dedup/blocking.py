"""Which records are compared at all: those that share a key few enough companies carry.

A key carried by more clusters than its cap finds no pairs, and is reported, never skipped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dedup.evidence import EMAILS, PHONES
from dedup.refs import REF

NODE = "node"
KEYLESS = "keyless"
CAPS = {
    "name": 40, "phone": 60, "email": 60, "domain": 60, "place": 60, "street": 20, "claimed": 60, "okpo": 20,
}  # fmt: skip
# kind → (columns that hold its keys, further ones of records that are looked for)
_COLUMNS = {
    "name": (("name",), ("full", "layout")),
    "phone": (PHONES, ()),
    "email": (EMAILS, ()),
    "domain": (("domain",), ()),
    "place": (("place",), ()),
    "street": (("street",), ()),
    "okpo": (("okpo",), ()),
}
CAPPED = {"kind": pl.String(), "ref": pl.String(), "clusters": pl.Int64()}
_WHOLE = (
    12  # records of a cluster that are all compared; of larger ones, also those with the shared key
)
_PAIR = {"a": pl.UInt32(), "b": pl.UInt32()}


@dataclass(frozen=True, slots=True)
class Blocks:
    """`pairs`: a (a cluster without key), b (another cluster), row (a record of b that shares a key).

    `capped`: kind, ref of the first record that carries the key, clusters that carry it.
    """

    pairs: pl.DataFrame
    capped: pl.DataFrame


def block_keys(evidence: pl.DataFrame) -> pl.DataFrame:
    """(ref, kind, value) of every key by which each record can be found; values are stable numbers."""
    names = [n for own, more in _COLUMNS.values() for n in (*own, *more) if n in evidence.columns]
    kind = {n: kind for kind, (own, more) in _COLUMNS.items() for n in (*own, *more)}
    parts = [evidence.select(REF, pl.lit(kind[n]).alias("kind"), value=n) for n in names]
    parts.append(evidence.select(REF, pl.lit("claimed").alias("kind"), value="inn"))
    parts.append(evidence.select(REF, pl.lit("claimed").alias("kind"), value="claimed"))
    return pl.concat(parts).drop_nulls("value").unique().sort(REF, "kind", "value")


def blocks(known: pl.DataFrame, bare: pl.DataFrame, sought: pl.DataFrame) -> Blocks:
    """Pairs between the clusters of `sought` and all of `known`.

    All have `row`, `node`, `keyless` and the evidence keys; `bare`, the records without keys, and
    `sought`, some of them, also `full` and `layout`, by which they are found as well.
    """
    found, capped = [], []
    for kind in (*_COLUMNS, "claimed"):
        wanted, offered = _sides(kind, known, bare, sought)
        hits, many = _hits(kind, wanted, offered)
        found.append(hits)
        capped.append(many)
    pairs = pl.concat(found).unique()
    refs = known.select(pl.col("row"), REF)
    report = pl.concat(capped).join(refs, on="row", how="left")
    report = report.select(*CAPPED).sort("kind", "ref")
    return Blocks(pairs, report)


def _sides(
    kind: str, known: pl.DataFrame, bare: pl.DataFrame, sought: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(key, node) that look, and (key, node, row) that are offered."""
    if kind == "claimed":
        wanted = _near_numbers(sought.drop_nulls("claimed"))
        offered = [known.select(key="inn", node=NODE, row="row", keyless=KEYLESS)]
        offered.append(known.select(key="claimed", node=NODE, row="row", keyless=KEYLESS))
    else:
        own, more = _COLUMNS[kind]
        wanted = pl.concat([sought.select(key=name, node=NODE) for name in (*own, *more)])
        offered = [known.select(key=n, node=NODE, row="row", keyless=KEYLESS) for n in own]
        offered += [bare.select(key=n, node=NODE, row="row", keyless=KEYLESS) for n in more]
    wanted = wanted.drop_nulls("key").unique()
    keys = wanted.select("key").unique()
    return wanted, pl.concat([part.join(keys, on="key", how="semi") for part in offered])


def _hits(
    kind: str, wanted: pl.DataFrame, offered: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    once = offered.group_by("key", NODE).agg(pl.col("row").min(), pl.col(KEYLESS).first())
    many = once.group_by("key").agg(
        pl.len().cast(pl.Int64).alias("clusters"), pl.col("row").min()
    ).filter(pl.col("clusters") > CAPS[kind])  # fmt: skip
    few = once.join(many, on="key", how="anti")
    pairs = wanted.join(few, on="key", suffix="_b").filter(pl.col(NODE) != pl.col("node_b"))
    # Two clusters without keys look for each other: one way round is enough.
    ordered = ~pl.col(KEYLESS) | (pl.col(NODE) < pl.col("node_b"))
    hits = pairs.filter(ordered).select(a=NODE, b="node_b", row="row")
    swapped = pairs.filter(~ordered).select(a="node_b", b=NODE)
    back = swapped.unique().join(
        offered.group_by(NODE).agg(pl.col("row").min()), left_on="b", right_on=NODE
    )
    return (
        pl.concat([hits, back.select("a", "b", "row")]),
        many.select(pl.lit(kind).alias("kind"), "row", "clusters"),
    )


def _near_numbers(claims: pl.DataFrame) -> pl.DataFrame:
    """(key, node): every number one digit, or one swap of neighbours, away from each claimed INN."""
    number = claims["claimed"].to_numpy()
    near = [number]
    for place in range(12):
        unit = 10**place
        digit = number // unit % 10
        near += [number + (other - digit) * unit for other in range(10)]
        upper = number // (unit * 10) % 10
        near.append(number + (digit - upper) * unit * 10 + (upper - digit) * unit)
    keys = np.concatenate(near) if len(number) else number
    nodes = pl.concat([claims[NODE]] * len(near))
    return pl.DataFrame({"key": keys, NODE: nodes}, schema_overrides={"key": pl.Int64})


def rows_to_compare(pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """(a, b, left, right): the records of each pair of clusters that are compared, by row number.

    `members` is (row, node). All records of small clusters, the first and the sharing ones of large.
    """
    first = members.filter(pl.int_range(pl.len()).over(NODE) < _WHOLE)
    sizes = members.group_by(NODE).len()
    large = sizes.filter(pl.col("len") > _WHOLE).select(b=NODE)
    sides = pairs.select("a", "b").unique()
    right = sides.join(first.select(b=NODE, right="row"), on="b")
    extra = pairs.join(large, on="b", how="semi").select("a", "b", right="row")
    if extra.height:
        right = pl.concat([right, extra]).unique()
    return right.join(first.select(a=NODE, left="row"), on="a").sort("a", "b", "left", "right")
