"""What of golden must be made again: the companies, people and items whose records, links or values changed.

A golden record is made of the records linked to it, of the values people set, and of the order of trust.
Companies are taken whole: with all their records, units, people, contacts and addresses. Whatever record
changed, or went elsewhere, names the company it is in now and the one it was in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dedup.refs import REF, target_ref, with_ref
from schemas import entities
from store import canonical, decisions, golden, identity, lost
from store.engine import Reader

Position = Mapping[str, object]
_LINKED = ("party", "person", "item")
_PLACED = ("contact_point", "address")
_WHOLE = ("trust", "survivorship", "parts")
# Of so few companies all are made again sooner than it is found out which would do.
LEAST = 20_000
_MOST, _AT_LEAST = 0.25, 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What golden is to be made of: `records` and `links` of the companies and items concerned.

    `bearers` are the links of the records that values were set of. `stored` (entity → ids) are the living
    golden records that end unless they are made again.
    """

    records: Mapping[str, pl.DataFrame]
    links: Mapping[str, pl.DataFrame]
    bearers: Mapping[str, pl.DataFrame]
    stored: Mapping[str, pl.Series]


def scope_of(reader: Reader, old: Position, new: Position) -> Scope | None:
    """What changed between two positions of golden; None if all of it must be made again."""
    if any(old.get(name) != new[name] for name in _WHOLE):
        return None
    since = {entity: _since(old[entity], new[entity]) for entity in (*_LINKED, *_PLACED)}
    gone = lost.since(reader)
    if gone is None or any(number is None for number in since.values()):
        return None
    if not golden.has_living(reader, LEAST):
        return None
    changed = _Changed(reader, {e: int(n or 0) for e, n in since.items()}, old, gone)
    companies, items = changed.companies(), changed.ids("item")
    concerned = len(companies) + len(items)
    if concerned > _AT_LEAST and concerned > _MOST * golden.living(reader):
        return None
    return changed.scope(companies, items)


def _since(old: object, new: object) -> int | None:
    """The number after which records are new; None if some were removed without a trace."""
    (number, removed), (_, removed_now) = str(old).split("-"), str(new).split("-")
    return int(number) if removed == removed_now else None


