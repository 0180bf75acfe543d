"""The journal as a list and as a page."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from store.engine import Reader
from store.tables import journal
from store.views.paging import Order, Page, Place, Row, first, page

_C = journal.c
NEWEST = Order("newest", (_C.id,), "pk_journal", descending=True)
_SHOWN = ("id", "at", "who", "act", "object_kind", "object_id", "reason", "address")


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of acts, of one person, of one kind or about one object."""
    query = sa.select(*(_C[name] for name in _SHOWN))
    for name in ("who", "act", "object_id"):
        if filters.get(name):
            query = query.where(_C[name] == filters[name])
    return page(reader, query, order, start, limit)


def row(reader: Reader, number: int) -> Row | None:
    """One act with what was before and after."""
    return first(reader, sa.select(journal).where(_C.id == number))
