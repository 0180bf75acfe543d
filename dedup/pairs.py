"""Pairs of clusters that share a key few have, weighed: all that clustering goes by."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.blocking import KEYLESS, NODE, blocks, rows_to_compare
from dedup.model import Model
from dedup.name_evidence import NAMED, other_names
from dedup.score import score_rows
from dedup.score_apart import score_apart
from dedup.team import ALONE, Team


@dataclass(frozen=True, slots=True)
class Scored:
    """`pairs`: a, b (clusters), left, right (the records most alike), a level per field, veto, bits,
    score, zone, reason. `capped`: keys too common to find anything by."""

    pairs: pl.DataFrame
    capped: pl.DataFrame


def score_clusters(
    keys: pl.DataFrame,
    parties: pl.DataFrame,
    model: Model,
    sought: int | None = None,
    team: Team = ALONE,
) -> Scored:
    """Every pair of a keyless cluster and another one that shares a key, as `team` finds and weighs them.

    `keys`: evidence keys of `parties`, in the same order, with row, node and keyless. With `sought`, the
    row of one record, only its own pairs, whether it has keys or not.
    """
    looking = pl.col(KEYLESS) if sought is None else pl.col("row") == sought
    bare = keys.filter(looking | pl.col(KEYLESS))
    others = team.over(other_names, parties.select(NAMED)[bare["row"]])
    bare = pl.concat([bare, others], how="horizontal")
    found = blocks(keys, bare, bare.filter(looking), team)
    rows = rows_to_compare(found.pairs, keys.select("row", NODE))
    if team.parts == 1:
        return Scored(score_rows(rows, keys, parties, model), found.capped)
    return Scored(score_apart(rows, keys, parties, model, team), found.capped)
