"""What people corrected: the list, and one batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import correction
from store.views.paging import Order, Page, Place, dicts, page

NEWEST = Order("newest", (correction.c.id,), "pk_correction", descending=True)
_STATE = sa.func.coalesce(correction.c.ending, "standing").label("state")


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of corrections, newest first, each with its `state`: standing, or how it ended."""
    query = sa.select(*correction.columns, _STATE)
    for name in ("connection", "batch", "key"):
        if name in filters:
            query = query.where(correction.c[name] == filters[name])
    if filters.get("state") == "standing":
        query = query.where(correction.c.ended_at.is_(None))
    elif "state" in filters:
        query = query.where(correction.c.ending == filters["state"])
    return page(reader, query, order, start, limit)


def of_record(reader: Reader, connection: str, stream: str, key: str) -> list[dict[str, Any]]:
    """The latest corrections of one record, newest first, whether they stand or not."""
    c = correction.c
    query = sa.select(*correction.columns, _STATE).where(
        c.connection == connection, c.stream == stream, c.key == key
    )
    return dicts(reader, query.order_by(c.id.desc()).limit(20))


def standing_of(reader: Reader, batch: str) -> int:
    """How many corrections of a batch stand."""
    c = correction.c
    query = sa.select(sa.func.count()).where(c.batch == batch, c.ended_at.is_(None))
    return int(reader.scalar(query) or 0)
