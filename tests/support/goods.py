"""Canonical items told in short, and the catalogue made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from flows.catalogue.stage import catalogue
from flows.house import House
from flows.run import running
from schemas.content import content_hash
from schemas.entities import columns, content_columns
from store import canonical

MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)


def item(connection: str, key: str, name: str | None, **told: Any) -> dict[str, Any]:
    """An item of a source as it is called there."""
    return {
        "connection": connection, "stream": "items", "key": key, "landing_id": 1, "landing_row": 1,
        "mapping_version": "1", "deleted": False, "changed_at": MONDAY, "name": name, **told,
    }  # fmt: skip


def canonical_items(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The items as records with `hash`."""
    kinds = columns("item")
    frame = pl.DataFrame([{name: row.get(name) for name in kinds} for row in rows], schema=kinds)
    frame = frame.with_columns(pl.col("issues").fill_null(pl.lit([], pl.List(pl.String()))))
    return frame.with_columns(content_hash(frame.schema, content_columns("item")).alias("hash"))


def take(house: House, rows: Sequence[dict[str, Any]]) -> bool:
    """Store the items and put the catalogue together; whether anything was done."""
    if rows:
        with house.store.write() as writer:
            canonical.save(writer, "item", canonical_items(rows))
    with running(house, "settle", "identity") as run:
        return catalogue(run)