class _Changed:
    def __init__(
        self, reader: Reader, since: Mapping[str, int], old: Position, gone: Sequence[str]
    ) -> None:  # fmt: skip
        self._reader, self._since, self._gone = reader, since, list(gone)
        linked = int(str(old["links"]).split("-")[0])
        self._links = {entity: identity.links(reader, entity, linked) for entity in _LINKED}
        self._records = {entity: self._written(entity) for entity in (*_LINKED, *_PLACED)}
        told = {ref for entity in _LINKED for ref in self._records[entity][REF]}
        self._judged = decisions.named_since(reader, str(old["decisions"]), told)
        self._people = canonical.newest(reader, "person") > 0

    def _written(self, entity: str) -> pl.DataFrame:
        """The records of an entity that were written since, by ref."""
        since = self._since[entity]
        return with_ref(canonical.load(self._reader, entity, since_seq=since))

    def ids(self, entity: str) -> list[str]:
        """The golden ids of an entity whose records, links or values changed."""
        refs = sorted({*self._records[entity][REF], *self._judged})
        held = identity.links_of_refs(self._reader, entity, refs)
        own = {*self._links[entity]["golden_id"], *held["golden_id"]}
        return sorted(own | set(self._gone)) if entity != "person" else sorted(own)

    def companies(self) -> list[str]:
        """The companies concerned, among them those of people, contacts and addresses that changed."""
        refs = {*self._owners_of("contact_point"), *self._owners_of("address")}
        people = {*self._gone, *self.ids("person")} if self._people else set()
        if people:
            persons = identity.links_of_ids(self._reader, "person", sorted(people))
            moved = [*_refs(persons), *self._records["person"][REF]]
            told = self._all("person").filter(pl.col(REF).is_in(moved))
            refs |= set(told.select(target_ref("party_key")).to_series().drop_nulls())
        owners = identity.links_of_refs(self._reader, "party", sorted(refs))["golden_id"]
        before = golden.values_of(self._reader, "contact", "legal_entity_id", sorted(people))
        units = golden.values_of(self._reader, "unit", "legal_entity_id", self._gone)
        return sorted({*self.ids("party"), *owners, *before, *units, *self._owned_before()})

    def _all(self, entity: str) -> pl.DataFrame:
        return with_ref(canonical.load(self._reader, entity))

    def _owners_of(self, entity: str) -> list[str]:
        """The refs of the parties that changed contacts or addresses are of, through people too."""
        told = self._records[entity]
        refs = told.select(target_ref("owner_key")).to_series().drop_nulls()
        if not self._people or refs.is_empty():
            return refs.to_list()
        people = self._all("person").filter(pl.col(REF).is_in(refs.implode()))
        parties = people.select(target_ref("party_key")).to_series().drop_nulls()
        return [*refs, *parties]

    def _owned_before(self) -> list[str]:
        """The companies that changed contacts and addresses stood at before."""
        found: list[str] = []
        for entity, owner in (("contact_point", "owner_id"), ("address", "legal_entity_id")):
            refs = self._records[entity][REF]
            if len(refs):
                held = golden.load(self._reader, entity, (owner, "sources"), active=True)
                told = held.explode("sources").filter(pl.col("sources").is_in(refs.implode()))
                found += told[owner].drop_nulls().to_list()
        people = golden.values_of(self._reader, "contact", "legal_entity_id", sorted(set(found)))
        return [*found, *people]

    def scope(self, companies: Sequence[str], items: Sequence[str]) -> Scope:
        """All that these companies and items are made of."""
        links = {
            "party": identity.links_of_ids(self._reader, "party", companies),
            "item": identity.links_of_ids(self._reader, "item", items),
        }
        refs = _refs(links["party"])
        records = {
            "party": self._of("party", refs),
            "item": self._of("item", _refs(links["item"])),
        }
        records["person"] = self._owned("person", "party_key", refs)
        people = with_ref(records["person"])[REF].to_list()
        links["person"] = identity.links_of_refs(self._reader, "person", people)
        records["contact_point"] = self._owned("contact_point", "owner_key", [*refs, *people])
        records["address"] = self._owned("address", "owner_key", refs)
        values = decisions.values_in_force(self._reader)["ref"].unique().sort().to_list()
        bearers = {e: identity.links_of_refs(self._reader, e, values) for e in _LINKED}
        return Scope(records, links, bearers, self._stored(companies, items, links))

    def _of(self, entity: str, refs: Sequence[str]) -> pl.DataFrame:
        columns = (*entities.columns(entity), "hash", "seq")
        return canonical.of_refs(self._reader, entity, refs, columns)

    def _owned(self, entity: str, column: str, owners: Sequence[str]) -> pl.DataFrame:
        """The records of an entity that point at one of the owners."""
        told = canonical.load(self._reader, entity)
        return told.filter(told.select(target_ref(column)).to_series().is_in(list(owners)))

    def _stored(
        self, companies: Sequence[str], items: Sequence[str], links: Mapping[str, pl.DataFrame]
    ) -> dict[str, pl.Series]:
        """The living golden records of these companies and items, as they are stored."""
        parts = {
            name: golden.ids_by(self._reader, name, "legal_entity_id", companies)
            for name in ("unit", "contact", "address")
        }
        parts["unit"] = [*parts["unit"], *self._gone]
        parts["contact"] = [*parts["contact"], *self._gone]
        owners = [*companies, *parts["contact"], *links["person"]["golden_id"]]
        parts["contact_point"] = golden.ids_by(
            self._reader, "contact_point", "owner_id", sorted(set(owners))
        )
        parts |= {"legal_entity": list(companies), "item": list(items)}
        return {e: pl.Series(sorted(set(ids)), dtype=pl.String) for e, ids in parts.items()}


def _refs(links: pl.DataFrame) -> list[str]:
    named = links.select(pl.concat_str("connection", "stream", "key", separator="/"))
    return named.to_series().unique().sort().to_list()
