"""Why a golden record is as it is: survivorship run again on the records of one identity."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from dedup.explain import LESS_TRUSTED, WON, Candidate, explain
from dedup.golden import ENTITY_FIELDS, linked
from dedup.typed import with_unit_marks
from flows.house import House
from store import canonical, decisions, identity

STEWARD = "steward/decision"


def explain_entity(house: House, golden_id: str) -> list[Candidate]:
    """Every candidate for every field of a legal entity, winners first; empty for an unknown id."""
    with house.store.read() as reader:
        survivor = identity.resolve(reader, golden_id)
        links = identity.links_of(reader, survivor) if survivor else None
        if links is None or links.is_empty():
            return []
        records = canonical.of_records(reader, "party", links)
        # A value belongs to the company of its first living record, as `flows.merge.overrides` has it.
        refs = links.select(pl.concat_str(["connection", "stream", "key"], separator="/"))
        told = decisions.values_in_force(reader, refs.to_series().to_list())
        values = told.filter(entity="legal_entity")
    wanted = links.select("connection", "stream", "key", "golden_id", "unit_id", "rule")
    living = linked(records.filter(~pl.col("deleted")), wanted)
    marked = with_unit_marks(living, house.trust)
    found = explain(marked, ENTITY_FIELDS, house.trust)
    return _with_steward(found, values)


def _with_steward(found: list[Candidate], values: pl.DataFrame) -> list[Candidate]:
    """The candidates, before which comes the value a person set: it wins over every source."""
    last = values.sort("decision_id").unique("field", keep="last")
    set_by_hand = {row["field"]: row for row in last.iter_rows(named=True)}
    told: list[Candidate] = []
    for one in found:
        row = set_by_hand.pop(one.field, None)
        if row is not None:
            told.append(_said(row["field"], row["decision_id"], row["value"]))
        overruled = one.verdict == WON and any(t.field == one.field for t in told[-1:])
        told.append(replace(one, verdict=LESS_TRUSTED) if overruled else one)
    rest = [row for field, row in set_by_hand.items() if field in ENTITY_FIELDS]
    return [*told, *(_said(row["field"], row["decision_id"], row["value"]) for row in rest)]


def _said(field: str, decision_id: int, value: str) -> Candidate:
    return Candidate(
        field=field,
        ref=f"{STEWARD}/{decision_id}",
        value=value,
        trust_rank=0,
        changed_at="",
        verdict=WON,
    )
