"""Merge: from links to golden records. What is recomputed equal is not written (design law 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from dedup import golden as build
from dedup.overrides import overridden, with_added
from dedup.trust import TrustOrder
from flows.merge_part import Scope, scope_of
from flows.run import Run
from schemas.records import Cursor
from store import canonical, checkpoints, decisions, golden, identity, lost
from store.engine import Reader

STAGE = "merge"
_PARTS = 1  # rises when what is noted of changed ids does, so that all golden records are made anew
SURVIVORSHIP_VERSION = 3  # rises with every change of survivorship in dedup
ENTITIES = ("party", "person", "contact_point", "address", "item")
# The links that lead from a record to a golden entity, and their column.
_BEARERS = {
    "legal_entity": ("party", "golden_id"),
    "unit": ("party", "unit_id"),
    "contact": ("person", "golden_id"),
    "item": ("item", "golden_id"),
}


@dataclass(frozen=True, slots=True)
class Ingredients:
    """All that golden is made of: canonical records, links, values people set (`values_in_force`)."""

    records: Mapping[str, pl.DataFrame]
    links: Mapping[str, pl.DataFrame]
    values: pl.DataFrame


def merge(run: Run) -> bool:
    """Whether anything was recomputed: the golden records whose links, records or decisions changed.

    All of them, where it cannot be told which (see `flows.merge_part`).
    """
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(run, reader)
        if before == now:
            return False
        scope = scope_of(reader, before.value, now.value) if before else None
        frames = _frames(run, reader, scope)
    with run.house.store.write() as writer:
        for entity, frame in frames.items():
            run.progress.begin(STAGE, entity, frame.height)
            among = scope.stored[entity] if scope else None
            written = golden.save(writer, entity, frame, whole=scope is None, among=among)
            run.count(
                writer, STAGE, "", entity, golden=frame.height,
                inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            )  # fmt: skip
        lost.settled(writer, run_id=run.id)
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    for entity, frame in frames.items():
        run.progress.advance(STAGE, entity, frame.height)
        run.progress.end(STAGE, entity, f"{frame.height}")
    return True


def _position(run: Run, reader: Reader) -> Cursor:
    """Everything golden depends on, in short: equal positions, equal golden records."""
    seen = {entity: canonical.position(reader, entity) for entity in ENTITIES}
    trust = run.house.trust
    order = json.dumps([dict(trust.by_field), dict(trust.by_connection)], sort_keys=True)
    return Cursor(
        {
            **seen,
            "links": identity.position(reader),
            "decisions": decisions.position(reader),
            "trust": hashlib.sha256(order.encode()).hexdigest()[:16],
            "survivorship": SURVIVORSHIP_VERSION,
            "parts": _PARTS,
        }
    )


def ingredients(reader: Reader) -> Ingredients:
    """What the store holds now."""
    return Ingredients(
        records={entity: canonical.load(reader, entity) for entity in ENTITIES},
        links={entity: identity.links(reader, entity) for entity in ("party", "person", "item")},
        values=decisions.values_in_force(reader),
    )


def _frames(run: Run, reader: Reader, scope: Scope | None) -> dict[str, pl.DataFrame]:
    """All golden records, or those of `scope`."""
    if scope is None:
        return golden_frames(ingredients(reader), run.house.trust)
    given = Ingredients(scope.records, scope.links, decisions.values_in_force(reader))
    values = overrides(replace(given, links=scope.bearers))
    ids = [frame[name] for frame in scope.links.values() for name in ("golden_id", "unit_id")]
    known = pl.concat(ids).drop_nulls().unique().implode()
    return golden_frames(given, run.house.trust, values.filter(pl.col("id").is_in(known)))


def golden_frames(
    given: Ingredients, trust: TrustOrder, values: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """Every golden record, from canonical records, links, decisions and trust alone.

    `values` are the `overrides`, if the links given do not tell all of them.
    """
    parties, people, items = (_linked(given, entity) for entity in ("party", "person", "item"))
    people = build.with_owner(people, parties)
    values = overrides(given) if values is None else values
    points = build.contact_points(parties, people, given.records["contact_point"])
    return {
        "legal_entity": overridden(build.legal_entities(parties, trust), "legal_entity", values),
        "unit": overridden(build.units(parties, trust), "unit", values),
        "contact": overridden(build.contacts(people, trust), "contact", values),
        "contact_point": with_added(points, values),
        "address": build.addresses(parties, given.records["address"], trust),
        "item": overridden(build.items(items, trust), "item", values),
    }


def _linked(given: Ingredients, entity: str) -> pl.DataFrame:
    links = given.links[entity].select(
        "connection", "stream", "key", "golden_id", "unit_id", "rule"
    )
    return build.linked(given.records[entity], links)


def overrides(given: Ingredients) -> pl.DataFrame:
    """The values people set, each with the golden id it is about now: that of its first living record."""
    found = []
    for entity, (linked, column) in _BEARERS.items():
        bearer = given.links[linked].select(
            pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref"),
            pl.col(column).alias("id"),
        )
        own = given.values.filter(pl.col("entity") == entity).join(bearer, on="ref")
        found.append(own.drop_nulls("id").sort("decision_id", "place"))
    meant = pl.concat(found).unique("decision_id", keep="first", maintain_order=True)
    return meant.select("decision_id", "entity", "id", "field", "value").sort("decision_id")
