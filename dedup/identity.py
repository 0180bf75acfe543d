"""Golden ids: an identity keeps its id for ever, whatever joins it or leaves it (design law 8)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import polars as pl
import polars_hash  # noqa: F401  registers the `chash` namespace

from dedup.refs import REF

_GROUPS = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
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
    founders = ids["founder"].set(ids[GOLDEN_ID].is_not_null(), None)
    drawn = ids.with_columns(_drawn_ids(entity, founders).alias("fresh"))
    clash = pl.col("fresh").is_in(drawn[GOLDEN_ID].drop_nulls().implode())
    if drawn.select(clash.fill_null(value=False).any()).item():
        drawn = _salted(drawn, clash, entity)
    return drawn.with_columns(pl.coalesce(GOLDEN_ID, "fresh").alias(GOLDEN_ID)).drop("fresh")


def _salted(drawn: pl.DataFrame, clash: pl.Expr, entity: str) -> pl.DataFrame:
    taken = set(drawn[GOLDEN_ID].drop_nulls()) | set(drawn["fresh"].drop_nulls())
    found = {
        founder: _free_id(entity, founder, taken)
        for founder in drawn.filter(clash)["founder"].to_list()
    }
    other = pl.col("founder").replace_strict(found, default=None, return_dtype=pl.String)
    return drawn.with_columns(pl.coalesce(other, "fresh").alias("fresh"))


def _free_id(entity: str, founder: str, taken: set[str]) -> str:
    salt = 1
    while (candidate := first_id(entity, f"{founder}#{salt}")) in taken:
        salt += 1
    taken.add(candidate)
    return candidate


def first_id(entity: str, founder: str) -> str:
    """The id that the record `founder` founds, if no other record holds it: known before it is matched."""
    return str(_drawn_ids(entity, pl.Series([founder]))[0])


def _drawn_ids(entity: str, founders: pl.Series) -> pl.Series:
    """Ids in the usual five groups of hexadecimal digits, drawn from who founds them; null for null."""
    text = pl.concat_str([pl.lit(f"{NAMESPACE}/{entity}/"), pl.lit(founders)])
    digest = pl.select(
        text.chash.sha2_256().alias("digest")  # type: ignore[attr-defined]  # namespace of polars_hash
    )
    parts = [pl.col("digest").str.slice(start, size) for start, size in _GROUPS]
    return digest.select(pl.concat_str(parts, separator="-")).to_series()


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
