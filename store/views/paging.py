"""Keyset paging: the next page starts after the last row shown, so every page costs the same.

No OFFSET and no bare COUNT anywhere: counts stop at a cap (admin lists say `10 000+`).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from store.engine import Reader

Row = Mapping[str, Any]
Key = str | int
COUNT_CAP = 10_000
_LARGEST = 2**63 - 1
_DIGITS = 20


def dicts(reader: Reader, select: sa.Select[Any]) -> list[dict[str, Any]]:
    """The rows of a select as dictionaries."""
    return [dict(row._mapping) for row in reader.rows(select)]


def first(reader: Reader, select: sa.Select[Any]) -> dict[str, Any] | None:
    """The first row, or None."""
    found = dicts(reader, select.limit(1))
    return found[0] if found else None


@dataclass(frozen=True)
class Order:
    """A sort a list offers: key columns, the last one unique, and the index that serves it."""

    name: str
    columns: tuple[sa.ColumnElement[Any], ...]
    index: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: the key values of a row, and whether it goes on after or before it."""

    keys: tuple[Key, ...]
    backward: bool = False

    def dumps(self) -> str:
        """The place as a token for a URL."""
        body = json.dumps(
            [int(self.backward), *self.keys], ensure_ascii=False, separators=(",", ":")
        )
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def place(token: str | None, order: Order) -> Place | None:
    """The place in an order that a token names; None for an absent or spoilt token, which means the first page."""
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        backward, *keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None
    kinds = [column.type.python_type for column in order.columns]
    sound = [type(key) for key in keys] == kinds and all(map(_is_kept, keys))
    return Place(tuple(keys), bool(backward)) if sound else None


def number_of(text: str) -> int | None:
    """A number that a column of numbers can be compared with, the largest there is for a larger one; None for other text."""
    return min(int(text[:_DIGITS]), _LARGEST) if re.fullmatch("[0-9]+", text) else None


def _is_kept(key: Key) -> bool:
    """Whether a database can hold it."""
    if isinstance(key, int):
        return -_LARGEST <= key <= _LARGEST
    return "\0" not in key and not any("\ud800" <= sign <= "\udfff" for sign in key)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in their order and the places of the neighbouring pages, None at the ends."""

    rows: Sequence[Row]
    next: str | None = None
    previous: str | None = None


def after(
    columns: Sequence[sa.ColumnElement[Any]], keys: Sequence[Key], down: bool
) -> sa.ColumnElement[bool]:
    """Rows beyond `keys` in an order of one direction: a row value, which an index finds at once."""
    if len(columns) == 1:
        return columns[0] < keys[0] if down else columns[0] > keys[0]
    row = sa.tuple_(*columns)
    edge = sa.tuple_(*[sa.literal(k, c.type) for c, k in zip(columns, keys, strict=True)])
    return row < edge if down else row > edge


def page(
    reader: Reader, select: sa.Select[Any], order: Order, start: Place | None, limit: int
) -> Page:
    """One page of `select`, which must name the order's columns by their own names."""
    backward = start is not None and start.backward
    down = order.descending != backward
    query = select.order_by(*[c.desc() if down else c.asc() for c in order.columns]).limit(
        limit + 1
    )
    if start is not None:
        query = query.where(after(order.columns, start.keys, down))
    found = dicts(reader, query)
    more = len(found) > limit
    rows = found[:limit]
    if backward:
        rows.reverse()
    has_next, has_previous = (True, more) if backward else (more, start is not None)
    return Page(
        rows,
        _token(rows, order, backward=False) if has_next else None,
        _token(rows, order, backward=True) if has_previous else None,
    )


def _token(rows: Sequence[Row], order: Order, *, backward: bool) -> str | None:
    if not rows:
        return None
    edge = rows[0] if backward else rows[-1]
    return Place(tuple(edge[c.key] for c in order.columns if c.key), backward).dumps()


def capped_count(reader: Reader, select: sa.Select[Any], cap: int = COUNT_CAP) -> int:
    """How many rows, counting no further than `cap` + 1."""
    few = (
        select.with_only_columns(sa.literal(1).label("one"))
        .order_by(None)
        .limit(cap + 1)
        .subquery()
    )
    return int(reader.scalar(sa.select(sa.func.count()).select_from(few)) or 0)
