"""What the card of two companies would be if they were one: survivorship run on their records alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dedup.explain import WON, explain
from dedup.golden import linked
from dedup.refs import RECORD, REF
from dedup.typed import with_unit_marks
from flows.house import House
from schemas import entities
from store import canonical, decisions, golden, identity
from store.engine import Reader

# The fields a person may choose among the records' values while merging; numbers are mended in their source.
PICKABLE = (
    "name",
    "full_name",
    "legal_form",
    "okpo",
    "legal_address",
    "segment",
    "planned_volume",
    "status",
)
_ONE = "merged"


@dataclass(frozen=True, slots=True)
class Merged:
    """`fields` of the one card a person may choose, `origins` (field → ref it would come from), all
    `records` by ref, and how many `parts` (units, people, contact points, addresses) it would have.
    """

    fields: Mapping[str, str]
    origins: Mapping[str, str]
    records: Mapping[str, Mapping[str, Any]]
    parts: Mapping[str, int]

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
    values = decisions.values_in_force(reader, refs).filter(entity="legal_entity")
    wanted = links.select(*RECORD, "golden_id", "unit_id", "rule")
    living = linked(records, wanted)
    one = with_unit_marks(living.with_columns(pl.lit(_ONE).alias("golden_id")), house.trust)
    won = [one for one in explain(one, PICKABLE, house.trust) if one.verdict == WON]
    fields = {candidate.field: candidate.value for candidate in won}
    origins = {candidate.field: candidate.ref for candidate in won}
    for row in values.sort("decision_id").iter_rows(named=True):
        if row["field"] in PICKABLE:
            fields[row["field"]], origins[row["field"]] = row["value"], ""
    told = {row[REF]: row for row in living.to_dicts()}
    return Merged(fields, origins, told, golden.count_parts(reader, ids))


def _ref() -> pl.Expr:
    return pl.concat_str(RECORD, separator="/").alias("ref")


def _by_ref(links: pl.DataFrame, ref: str) -> str:
    return str(links.filter(_ref() == ref)["golden_id"][0])
