"""Where a page of a list begins, by the `next` of the page before."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from admin.trouble import Trouble
from store.views.paging import Order, Place, place

Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=2000)]


def started(cursor: str | None, order: Order) -> Place | None:
    """The place; None for the first page; 422 for a cursor that no page of this order gave."""
    start = place(cursor, order)
    if cursor and start is None:
        raise Trouble(422, "cursor_unknown", "cursor")
    return start
