"""Golden ids: an identity keeps its id for ever, whatever joins it or leaves it (design law 8)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import polars as pl

from dedup.refs import REF

NAMESPACE = uuid.UUID("6b616e6f-6e00-4000-8000-676f6c64656e")
GOLDEN_ID = "golden_id"


@dataclass(frozen=True, slots=True)
class Identities:
    """`ids` (cluster, golden_id, founder) and `moved` (golden_id, survivor_id): ids that gave way.

    A null survivor means that no record of that id is left.
    """

    ids: pl.DataFrame
    moved: pl.DataFrame


def assign_ids(members: pl.DataFrame, known: pl.DataFrame, entity: str) -> Identities:
    """An id for each cluster of `members` (ref, cluster), given the `known` links (ref, golden_id, since).

    A cluster keeps the id most of its members had, the oldest on a tie; one id goes to one cluster, the
    one with most of its members. Others take a fresh id drawn from their first record, so the same
    records always found the same id.
    """
    held = members.join(known, on=REF, how="inner")
    votes = held.group_by("cluster", GOLDEN_ID).agg(
        pl.len().alias("n"), pl.col("since").min(), pl.col(REF).min().alias("first_ref")
    )
    order = ["n", "since", "first_ref", GOLDEN_ID]
    direction = [True, False, False, False]
    by_id = votes.sort(order, descending=direction).unique(
        GOLDEN_ID, keep="first", maintain_order=True
    )
    kept = by_id.unique("cluster", keep="first", maintain_order=True).select("cluster", GOLDEN_ID)
    clusters = members.group_by("cluster").agg(pl.col(REF).min().alias("founder"))
    ids = clusters.join(kept, on="cluster", how="left").sort("founder")
    ids = _found(ids, entity)
    return Identities(ids.select("cluster", GOLDEN_ID, "founder"), _moved(known, votes, ids))


def _found(ids: pl.DataFrame, entity: str) -> pl.DataFrame:
    """Fresh ids for clusters that have none; a taken one is salted until it is free."""
    taken = set(ids[GOLDEN_ID].drop_nulls().to_list())
    new = ids.filter(pl.col(GOLDEN_ID).is_null())
    fresh = [_fresh_id(entity, founder, taken) for founder in new["founder"].to_list()]
    founded = new.select("founder").with_columns(pl.Series("fresh", fresh, dtype=pl.String))
    joined = ids.join(founded, on="founder", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(GOLDEN_ID, "fresh").alias(GOLDEN_ID)).drop("fresh")


def first_id(entity: str, founder: str) -> str:
    """The id that the record `founder` founds, if no other record holds it: known before it is matched."""
    return str(uuid.uuid5(NAMESPACE, f"{entity}/{founder}"))


def _fresh_id(entity: str, founder: str, taken: set[str]) -> str:
    salt = 0
    while True:
        candidate = first_id(entity, f"{founder}#{salt}" if salt else founder)
        if candidate not in taken:
            taken.add(candidate)
            return candidate
        salt += 1


def _moved(known: pl.DataFrame, votes: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Known ids that no cluster kept, with the id most of their members have now."""
    gone = known.select(GOLDEN_ID).unique().join(ids, on=GOLDEN_ID, how="anti")
    heirs = (
        votes.sort(["n", "since", "first_ref"], descending=[True, False, False])
        .unique(GOLDEN_ID, keep="first", maintain_order=True)
        .join(
            ids.select("cluster", pl.col(GOLDEN_ID).alias("survivor_id")), on="cluster", how="left"
        )
    )
    return (
        gone.join(heirs.select(GOLDEN_ID, "survivor_id"), on=GOLDEN_ID, how="left")
        .select(GOLDEN_ID, "survivor_id")
        .sort(GOLDEN_ID)
    )
