"""The change feed as a list and as the API's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import change, golden
from store.views.paging import Order, Page, Place, dicts, page

NEWEST = Order("newest", (change.c.pos,), "pk_change", descending=True)
OLDEST = Order("oldest", (change.c.pos,), "pk_change")


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of changes; company names beside the ids they concern."""
    query = sa.select(change)
    if "golden_id" in filters:
        query = query.where(change.c.golden_id == filters["golden_id"])
    if filters.get("after", "").isdigit():
        query = query.where(change.c.pos > int(filters["after"]))
    found = page(reader, query, order, start, limit)
    named = names(
        reader, [row["golden_id"] for row in found.rows if row["entity"] == "legal_entity"]
    )
    rows = [{**row, "name": named.get(row["golden_id"])} for row in found.rows]
    return Page(rows, found.next, found.previous)


def names(reader: Reader, ids: list[str]) -> dict[str, str | None]:
    """Golden id → display name, for legal entities."""
    if not ids:
        return {}
    table = golden["legal_entity"]
    query = sa.select(table.c.id, table.c.name).where(table.c.id.in_(sorted(set(ids))))
    return {row["id"]: row["name"] for row in dicts(reader, query)}


def history(reader: Reader, golden_id: str, limit: int = 50) -> list[dict[str, Any]]:
    """What happened to one golden record, newest first."""
    query = sa.select(change).where(change.c.golden_id == golden_id)
    return dicts(reader, query.order_by(change.c.pos.desc()).limit(limit))


def changes(reader: Reader, after: int, limit: int) -> list[dict[str, Any]]:
    """Changes with a position greater than `after`, in commit order."""
    query = sa.select(change).where(change.c.pos > after).order_by(change.c.pos).limit(limit)
    return dicts(reader, query)


def head(reader: Reader) -> int:
    """The newest position; 0 for an empty feed."""
    return int(reader.scalar(sa.select(sa.func.max(change.c.pos))) or 0)
