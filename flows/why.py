"""Why two records are thought one, or not: matching asked about one pair, by the weights of the bulk."""

from __future__ import annotations

import polars as pl

from dedup.refs import REF, with_ref
from dedup.rules import RULES_VERSION
from dedup.why import Why, why
from flows.house import House
from flows.rule_sets import active
from flows.similar import matched
from schemas import entities
from store import canonical, neighbours


def explain_pair(house: House, left: str, right: str) -> Why | None:
    """The evidence about two party records (connection/stream/key); None if one of them is gone.

    What others share with them is told by the snapshot that the last match left; before the first one
    the base is read.
    """
    pair = (left, right)
    with house.store.read() as reader:
        model, base = active(reader).model, matched(reader, RULES_VERSION)
        if base is None:
            parties = neighbours.sharing(reader, pair)
        else:
            parties = canonical.of_refs(reader, "party", pair, list(entities.columns("party")))
            parties = parties.filter(~pl.col("deleted"))
    if not set(pair) <= set(with_ref(parties)[REF]):
        return None
    return why(left, right, parties, model, base)
