"""Decisions as matching obeys them: who leaves its entity, who joins, who is kept apart (design law 3)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.blocking import NODE
from dedup.legal import ENTITY, apart
from dedup.refs import REF
from schemas.rows import beside


@dataclass(frozen=True, slots=True)
class Decided:
    """`keyed` with those who left in entities of their own; pairs of refs that must join or stay apart."""

    keyed: pl.DataFrame
    same: tuple[tuple[str, str], ...]
    different: tuple[tuple[str, str], ...]


def parted_by_decision(keyed: pl.DataFrame, decisions: pl.DataFrame) -> Decided:
    """What `decisions` (see `schemas.decisions`) make of entities found by keys.

    Of two records kept apart that one entity holds, the left one leaves, and with it those of that
    entity that people said are the same as it. A later decision yields to an earlier one it contradicts,
    and "same" to "different".
    """
    known = set(decisions["left_ref"]) | set(decisions["right_ref"])
    present = keyed.filter(pl.col(REF).is_in(sorted(known)))
    entity = dict(present.select(REF, ENTITY).iter_rows())
    inn = dict(present.select(REF, "inn").iter_rows())
    told = decisions.sort("decision_id").filter(
        pl.col("left_ref").is_in(list(entity)), pl.col("right_ref").is_in(list(entity))
    )
    different = _pairs(told, "different")
    groups = _Groups(inn, different)
    same = tuple(pair for pair in _pairs(told, "same") if groups.join(*pair))
    leaves: dict[str, str] = {}
    for left, right in different:
        if (leaves.get(left), entity[left]) == (leaves.get(right), entity[right]):
            group = [ref for ref in groups.members(left) if entity[ref] == entity[left]]
            leaves |= dict.fromkeys(group, min(group))
    return Decided(_left(keyed, leaves), same, different)


def _left(keyed: pl.DataFrame, leaves: dict[str, str]) -> pl.DataFrame:
    if not leaves:
        return keyed
    told = pl.DataFrame({REF: list(leaves), "leader": list(leaves.values())})
    own = apart(keyed, told, "own_key").select(REF, "own_key")
    joined = beside(keyed, own, REF)
    return joined.with_columns(pl.coalesce("own_key", ENTITY).alias(ENTITY)).drop("own_key")


def _pairs(told: pl.DataFrame, verdict: str) -> tuple[tuple[str, str], ...]:
    return tuple(told.filter(verdict=verdict).select("left_ref", "right_ref").iter_rows())


class _Groups:
    """Records that people said are the same, unless two INN or two kept apart would meet."""

    def __init__(self, inn: dict[str, str | None], apart: tuple[tuple[str, str], ...]) -> None:
        self._inn = inn
        self._apart = {frozenset(pair) for pair in apart}
        self._group = {ref: {ref} for ref in inn}

    def members(self, ref: str) -> list[str]:
        """Those said to be the same as `ref`, itself included."""
        return sorted(self._group[ref])

    def join(self, left: str, right: str) -> bool:
        """Whether the two are the same now."""
        one, other = self._group[left], self._group[right]
        if one is other:
            return True
        numbers = {self._inn[ref] for ref in one | other} - {None}
        if len(numbers) > 1 or any(frozenset((a, b)) in self._apart for a in one for b in other):
            return False
        one |= other
        for ref in other:
            self._group[ref] = one
        return True


def as_nodes(
    decided: Decided, nodes: pl.DataFrame
) -> tuple[list[tuple[int, int]], dict[int, set[int]]]:
    """The decisions about clusters: pairs of nodes that must join, and who is kept apart from whom.

    `nodes` is (ref, node).
    """
    refs = sorted({ref for pair in (*decided.same, *decided.different) for ref in pair})
    node = dict(nodes.filter(pl.col(REF).is_in(refs)).select(REF, NODE).iter_rows())
    apart: dict[int, set[int]] = {}
    for left, right in decided.different:
        a, b = node[left], node[right]
        if a != b:
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    return [(node[left], node[right]) for left, right in decided.same], apart
