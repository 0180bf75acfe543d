"""What ties a record to others for good, as whole numbers: who is in one group need not be asked beyond it.

A group is closed: no two records of different groups share an INN, an OGRN or a foreign number, point at
one another, or were found so alike that clustering looks at the pair. So clusters, units, ids and review
pairs of a group depend on its own records alone, and on how many carry what these tell.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.blocking import KEYLESS, NODE
from dedup.compare import LISTED_TWICE, VETO
from dedup.model import FIELDS, Model
from dedup.refs import REF
from dedup.rules import points_at
from dedup.score import BITS, SCORE
from schemas.keys import key_of

SELF, POINTS, ABROAD = "self", "points", "abroad"
FIRST, FIRST_KEYLESS, GROUP = "first", "first_keyless", "group"
OWN, OWN_KEYLESS = "own", "own_keyless"  # node and keyless as if nobody had decided anything
TIES = (SELF, POINTS, ABROAD)
BONDS = (*TIES, FIRST, FIRST_KEYLESS, OWN, OWN_KEYLESS, GROUP)
PAIR = ("a", "b", "left", "right", *FIELDS, LISTED_TWICE)
_SLACK = 10  # hundredths of a bit that rounding a probability may hide
_SHARED = ("inn", "ogrn", ABROAD, FIRST, NODE)


def ties(parties: pl.DataFrame) -> pl.DataFrame:
    """TIES of records with a ref, row by row: its own key, that of the record it points at, and of its
    number abroad."""
    abroad = pl.concat_str("country", "national_number", separator="/")
    return parties.select(
        self_key(),
        key_of(points_at(), "ref").alias(POINTS),
        key_of(abroad, "abroad").alias(ABROAD),
    )


def self_key() -> pl.Expr:
    """The key of a record's own ref."""
    return key_of(pl.col(REF), "ref").alias(SELF)


def that_matter(pairs: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The weighed pairs that clustering looks at: no veto, and worth a person's look, or near enough to
    a pair that joins by itself to make it doubtful."""
    least = 100 * math.log2(model.auto / (1 - model.auto)) - model.margin - _SLACK
    near = (pl.col(SCORE) >= model.review) | (pl.col(BITS) >= least)
    return pairs.filter(~pl.col(VETO) & near)


def groups(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """The first row of the group of each of `rows` (inn, ogrn, TIES, first, node), which are numbered from 0.

    `pairs` (a, b) are nodes, which are rows.
    """
    rows = rows.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("a"))
    ends = [
        rows.select("a", b=pl.col("a").min().over(name), there=pl.col(name).is_not_null()).filter(
            pl.col("there") & (pl.col("a") != pl.col("b"))
        )
        for name in _SHARED
    ]
    pointing = rows.select(POINTS, "a").drop_nulls(POINTS)
    target = rows.select(pl.col(SELF).alias(POINTS), b="a")
    ends.append(pointing.join(target, on=POINTS))
    every = pl.concat(
        part.select("a", "b") for part in (*ends, pairs.cast({"a": pl.Int64, "b": pl.Int64}))
    )
    graph = coo_array(
        (np.ones(every.height, dtype=np.int8), (every["a"].to_numpy(), every["b"].to_numpy())),
        shape=(rows.height, rows.height),
    )
    _, labels = connected_components(graph, directed=False)
    named = rows.select("a", pl.Series("label", labels))
    return named.select(pl.col("a").min().over("label").alias(GROUP)).to_series()


def bonds(
    parties: pl.DataFrame, placed: pl.DataFrame, first: pl.DataFrame, pairs: pl.DataFrame
) -> pl.DataFrame:
    """BONDS of all records: `placed` is their evidence with nodes as if nobody had decided anything, `first`
    node and keyless by requisites alone, `pairs` (a, b) those that matter with decisions and without."""
    told = ties(parties).with_columns(
        first[NODE].alias(FIRST), first[KEYLESS].alias(FIRST_KEYLESS),
        placed[NODE].alias(OWN), placed[KEYLESS].alias(OWN_KEYLESS),
    )  # fmt: skip
    rows = told.with_columns(placed["inn"], placed["ogrn"], placed[NODE])
    return told.with_columns(groups(rows, pairs).alias(GROUP)).select(*BONDS)
