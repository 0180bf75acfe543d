"""Clusters from weighed pairs: best pairs first, and no union that a key, a veto or a decision forbids.

A union is refused before it is made, never repaired afterwards. Every order is total (bits, then the
first records of both clusters), so the answer does not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from dedup.blocking import KEYLESS, NODE
from dedup.model import LEVELS, Model
from dedup.score import AUTO, BITS, COINED, REASON, SCORE, ZONE

CLUSTER = "cluster"
RIVALS = "two_candidates"
SURE = "sure"
_UNSURE = -1


@dataclass(slots=True)
class Facts:
    """What forbids a union, by node: the INN, the keyed node a cluster rests on, OGRN, humanity."""

    inn: dict[int, int]
    keyed: dict[int, int]
    ogrn: dict[int, int]
    human: dict[int, int]
    apart: dict[int, set[int]] = field(default_factory=dict)


class Unions:
    """Clusters of nodes; the smallest node of a cluster, or the keyed one, stands for it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._parent: dict[int, int] = {}

    def root(self, node: int) -> int:
        """The node that stands for the cluster of `node`."""
        parent = self._parent
        while node in parent:
            above = parent[node]
            if above in parent:
                parent[node] = parent[above]
            node = above
        return node

    def join(self, one: int, other: int, *, decided: bool = False) -> bool:
        """Whether the clusters of two nodes are one now. A decision yields to INN and decisions only."""
        a, b = self.root(one), self.root(other)
        if a == b:
            return True
        if self._forbidden(a, b, decided=decided):
            return False
        facts = self._facts
        if (b in facts.keyed, -b) > (a in facts.keyed, -a):
            a, b = b, a
        self._parent[b] = a
        for known in (facts.inn, facts.keyed, facts.ogrn, facts.human):
            if b in known:
                known.setdefault(a, known[b])
        self._inherit(a, b)
        return True

    def _forbidden(self, a: int, b: int, *, decided: bool) -> bool:
        facts = self._facts
        if b in facts.apart.get(a, ()) or _differ(facts.inn, a, b):
            return True
        if decided:
            return False
        return _differ(facts.keyed, a, b) or _differ(facts.ogrn, a, b) or _differ(facts.human, a, b)

    def _inherit(self, a: int, b: int) -> None:
        """Whoever is kept apart from `b` is now kept apart from `a`."""
        apart = self._facts.apart
        for other in apart.pop(b, ()):
            apart[other].discard(b)
            apart[other].add(a)
            apart.setdefault(a, set()).add(other)

    def links(self) -> dict[int, int]:
        """node → the node that stands for its cluster, for all that do not stand for themselves."""
        return {node: self.root(node) for node in sorted(self._parent)}


def _differ(known: dict[int, int], a: int, b: int) -> bool:
    return a in known and b in known and known[a] != known[b]


@dataclass(frozen=True, slots=True)
class Clusters:
    """`moved`: node, cluster (the node that stands for it), bits, score, reason of the pair that did it.

    `open`: pairs that are left to a person: a, b, left, right, bits, score, reason.
    """

    moved: pl.DataFrame
    open: pl.DataFrame


_MOVED = {
    NODE: pl.UInt32(), CLUSTER: pl.UInt32(), SCORE: pl.Float64(), REASON: pl.String(),
}  # fmt: skip


def cluster(
    pairs: pl.DataFrame, nodes: pl.DataFrame, facts: Facts, decided: Sequence[tuple[int, int]],
    model: Model,
) -> Clusters:  # fmt: skip
    """Clusters of `nodes` (node, keyless): decided unions, then attachments, then keyless ones.

    `pairs` come from `dedup.score`; `decided` are pairs of nodes in the order of decisions.
    """
    unions = Unions(facts)
    why: dict[int, tuple[float, str]] = {}
    for one, other in decided:
        if unions.join(one, other, decided=True):
            why[max(one, other)] = (1.0, "decided")
            why.setdefault(min(one, other), (1.0, "decided"))
    ranked = pairs.filter(~pl.col("veto")).sort([BITS, "a", "b"], descending=[True, False, False])
    ranked = ranked.join(
        nodes.select(b=NODE, b_keyless=KEYLESS), on="b", how="left", maintain_order="left"
    )
    ranked = _with_sure(ranked, frozenset(why), model)
    chosen, unsure = _best(ranked.filter(~pl.col("b_keyless")), facts, model)
    for node in unsure:
        facts.keyed.setdefault(unions.root(node), _UNSURE - node)
    _join(unions, chosen, why)
    mates = ranked.filter(pl.col("b_keyless") & pl.col(SURE))
    _join(unions, mates.filter(~_torn(mates, unions, model)), why)
    links = unions.links()
    return Clusters(_moved(links, why), _open(ranked, links, unsure, model))


