"""Why a golden record is as it is: survivorship run again on the records of one identity."""

from __future__ import annotations

import polars as pl

from dedup.explain import Candidate, explain
from dedup.golden import ENTITY_FIELDS, linked
from flows.house import House
from store import canonical, identity


def explain_entity(house: House, golden_id: str) -> list[Candidate]:
    """Every candidate for every field of a legal entity, winners first; empty for an unknown id."""
    with house.store.read() as reader:
        survivor = identity.resolve(reader, golden_id)
        links = identity.links_of(reader, survivor) if survivor else None
        if links is None or links.is_empty():
            return []
        records = canonical.of_records(reader, "party", links)
    wanted = links.select("connection", "stream", "key", "golden_id", "unit_id", "rule")
    living = linked(records.filter(~pl.col("deleted")), wanted)
    return explain(living, ENTITY_FIELDS, house.trust)
