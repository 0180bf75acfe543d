"""From entities found by keys to entities found by evidence: clusters without keys find their company."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.blocking import KEYLESS, NODE
from dedup.cluster import CLUSTER, Clusters, Facts, cluster
from dedup.decided import Decided, as_nodes
from dedup.legal import ENTITY
from dedup.model import Model
from dedup.pairs import Scored, score_clusters
from dedup.parted import of_parted, pairs_under, parted
from dedup.refs import REF
from dedup.rules import FOUND, REVIEW
from dedup.score import REASON, SCORE
from dedup.team import Team

BY_EVIDENCE, BY_CLAIM, BY_DECISION = "R8", "R7", "decided"
_HUMAN = ["person", "sole_trader"]


@dataclass(frozen=True, slots=True)
class Compared:
    """`placed`: the evidence of all records with the clusters that were compared; `scored`: the pairs."""

    placed: pl.DataFrame
    scored: Scored


@dataclass(frozen=True, slots=True)
class Attached:
    """`keyed` with final entity keys, `score`, `reason` and `found_by` (null if by keys alone).

    `review` are pairs for a person; `compared` is what it all rests on, under the decisions.
    """

    keyed: pl.DataFrame
    review: pl.DataFrame
    compared: Compared


def attach(
    decided: Decided,
    keys: pl.DataFrame,
    parties: pl.DataFrame,
    model: Model,
    own: Compared,
    fresh: pl.DataFrame | None = None,
) -> Attached:
    """The records of `decided` (with their entity keys) attached by evidence and by decisions.

    `keys` are the evidence keys of `parties`, the same records in the same order. `own` are the same
    records compared as if nobody had decided anything. Only entities that decisions part are compared
    again; `fresh` are their pairs, if these are known.
    """
    keyed = decided.keyed
    placed = with_nodes(keyed, keys)
    scored = own.scored
    if len(rows := parted(own.placed, placed)):
        anew = of_parted(placed, parties, rows, model) if fresh is None else fresh
        scored = Scored(pairs_under(scored.pairs, own.placed, rows, anew), scored.capped)
    same, apart = as_nodes(decided, placed)
    facts = _facts(placed, keyed, scored.pairs, same)
    facts.apart.update(apart)
    nodes = placed.select(NODE, KEYLESS).unique(NODE, maintain_order=True)
    found = cluster(scored.pairs, nodes, facts, same, model)
    return Attached(_moved(keyed, placed, found), _review(placed, found), Compared(placed, scored))


def compared_by(
    team: Team, keyed: pl.DataFrame, keys: pl.DataFrame, parties: pl.DataFrame, model: Model
) -> Compared:
    """What `attach` rests on where nobody decided anything, found and weighed by `team`."""
    placed = with_nodes(keyed, keys)
    return Compared(placed, score_clusters(placed, parties, model, team=team))


def with_nodes(keyed: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """`keys` with row, node (the first row of the record's entity) and keyless (it has no INN)."""
    abroad = pl.col("national_number").is_not_null() & (pl.col("country").fill_null("RU") != "RU")
    hard = pl.col("inn").is_not_null() | abroad
    first, keyless = _nodes(keyed[ENTITY].to_numpy(), keyed.select(hard).to_series().to_numpy())
    rows = pl.int_range(keyed.height, dtype=pl.UInt32, eager=True).alias("row")
    told = pl.DataFrame([rows, pl.Series(NODE, first), pl.Series(KEYLESS, keyless)])
    return pl.concat([keys, told], how="horizontal")


def _nodes(
    entity: npt.NDArray[np.uint32], hard: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """The first row of the entity of each row, and whether none of that entity's rows is hard.

    Keys of entities are little more than row numbers, so that a table has room for all of them.
    """
    room = int(entity.max(initial=0)) + 1
    first = np.full(room, len(entity), dtype=np.uint32)
    np.minimum.at(first, entity, np.arange(len(entity), dtype=np.uint32))
    keyed = np.zeros(room, dtype=np.bool_)
    keyed[entity[hard]] = True
    return first[entity], ~keyed[entity]


def _facts(
    placed: pl.DataFrame, keyed: pl.DataFrame, pairs: pl.DataFrame, same: list[tuple[int, int]]
) -> Facts:
    """What forbids unions, of the nodes that may be united."""
    touched = pl.concat(
        [pairs["a"], pairs["b"], pl.Series([n for pair in same for n in pair], dtype=pl.UInt32)]
    ).unique()
    kinds = pl.concat([placed.select(NODE, KEYLESS, "inn", "ogrn"), keyed.select("kind")],
                      how="horizontal")  # fmt: skip
    held = kinds.filter(pl.col(NODE).is_in(touched.implode()))
    human = pl.col("kind").is_in(_HUMAN)
    firm = pl.when(pl.col("ogrn") < 10**13).then("ogrn")
    by_node = held.group_by(NODE).agg(
        pl.col("inn").drop_nulls().min(),
        firm.drop_nulls().min().alias("ogrn"),
        human.cast(pl.Int8).drop_nulls().max().alias("human"),
        pl.col(KEYLESS).first(),
    )
    hard = by_node.filter(~pl.col(KEYLESS))
    return Facts(
        inn=_known(by_node, "inn"),
        keyed=dict(zip(hard[NODE], hard[NODE], strict=True)),
        ogrn=_known(by_node, "ogrn"),
        human=_known(by_node, "human"),
    )


def _known(by_node: pl.DataFrame, column: str) -> dict[int, int]:
    told = by_node.select(NODE, column).drop_nulls()
    return dict(zip(told[NODE].to_list(), told[column].to_list(), strict=True))


def _moved(keyed: pl.DataFrame, placed: pl.DataFrame, found: Clusters) -> pl.DataFrame:
    """`keyed` with the entity keys of the clusters the nodes of its records are in now."""
    stands = found.moved.with_columns(
        keyed[ENTITY].gather(found.moved[CLUSTER]).alias("cluster_key")
    )
    soft = placed.select(NODE, KEYLESS).join(stands, on=NODE, how="left", maintain_order="left")
    decided = pl.col(REASON) == BY_DECISION
    moved = pl.col(KEYLESS) | decided
    by = (
        pl.when(decided).then(pl.lit(BY_DECISION))
        .when(pl.col(REASON) == "claimed_inn").then(pl.lit(BY_CLAIM))
        .when(pl.col(REASON).is_not_null()).then(pl.lit(BY_EVIDENCE))
    )  # fmt: skip
    told = soft.select(
        "cluster_key",
        pl.when(moved).then(SCORE).fill_null(1.0).alias(SCORE),
        pl.when(moved).then(REASON).alias(REASON),
        pl.when(moved).then(by).alias(FOUND),
    )
    frame = pl.concat([keyed, told], how="horizontal")
    return frame.with_columns(pl.coalesce("cluster_key", ENTITY).alias(ENTITY)).drop("cluster_key")


def _review(placed: pl.DataFrame, found: Clusters) -> pl.DataFrame:
    refs = placed[REF]
    left, right = refs.gather(found.open["left"]), refs.gather(found.open["right"])
    claimed = found.open[REASON] == "claimed_inn"
    frame = pl.DataFrame({"one": left, "other": right, "claimed": claimed}).with_columns(
        found.open[SCORE], found.open[REASON]
    )
    return frame.select(
        pl.when("claimed").then(pl.lit(BY_CLAIM)).otherwise(pl.lit(BY_EVIDENCE)).alias("rule"),
        pl.lit("normal").alias("severity"),
        pl.min_horizontal("one", "other").alias("left_ref"),
        pl.max_horizontal("one", "other").alias("right_ref"),
        pl.col(REASON),
        pl.col(SCORE),
    ).select(*REVIEW)