def _with_sure(ranked: pl.DataFrame, judged: frozenset[int], model: Model) -> pl.DataFrame:
    """`ranked` with `sure`: whether a pair may be joined without asking, by what is known of its sides."""
    confirmed = pl.any_horizontal(pl.col(side).is_in(sorted(judged)) for side in ("a", "b"))
    least = (
        pl.when(confirmed).then(pl.lit(model.auto_confirmed or 0.0))
        .when("b_keyless").then(pl.lit(model.auto_unnumbered or 0.0))
        .otherwise(0.0)
    )  # fmt: skip
    return ranked.with_columns(((pl.col(ZONE) == AUTO) & (pl.col(SCORE) >= least)).alias(SURE))


def _best(keyed: pl.DataFrame, facts: Facts, model: Model) -> tuple[pl.DataFrame, frozenset[int]]:
    """The best keyed cluster of each keyless one that is sure of it, and the ones torn between two."""
    inn = pl.DataFrame(
        {"b": list(facts.inn), "inn": list(facts.inn.values())},
        schema={"b": pl.UInt32, "inn": pl.Int64},
    )
    ranked = keyed.join(inn, on="b", how="left", maintain_order="left")
    ranked = ranked.with_columns(pl.coalesce("inn", -pl.col("b").cast(pl.Int64)).alias("inn"))
    firsts = ranked.unique("a", keep="first", maintain_order=True)
    rivals = (
        ranked.join(firsts.select("a", first="inn"), on="a", maintain_order="left")
        .filter(pl.col("inn") != pl.col("first"))
        .unique("a", keep="first", maintain_order=True)
        .select("a", second=BITS)
    )
    firsts = firsts.filter(SURE).join(rivals, on="a", how="left", maintain_order="left")
    torn = (pl.col(BITS) - pl.col("second") < model.margin).fill_null(value=False)
    return firsts.filter(~torn), frozenset(firsts.filter(torn)["a"].to_list())


def _join(unions: Unions, pairs: pl.DataFrame, why: dict[int, tuple[float, str]]) -> None:
    for a, b, score, reason in pairs.select("a", "b", SCORE, REASON).iter_rows():
        if unions.join(a, b):
            why.setdefault(a, (score, reason))
            why.setdefault(b, (score, reason))


def _torn(mates: pl.DataFrame, unions: Unions, model: Model) -> pl.Series:
    """Pairs of which one cluster is as near to a third one that is not near the other.

    Asked where no more than a street or a town ties a name: a record without contacts beside two of its
    name, each with a phone of its own, belongs to either.
    """
    near: dict[int, list[tuple[int, int]]] = {}
    weak = pl.col("place") == LEVELS["place"].index("street")
    thin_ties = weak & (pl.col(REASON) == "name_and_place") | pl.col(REASON).is_in(COINED)
    edges = list(mates.select("a", "b", BITS, thin_ties).iter_rows())
    for a, b, bits, _ in edges:
        near.setdefault(a, []).append((b, bits))
        near.setdefault(b, []).append((a, bits))

    def torn(one: int, other: int, bits: int) -> bool:
        known = {node for node, _ in near[other]} | {other}
        rivals = (node for node, own in near[one] if own > bits - model.margin)
        return any(node not in known and unions.root(node) != unions.root(other) for node in rivals)

    return pl.Series(
        [thin and (torn(a, b, n) or torn(b, a, n)) for a, b, n, thin in edges], dtype=pl.Boolean
    )


def _moved(links: dict[int, int], why: dict[int, tuple[float, str]]) -> pl.DataFrame:
    stay = sorted(set(why) - set(links))
    nodes: Iterable[int] = [*links, *stay]
    rows = [(n, links.get(n, n), *why.get(n, (1.0, "decided"))) for n in nodes]
    return pl.DataFrame(rows, schema=_MOVED, orient="row")


def _open(
    ranked: pl.DataFrame,
    links: dict[int, int],
    unsure: frozenset[int],
    model: Model,
) -> pl.DataFrame:
    """Of each keyless cluster the best pair worth a person's look, and the rival where it is torn."""
    worth = ranked.filter(pl.col(SCORE) >= model.review)
    known = pl.DataFrame(
        {NODE: list(links), CLUSTER: list(links.values())},
        schema={NODE: pl.UInt32, CLUSTER: pl.UInt32},
    )
    for side in ("a", "b"):
        worth = worth.join(
            known.rename({NODE: side, CLUSTER: f"{side}_cluster"}),
            on=side, how="left", maintain_order="left",
        ).with_columns(pl.coalesce(f"{side}_cluster", side).alias(f"{side}_cluster"))  # fmt: skip
    apart = worth.filter(pl.col("a_cluster") != pl.col("b_cluster"))
    torn = pl.col("a").is_in(sorted(unsure))
    place = pl.int_range(pl.len()).over("a")
    kept = apart.filter(place < pl.when(torn).then(2).otherwise(1))
    reason = pl.when(torn).then(pl.lit(RIVALS)).otherwise(REASON).alias(REASON)
    return kept.select("a", "b", "left", "right", BITS, SCORE, reason)
