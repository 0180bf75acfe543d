"""Which records are compared at all: those that share a key few enough companies carry.

A key carried by more clusters than its cap finds no pairs, and is reported, never skipped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.evidence import EMAILS, PHONES
from dedup.refs import REF
from dedup.team import ALONE, Team

NODE = "node"
KEYLESS = "keyless"
# Names with a contact or a house are selective; alone each finds only where few clusters carry it. In a
# house of many companies those are looked at whose names begin alike.
CAPS = {
    "name": 5, "phone": 20, "email": 20, "domain": 10, "place": 6, "doorplate": 20, "name_phone": 200,
    "name_email": 200, "name_place": 200, "claimed": 60, "okpo": 20,
}  # fmt: skip


def _cols(*names: str) -> tuple[pl.Expr, ...]:
    return tuple(pl.col(name) for name in names)


def _with_name(*names: str) -> tuple[pl.Expr, ...]:
    return tuple(pl.col("name") ^ pl.col(name) for name in names)


# kind → (keys of any record, further keys of records without requisites)
BLOCK_KEYS: dict[str, tuple[tuple[pl.Expr, ...], tuple[pl.Expr, ...]]] = {
    "name": (_cols("name"), _cols("full", "layout")),
    "phone": (_cols(*PHONES), ()),
    "email": (_cols(*EMAILS), ()),
    "domain": (_cols("domain"), ()),
    "place": (_cols("place"), ()),
    "doorplate": (_cols("doorplate"), ()),
    "name_phone": (_with_name(*PHONES), ()),
    "name_email": (_with_name(*EMAILS), ()),
    "name_place": (_with_name("place", "street"), ()),
    "okpo": (_cols("okpo"), ()),
    "claimed": (_cols("inn", "claimed"), ()),
}
_CARRIER = (pl.col(NODE), pl.col("row"), pl.col(KEYLESS))
CAPPED = {"kind": pl.String(), "ref": pl.String(), "clusters": pl.Int64()}
# So many records of a cluster are all compared; of larger ones, also those with the shared key.
WHOLE = 12


@dataclass(frozen=True, slots=True)
class Blocks:
    """`pairs`: a (a cluster without key), b (another cluster), row (a record of b that shares a key).

    `capped`: kind, ref of the first record that carries the key, clusters that carry it.
    """

    pairs: pl.DataFrame
    capped: pl.DataFrame


def blocks(
    known: pl.DataFrame, bare: pl.DataFrame, sought: pl.DataFrame, team: Team = ALONE
) -> Blocks:
    """Pairs between the clusters of `sought` and all of `known`, the keys searched by `team`.

    All have `row`, `node`, `keyless` and the evidence keys; `bare`, the records without keys, and
    `sought`, some of them, also `full` and `layout`, by which they are found as well.
    """
    pairs, many = shared(known, bare, sought, team)
    refs = known.select(pl.col("row"), REF)
    report = many.join(refs, on="row", how="left")
    return Blocks(pairs, report.select(*CAPPED).sort("kind", "ref", "clusters"))


def shared(
    known: pl.DataFrame, bare: pl.DataFrame, sought: pl.DataFrame, team: Team = ALONE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pairs of `blocks`, and the keys too common for any (kind, row, clusters)."""
    found, capped = [], []
    namesakes = known.join(sought.select("name").unique(), on="name", how="semi")
    for kind in BLOCK_KEYS:
        near = namesakes if kind.startswith("name_") else known
        wanted, offered = _sides(kind, near, bare, sought)
        parts = [(CAPS[kind], *part) for part in team.by("key", wanted, offered)]
        for hits, swapped, many in team.each(hits_of, parts):
            found += [hits, _turned(swapped, offered)]
            capped.append(many.select(pl.lit(kind).alias("kind"), "row", "clusters"))
    return pl.concat(found).unique(), pl.concat(capped)


def _sides(
    kind: str, known: pl.DataFrame, bare: pl.DataFrame, sought: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(key, node) that look, and (key, node, row) that are offered."""
    own, more = BLOCK_KEYS[kind]
    offered = [known.select(key.alias("key"), *_CARRIER) for key in own]
    offered += [bare.select(key.alias("key"), *_CARRIER) for key in more]
    if kind == "claimed":
        there = pl.concat([part.select("key") for part in offered])
        wanted = near_claims(sought.drop_nulls("claimed")).join(there, on="key", how="semi")
    else:
        wanted = pl.concat([sought.select(key.alias("key"), NODE) for key in (*own, *more)])
    wanted = wanted.drop_nulls("key").unique()
    keys = wanted.select("key").unique()
    return wanted, pl.concat([part.join(keys, on="key", how="semi") for part in offered])


def hits_of(
    cap: int, wanted: pl.DataFrame, offered: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Pairs (a, b, row) and pairs the other way round (a, b) by keys that at most `cap` clusters carry;
    the keys that more carry (key, clusters, row)."""
    once = offered.group_by("key", NODE).agg(pl.col("row").min(), pl.col(KEYLESS).first())
    many = once.group_by("key").agg(
        pl.len().cast(pl.Int64).alias("clusters"), pl.col("row").min()
    ).filter(pl.col("clusters") > cap)  # fmt: skip
    few = once.join(many, on="key", how="anti")
    pairs = wanted.join(few, on="key", suffix="_b").filter(pl.col(NODE) != pl.col("node_b"))
    # Two clusters without keys look for each other: one way round is enough.
    ordered = ~pl.col(KEYLESS) | (pl.col(NODE) < pl.col("node_b"))
    hits = pairs.filter(ordered).select(a=NODE, b="node_b", row="row")
    return hits, pairs.filter(~ordered).select(a="node_b", b=NODE).unique(), many


def _turned(swapped: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """(a, b, row) of pairs found the other way round: the first record of b that is offered at all."""
    first = offered.group_by(NODE).agg(pl.col("row").min())
    return swapped.join(first, left_on="b", right_on=NODE).select("a", "b", "row")


def near_claims(claims: pl.DataFrame) -> pl.DataFrame:
    """(key, node): the claimed INN and all numbers near it."""
    near = near_numbers(claims["claimed"].to_numpy())
    nodes = pl.concat([claims[NODE]] * len(near))
    keys = np.concatenate(near)
    return pl.DataFrame({"key": keys, NODE: nodes}, schema_overrides={"key": pl.Int64})


def near_numbers(number: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """`number`, and every number one digit, or one swap of neighbours, away from it, of up to 12 digits."""
    near = [number]
    for place in range(12):
        unit = 10**place
        digit = number // unit % 10
        near += [number + (other - digit) * unit for other in range(10)]
        upper = number // (unit * 10) % 10
        near.append(number + (digit - upper) * unit * 10 + (upper - digit) * unit)
    return near


def rows_to_compare(pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """(a, b, left, right): the records of each pair of clusters that are compared, by row number.

    `members` is (row, node). All records of small clusters, the first and the sharing ones of large.
    """
    asked = pl.concat([pairs["a"], pairs["b"]]).unique()
    members = members.filter(pl.col(NODE).is_in(asked.implode()))
    first = members.filter(pl.int_range(pl.len()).over(NODE) < WHOLE)
    sizes = members.group_by(NODE).len()
    large = sizes.filter(pl.col("len") > WHOLE).select(b=NODE)
    sides = pairs.select("a", "b").unique()
    right = sides.join(first.select(b=NODE, right="row"), on="b")
    extra = pairs.join(large, on="b", how="semi").select("a", "b", right="row")
    if extra.height:
        right = pl.concat([right, extra]).unique()
    return right.join(first.select(a=NODE, left="row"), on="a").sort("a", "b", "left", "right")
