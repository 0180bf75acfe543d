"""Golden ids under decisions: who keeps an id in a merge, who in a split, and who takes it back after.

Every record has an id of its own: the one it would have if nobody had ever decided anything. It depends
on no decision, so what a decision joined falls back to exactly what it was when the decision is withdrawn,
whatever was edited in between (design law 3).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.identity import first_id
from dedup.refs import REF

ID, OWN, WAS, CLUSTER = "id", "own_id", "was", "cluster"
_UNBORN = 2**62


@dataclass(frozen=True, slots=True)
class Succession:
    """`ids` (cluster, id, founder, origin_id) and `moved` (id, survivor_id, founder): ids that gave way.

    `origin_id` is the id a new one came out of; a null survivor means that no record of that id is left.
    """

    ids: pl.DataFrame
    moved: pl.DataFrame


def succeed(
    members: pl.DataFrame, ledger: pl.DataFrame, leavers: pl.Series, entity: str
) -> Succession:
    """The id of each cluster of `members` (ref, cluster, own_id, was, keyed), for one `entity`.

    `was` is the id the record had last, `keyed` the rank of its requisites: 2 with INN and KPP, 1 with
    INN. `ledger` (id, founder, born, state) are the ids given so far. `leavers` are refs that a decision
    sends away: an id stays with the others. Of several ids in a cluster the one that held it before goes on, else the one
    with requisites, with more records, the older one (handbook 8.3).
    """
    homes = _homes(members, ledger, leavers)
    chosen = _winners(members, homes, ledger)
    chosen = pl.concat([chosen, _kept(members, homes, chosen)])
    founders = members.group_by(CLUSTER).agg(pl.col(REF).min().alias("founder"))
    ids = founders.join(chosen, on=CLUSTER, how="left").sort("founder")
    ids = _founded(ids, {*homes[OWN], *chosen[ID]}, entity)
    ids = ids.join(_origins(members, ids), on=ID, how="left", maintain_order="left")
    return Succession(
        ids.select(CLUSTER, ID, "founder", "origin_id"), _moved(members, homes, ids, ledger)
    )


def _homes(members: pl.DataFrame, ledger: pl.DataFrame, leavers: pl.Series) -> pl.DataFrame:
    """Where each own id lives (own_id, cluster): with the record it was founded on, unless that leaves."""
    own = members.drop_nulls(OWN).join(
        ledger.select(pl.col(ID).alias(OWN), "founder"), on=OWN, how="left"
    )
    ranked = own.with_columns(
        pl.col(REF).is_in(leavers.implode()).alias("leaves"),
        (pl.col(REF) == pl.col("founder")).fill_null(value=False).alias("founding"),
    ).sort([OWN, "leaves", "founding", REF], descending=[False, False, True, False])
    return ranked.unique(OWN, keep="first", maintain_order=True).select(OWN, CLUSTER)


def _winners(members: pl.DataFrame, homes: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """(cluster, id): of the own ids that live in a cluster, the one that goes on."""
    worth = members.drop_nulls(OWN).group_by(OWN).agg(pl.col("keyed").max(), pl.len().alias("size"))
    held = members.select(CLUSTER, pl.col(WAS).alias(OWN)).drop_nulls().unique()
    ranked = (
        homes.join(worth, on=OWN)
        .join(held.with_columns(pl.lit(value=True).alias("held")), on=[CLUSTER, OWN], how="left")
        .join(ledger.select(pl.col(ID).alias(OWN), "born"), on=OWN, how="left")
        .with_columns(pl.col("held").fill_null(value=False), pl.col("born").fill_null(_UNBORN))
        .sort(
            [CLUSTER, "held", "keyed", "size", "born", OWN],
            descending=[False, True, True, True, False, False],
        )
    )
    first = ranked.unique(CLUSTER, keep="first", maintain_order=True)
    return first.select(CLUSTER, pl.col(OWN).alias(ID))


def _kept(members: pl.DataFrame, homes: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """(cluster, id) of clusters no own id lives in, which decisions made: they keep the id they had."""
    votes = (
        members.join(chosen, on=CLUSTER, how="anti")
        .drop_nulls(WAS)
        .filter(~pl.col(WAS).is_in(homes[OWN].implode()))
        .group_by(CLUSTER, WAS)
        .agg(pl.len().alias("n"), pl.col(REF).min())
        .sort(["n", REF, WAS], descending=[True, False, False])
    )
    once = votes.unique(WAS, keep="first", maintain_order=True)
    kept = once.unique(CLUSTER, keep="first", maintain_order=True)
    return kept.select(CLUSTER, pl.col(WAS).alias(ID))


def _founded(ids: pl.DataFrame, taken: set[str], entity: str) -> pl.DataFrame:
    """`ids` with a fresh id, drawn from the first record, where there is none."""
    new = ids.filter(pl.col(ID).is_null())["founder"].to_list()
    fresh: dict[str, str] = {}
    for founder in new:
        salt, found = 0, first_id(entity, founder)
        while found in taken:
            salt += 1
            found = first_id(entity, f"{founder}#{salt}")
        taken.add(found)
        fresh[founder] = found
    drawn = pl.DataFrame(
        {"founder": list(fresh), "fresh": list(fresh.values())},
        schema={"founder": pl.String, "fresh": pl.String},
    )
    joined = ids.join(drawn, on="founder", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(ID, "fresh").alias(ID)).drop("fresh")


def _origins(members: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """(id, origin_id) of ids that were not in use before, where the id their records had still is."""
    new = ids.filter(~pl.col(ID).is_in(members[WAS].drop_nulls().implode()))
    votes = (
        members.join(new.select(CLUSTER, ID), on=CLUSTER)
        .drop_nulls(WAS)
        .filter(pl.col(WAS).is_in(ids[ID].implode()))
        .group_by(ID, WAS)
        .agg(pl.len().alias("n"))
        .sort(["n", WAS], descending=[True, False])
    )
    return votes.unique(ID, keep="first", maintain_order=True).select(
        ID, pl.col(WAS).alias("origin_id")
    )


def _moved(
    members: pl.DataFrame, homes: pl.DataFrame, ids: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    """Ids nobody bears now, with the id that stands for them: by where they live, else by their records."""
    now = ids.select(CLUSTER, pl.col(ID).alias("survivor_id"))
    own = homes.join(ids, left_on=OWN, right_on=ID, how="anti").join(now, on=CLUSTER)
    own = own.select(pl.col(OWN).alias(ID), "survivor_id")
    votes = (
        members.drop_nulls(WAS)
        .group_by(WAS, CLUSTER)
        .agg(pl.len().alias("n"), pl.col(REF).min())
        .sort(["n", REF], descending=[True, False])
        .unique(WAS, keep="first", maintain_order=True)
        .join(now, on=CLUSTER)
        .select(pl.col(WAS).alias(ID), "survivor_id")
    )
    active = ledger.filter(pl.col("state") == "active").select(ID)
    gone = pl.concat([votes.select(ID), active]).unique().join(ids, on=ID, how="anti")
    gone = gone.join(own, on=ID, how="anti").join(votes, on=ID, how="left")
    moved = pl.concat([own, gone.select(ID, "survivor_id")]).sort(ID)
    return moved.join(ledger.select(ID, "founder"), on=ID, how="left", maintain_order="left")
