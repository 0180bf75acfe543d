"""Merge: from links to golden records. What is recomputed equal is not written (design law 2)."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from dedup import golden as build
from flows.run import Run
from schemas.records import Cursor
from store import canonical, checkpoints, golden, identity
from store.engine import Reader

STAGE = "merge"
SURVIVORSHIP_VERSION = 1  # rises with every change of survivorship in dedup


def merge(run: Run) -> bool:
    """Whether anything was recomputed: all golden records, if links, records or trust changed."""
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(run, reader)
        if before == now:
            return False
        frames = golden_frames(run, reader)
    with run.house.store.write() as writer:
        for entity, frame in frames.items():
            run.progress.begin(STAGE, entity, frame.height)
            written = golden.save(writer, entity, frame, whole=True)
            run.count(
                writer, STAGE, "", entity, golden=frame.height,
                inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    for entity, frame in frames.items():
        run.progress.advance(STAGE, entity, frame.height)
        run.progress.end(STAGE, entity, f"{frame.height}")
    return True


def _position(run: Run, reader: Reader) -> Cursor:
    """Everything golden depends on, in short: equal positions, equal golden records."""
    entities = ("party", "person", "contact_point", "address", "item")
    seen = {entity: canonical.position(reader, entity) for entity in entities}
    trust = run.house.trust
    order = json.dumps([dict(trust.by_field), dict(trust.by_connection)], sort_keys=True)
    return Cursor(
        {
            **seen,
            "links": identity.position(reader),
            "trust": hashlib.sha256(order.encode()).hexdigest()[:16],
            "survivorship": SURVIVORSHIP_VERSION,
        }
    )


def golden_frames(run: Run, reader: Reader) -> dict[str, pl.DataFrame]:
    """Every golden record, from canonical records, links and trust alone; store state is not asked."""
    trust = run.house.trust
    parties = build.linked(canonical.load(reader, "party"), _links(reader, "party"))
    people = build.linked(canonical.load(reader, "person"), _links(reader, "person"))
    people = build.with_owner(people, parties)
    items = build.linked(canonical.load(reader, "item"), _links(reader, "item"))
    return {
        "legal_entity": build.legal_entities(parties, trust),
        "unit": build.units(parties, trust),
        "contact": build.contacts(people, trust),
        "contact_point": build.contact_points(
            parties, people, canonical.load(reader, "contact_point")
        ),
        "address": build.addresses(parties, canonical.load(reader, "address"), trust),
        "item": build.items(items, trust),
    }


def _links(reader: Reader, entity: str) -> pl.DataFrame:
    return identity.links(reader, entity).select(
        "connection", "stream", "key", "golden_id", "unit_id", "rule"
    )
