"""What the card of two companies would be if they were one: survivorship run on their records alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dedup.explain import WON, explain
from dedup.golden import ENTITY_FIELDS, linked
from dedup.refs import RECORD, REF
from dedup.typed import with_unit_marks
from flows.house import House
from schemas import entities
from store import canonical, decisions, golden, identity
from store.engine import Reader

_PARTS = {
    "unit": "legal_entity_id",
    "contact": "legal_entity_id",
    "contact_point": "owner_id",
    "address": "legal_entity_id",
}
_ONE = "merged"


@dataclass(frozen=True, slots=True)
class Side:
    """A company that takes part: its golden id, the refs of its living records, and how many parts it has."""

    golden_id: str
    refs: Sequence[str]
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Merged:
    """`fields` of the one card, `origins` (field → ref it would come from), `records` by ref, `sides`."""

    fields: Mapping[str, str]
    origins: Mapping[str, str]
    records: Mapping[str, Mapping[str, Any]]
    sides: Sequence[Side]

    def of_record(self, ref: str, field: str) -> str | None:
        """What a record says in a field; None for a record of neither company."""
        found = self.records.get(ref, {}).get(field)
        return None if found is None else str(found)


def merged(house: House, left: str, right: str) -> Merged | None:
    """What two records' companies come to together; None if one of the records is in no company."""
    with house.store.read() as reader:
        links = identity.links_of_refs(reader, "party", [left, right])
        if links.height < 2:
            return None
        ids = list(dict.fromkeys(_by_ref(links, ref) for ref in (left, right)))
        return of_companies(house, reader, ids)


def of_companies(house: House, reader: Reader, ids: Sequence[str]) -> Merged:
    """The same of companies named by their golden ids."""
    links = identity.links_of_ids(reader, "party", ids)
    columns = (*entities.columns("party"), "hash")
    refs = links.select(_ref())["ref"].to_list()
    records = canonical.of_refs(reader, "party", refs, columns).filter(~pl.col("deleted"))
    values = decisions.values_in_force(reader).filter(
        pl.col("entity") == "legal_entity", pl.col("ref").is_in(refs)
    )
    wanted = links.select(*RECORD, "golden_id", "unit_id", "rule")
    living = linked(records, wanted)
    sides = [Side(i, living.filter(golden_id=i)[REF].to_list(), _parts(reader, i)) for i in ids]
    one = with_unit_marks(living.with_columns(pl.lit(_ONE).alias("golden_id")), house.trust)
    won = [one for one in explain(one, ENTITY_FIELDS, house.trust) if one.verdict == WON]
    fields = {candidate.field: candidate.value for candidate in won}
    origins = {candidate.field: candidate.ref for candidate in won}
    for row in values.sort("decision_id").iter_rows(named=True):
        if row["field"] in ENTITY_FIELDS:
            fields[row["field"]], origins[row["field"]] = row["value"], ""
    told = {row[REF]: row for row in living.to_dicts()}
    return Merged(fields, origins, told, sides)


def _parts(reader: Reader, golden_id: str) -> dict[str, int]:
    return {
        entity: len(golden.ids_by(reader, entity, column, [golden_id]))
        for entity, column in _PARTS.items()
    }


def _ref() -> pl.Expr:
    return pl.concat_str(RECORD, separator="/").alias("ref")


def _by_ref(links: pl.DataFrame, ref: str) -> str:
    return str(links.filter(_ref() == ref)["golden_id"][0])
