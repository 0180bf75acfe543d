"""A house without sources: canonical records are put in by hand, settled, judged and looked at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from config.settings import Settings
from config.trust import load_trust
from flows.house import House
from flows.sync import settle
from store import Store, canonical, decisions, feed, golden, identity, open_store
from tests.support.records import NOON, canonical_records

WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PARTS = ("unit", "contact", "contact_point", "address")


def inn(number: int) -> str:
    """The valid INN of a made-up company."""
    body = f"77{number:07d}"
    return body + str(sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11 % 10)


def ref(key: str) -> str:
    """The ref of a record by its key."""
    return f"erp/parties/{key}"


@dataclass(frozen=True)
class Judged:
    """A house over a store that no source feeds."""

    house: House

    @property
    def store(self) -> Store:
        """Its store."""
        return self.house.store

    def put(self, *rows: Mapping[str, Any], settled: bool = True, entity: str = "party") -> None:
        """Canonical records appear or change; `deleted` ones are gone in their source."""
        told = {"changed_at": NOON, "phones": [], "emails": []}
        if entity == "party":
            told |= {"kind": "organization", "status": "active", "qualifiers": [], "flags": []}
        else:
            told |= {"stream": "people"}
        with self.store.write() as writer:
            records = canonical_records(entity, [{**told, **row} for row in rows])
            canonical.save(writer, entity, records)
        if settled:
            self.settle()

    def settle(self) -> None:
        """Match, merge and publish."""
        settle(self.house)

    def bearers(self) -> dict[str, str]:
        """Key of a living party record → its golden id."""
        with self.store.read() as reader:
            links = identity.links(reader, "party")
        return dict(links.select("key", "golden_id").iter_rows())

    def of(self, key: str) -> str:
        """The golden id of a party record."""
        return self.bearers()[key]

    def together(self) -> set[frozenset[str]]:
        """The companies, each as the keys of its records."""
        found: dict[str, set[str]] = {}
        for key, golden_id in self.bearers().items():
            found.setdefault(golden_id, set()).add(key)
        return {frozenset(keys) for keys in found.values()}

    def golden(self, entity: str = "legal_entity") -> pl.DataFrame:
        """The living golden records."""
        with self.store.read() as reader:
            return golden.load(reader, entity, active=True)

    def everything(self) -> dict[str, pl.DataFrame]:
        """All living golden records by entity, and the links: what people and systems see."""
        with self.store.read() as reader:
            links = identity.links(reader).drop("seq")
        told = {entity: self.golden(entity) for entity in ("legal_entity", "item", *PARTS)}
        return {**told, "link": links}

    def anonymous(self) -> dict[str, list[tuple[Any, ...]]]:
        """The same without ids: a company is named by the records behind it."""
        named = self.golden().select("id", pl.col("sources").list.join(" ").alias("owner"))
        told = {"legal_entity": _rows(self.golden().drop("id"))}
        for entity in PARTS:
            owner = "owner_id" if entity == "contact_point" else "legal_entity_id"
            parts = self.golden(entity)
            if entity == "contact_point":
                people = self.golden("contact").select(
                    "id", pl.col("sources").list.join(" ").alias("owner")
                )
                names = pl.concat([named, people])
            else:
                names = named
            joined = parts.join(names.rename({"id": owner, "owner": "of"}), on=owner)
            assert joined.height == parts.height, f"a {entity} without an owner"
            told[entity] = _rows(joined.drop("id", owner))
        return told

    def waiting(self) -> set[tuple[str, frozenset[str]]]:
        """Pairs that wait for a person: rule and the two keys."""
        with self.store.read() as reader:
            pairs = identity.pairs(reader).filter(state="open")
        return {(r["rule"], frozenset({r["left_key"], r["right_key"]})) for r in pairs.to_dicts()}

    def told(self, after: int = 0) -> list[dict[str, Any]]:
        """What the feed says of companies after a position."""
        with self.store.read() as reader:
            return feed.changes(reader, after, 1_000_000).filter(entity="legal_entity").to_dicts()

    def feed_end(self) -> int:
        """The last position of the feed."""
        with self.store.read() as reader:
            return feed.newest(reader)

    def resolve(self, golden_id: str) -> str | None:
        """Where an id leads."""
        with self.store.read() as reader:
            return identity.resolve(reader, golden_id)

    def ledger(self) -> pl.DataFrame:
        """All decisions, newest first."""
        with self.store.read() as reader:
            return decisions.listing(reader, 10_000)

    def in_force(self) -> pl.DataFrame:
        """What matching obeys."""
        with self.store.read() as reader:
            return decisions.in_force(reader)

    def records(self, entity: str) -> pl.DataFrame:
        """The canonical records of an entity."""
        with self.store.read() as reader:
            return canonical.load(reader, entity)


def _rows(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    lists = [
        pl.col(name).list.join(" ")
        for name, kind in frame.schema.items()
        if kind == pl.List(pl.String)
    ]
    return sorted(frame.with_columns(lists).rows(), key=str)


def judged_over(store: Store, folder: Path) -> Judged:
    """A house over an upgraded store."""
    url = store.url.render_as_string(hide_password=False)
    settings = Settings(home=folder, config=folder, database=url, landing=store.landing)
    return Judged(House(settings, store, {}, load_trust(folder)))


@contextmanager
def empty_house(template: Path) -> Iterator[Judged]:
    """A house of its own over a copy of an empty SQLite store."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(template, folder / "kanon.db")
        store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
        try:
            yield judged_over(store, folder)
        finally:
            store.close()
