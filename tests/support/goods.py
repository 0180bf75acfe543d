"""Canonical items told in short, and the catalogue made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from flows.catalogue.offers import offers
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


def price(
    connection: str, of: str, amount: str, kind: str = "Оптовая", **told: Any
) -> dict[str, Any]:
    """A price of an item in a price list of its source."""
    key = f"{of}/{kind}/{told.get('valid_from') or ''}"
    more = {"item_key": f"items:{of}", "price_kind_name": kind, "currency": "RUB", "amount": amount}
    return item(connection, key, None, **{"stream": "prices", **more, **told})


def lot(
    connection: str, of: str, quantity: str, number: str | None = None, **told: Any
) -> dict[str, Any]:
    """Stock of an item in the main warehouse, of one lot if it has a number."""
    more = {
        "item_key": f"items:{of}",
        "warehouse_name": "Главный",
        "quantity": quantity,
        "lot": number,
    }
    return item(connection, f"{of}/{number or ''}", None, **{"stream": "stock", **more, **told})


def customer_code(connection: str, of: str, party: str, code: str, **told: Any) -> dict[str, Any]:
    """What a customer calls an item."""
    more = {"item_key": f"items:{of}", "party_key": f"parties:{party}", "code": code}
    name = told.pop("name", None)
    return item(connection, f"{of}/{party}", name, **{"stream": "codes", **more, **told})


def canonical_items(rows: Sequence[dict[str, Any]], entity: str = "item") -> pl.DataFrame:
    """The items, or records of another entity told so, with `hash`."""
    kinds = columns(entity)
    frame = pl.DataFrame([{name: row.get(name) for name in kinds} for row in rows], schema=kinds)
    frame = frame.with_columns(pl.col("issues").fill_null(pl.lit([], pl.List(pl.String()))))
    return frame.with_columns(content_hash(frame.schema, content_columns(entity)).alias("hash"))


def offer(house: House, **rows: Sequence[dict[str, Any]]) -> bool:
    """Store records by entity (`item_price`, `item_stock`, `item_code`) and put offers together; whether."""
    with house.store.write() as writer:
        for entity, some in rows.items():
            canonical.save(writer, entity, canonical_items(some, entity))
    with running(house, "settle", "identity") as run:
        catalogue(run)
        return offers(run)


def take(house: House, rows: Sequence[dict[str, Any]]) -> bool:
    """Store the items and put the catalogue together; whether anything was done."""
    if rows:
        with house.store.write() as writer:
            canonical.save(writer, "item", canonical_items(rows))
    with running(house, "settle", "identity") as run:
        return catalogue(run)
