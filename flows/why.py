"""Why two records are thought one, or not: matching asked about one pair, by the weights of the bulk."""

from __future__ import annotations

from dedup.refs import REF, with_ref
from dedup.why import Why, why
from flows.house import House
from store import neighbours


def explain_pair(house: House, left: str, right: str) -> Why | None:
    """The evidence about two party records (connection/stream/key); None if one of them is gone."""
    with house.store.read() as reader:
        parties = neighbours.sharing(reader, (left, right))
    if not {left, right} <= set(with_ref(parties)[REF]):
        return None
    return why(left, right, parties)
