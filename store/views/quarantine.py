"""Quarantine: groups by reason and source, the rows of a group, one row with its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import quarantine
from store.views.paging import Order, Page, Place, Row, capped_count, dicts, first, number_of, page

NEWEST = Order("newest", (quarantine.c.id,), "ix_quarantine_state", descending=True)
OLDEST = Order("oldest", (quarantine.c.id,), "ix_quarantine_state")
FILTERS = ("reason", "connection", "stream")
_LIST = [c for c in quarantine.columns if c.name not in {"payload", "message_ru", "message_en"}]


def _chosen(query: sa.Select[Any], filters: Mapping[str, str]) -> sa.Select[Any]:
    query = query.where(quarantine.c.state == filters.get("state", "open"))
    for name in FILTERS:
        if name in filters:
            query = query.where(quarantine.c[name] == filters[name])
    if (run_id := number_of(filters.get("run", ""))) is not None:
        query = query.where(quarantine.c.run_id == run_id)
    return query


def groups(reader: Reader, limit: int = 100) -> list[dict[str, Any]]:
    """Open rows counted by reason, connection and stream, largest first."""
    by = (quarantine.c.reason, quarantine.c.connection, quarantine.c.stream)
    query = (
        sa.select(
            *by,
            sa.func.count().label("count"),
            sa.func.min(quarantine.c.first_seen, type_=quarantine.c.first_seen.type).label(
                "first_seen"
            ),
        )
        .where(quarantine.c.state == "open")
        .group_by(*by)
        .order_by(sa.desc("count"), *by)
        .limit(limit)
    )
    return dicts(reader, query)


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of rows, open ones unless another state is asked for; payloads stay out of lists."""
    return page(reader, _chosen(sa.select(*_LIST), filters), order, start, limit)


def told(reader: Reader, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of a list with their sentences, which lists leave out."""
    c = quarantine.c
    query = sa.select(c.id, c.message_ru, c.message_en)
    found = dicts(reader, query.where(c.id.in_([row["id"] for row in rows]))) if rows else []
    sentences = {row["id"]: row for row in found}
    return [{**row, **sentences[row["id"]]} for row in rows]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row in full, and others refused for the same reason."""

    row: Mapping[str, Any]
    neighbours: Sequence[Mapping[str, Any]]


def card(reader: Reader, row_id: int) -> RefusedRow | None:
    """One row; None if there is none."""
    row = first(reader, sa.select(quarantine).where(quarantine.c.id == row_id))
    if row is None:
        return None
    alike = {name: row[name] for name in FILTERS}
    query = _chosen(sa.select(*_LIST), alike).where(quarantine.c.id != row_id)
    return RefusedRow(row, dicts(reader, query.order_by(quarantine.c.id.desc()).limit(8)))


def open_ids(reader: Reader, filters: Mapping[str, str], limit: int = 10_000) -> list[int]:
    """Ids of the open rows of a group, oldest first, for a replay of them all."""
    query = _chosen(sa.select(quarantine.c.id), {**filters, "state": "open"})
    return [row[0] for row in reader.rows(query.order_by(quarantine.c.id).limit(limit))]


def following(reader: Reader, row_id: int) -> int | None:
    """The next open row refused alike, the first again after the last; None if this was the only one."""
    here = first(reader, sa.select(quarantine).where(quarantine.c.id == row_id))
    if here is None:
        return None
    alike = {name: here[name] for name in FILTERS}
    query = _chosen(sa.select(quarantine.c.id), alike).order_by(quarantine.c.id).limit(1)
    beyond = reader.scalar(query.where(quarantine.c.id > row_id))
    found = beyond or reader.scalar(query.where(quarantine.c.id < row_id))
    return int(found) if found else None


@dataclass(frozen=True, slots=True)
class Sample:
    """How many open rows a group has (counted up to the cap), since when, and the keys of some."""

    count: int
    since: datetime | None
    keys: Sequence[str]


def sample(reader: Reader, filters: Mapping[str, str], limit: int = 10) -> Sample:
    """What a letter tells of a group of open rows."""
    query = _chosen(sa.select(quarantine.c.id, quarantine.c.key, quarantine.c.first_seen), filters)
    rows = dicts(reader, query.order_by(quarantine.c.id).limit(limit))
    since = min((row["first_seen"] for row in rows), default=None)
    return Sample(capped_count(reader, query), since, [row["key"] for row in rows])


def last_entry(reader: Reader) -> dict[str, Any] | None:
    """The newest row in any state: what an empty quarantine can tell about itself."""
    return first(
        reader, sa.select(quarantine.c.id, quarantine.c.last_seen).order_by(quarantine.c.id.desc())
    )
