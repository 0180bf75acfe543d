"""Equal requisites under another name: what the bulk would part and show to a person, the gate refuses too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from config.connections import HUB, PARTIES
from dedup.attach import with_nodes
from dedup.evidence import evidence_keys
from dedup.legal import entity_keys
from dedup.refs import REF, with_ref
from dedup.rules import part_misnamed
from schemas.entities import columns
from store import canonical, identity
from store.engine import Reader

_KEY = ["connection", "stream", "key"]


def names_differ(
    reader: Reader,
    record: Mapping[str, Any],
    golden_ids: Sequence[str],
    waiting: pl.DataFrame,
    besides: str | None = None,
) -> bool:
    """Whether the bulk would part `record`, or one of its company for its sake, for bearing another name.

    `record` is seen as one more record of the hub among those of the companies `golden_ids` and those
    `waiting` to be matched (connection, stream, key), of which `besides` (a ref) is the record itself.
    """
    links = identity.links_of_many(reader, golden_ids).filter(entity="party")
    keys = pl.concat([links.select(_KEY), waiting.select(_KEY)]).unique()
    known = canonical.of_records(reader, "party", keys).filter(~pl.col("deleted"))
    own = {**record, "connection": HUB, "stream": PARTIES, "key": "typed", "deleted": False}
    kinds = columns("party")
    typed = pl.DataFrame([{name: own[name] for name in kinds}], schema=kinds)
    living = with_ref(pl.concat([known, typed])).filter(pl.col(REF) != (besides or ""))
    keyed = entity_keys(living)
    _, pairs = part_misnamed(keyed, with_nodes(keyed, evidence_keys(living)), living)
    own_ref = f"{HUB}/{PARTIES}/typed"
    return own_ref in {*pairs["left_ref"], *pairs["right_ref"]}
