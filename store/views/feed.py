"""The change feed as a list and as the API's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import change, golden
from store.views.paging import Order, Page, Place, Row, dicts, number_of, page

NEWEST = Order("newest", (change.c.pos,), "pk_change", descending=True)
OLDEST = Order("oldest", (change.c.pos,), "pk_change")
_PARTS = ("unit", "contact", "address")
# Each id is one bound value, of which the engines take some tens of thousands.
_MANY = 1000


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of changes, each with `party_id`, the company it concerns, and that company's `name`."""
    query = sa.select(change)
    if "golden_id" in filters:
        query = query.where(change.c.golden_id == filters["golden_id"])
    if (position := number_of(filters.get("after", ""))) is not None:
        query = query.where(change.c.pos > position)
    if (run_id := number_of(filters.get("run", ""))) is not None:
        query = query.where(change.c.run_id == run_id)
    found = page(reader, query, order, start, limit)
    rows = _owned(reader, found.rows)
    named = names(reader, [row["party_id"] for row in rows if row["party_id"]])
    return Page(
        [{**row, "name": named.get(row["party_id"])} for row in rows], found.next, found.previous
    )


def _owned(reader: Reader, rows: Sequence[Row]) -> list[dict[str, Any]]:
    owners = parties_of(reader, [(row["entity"], row["golden_id"]) for row in rows])
    return [{**row, "party_id": owners.get(row["golden_id"])} for row in rows]


def parties_of(reader: Reader, parts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Golden id → id of its legal entity, of (entity, golden id); items have none.

    Ended records keep their last owner, who may have been merged since: its id resolves for ever.
    """
    ids: dict[str, set[str]] = {}
    for entity, golden_id in parts:
        ids.setdefault(entity, set()).add(golden_id)
    found = {one: one for one in ids.get("legal_entity", ())}
    for entity in _PARTS:
        found |= _owners(reader, entity, "legal_entity_id", ids.get(entity, ()))
    owners = _owners(reader, "contact_point", "owner_id", ids.get("contact_point", ()))
    employers = _owners(reader, "contact", "legal_entity_id", set(owners.values()))
    return found | {one: employers.get(owner, owner) for one, owner in owners.items()}


def _owners(reader: Reader, entity: str, column: str, ids: Iterable[str]) -> dict[str, str]:
    table, wanted = golden[entity], sorted(ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _MANY):
        query = sa.select(table.c.id, table.c[column].label("owner")).where(
            table.c.id.in_(wanted[start : start + _MANY]), table.c[column].is_not(None)
        )
        found.update((row["id"], row["owner"]) for row in dicts(reader, query))
    return found


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
    """Changes with a position greater than `after`, in commit order, each with its `party_id`."""
    query = sa.select(change).where(change.c.pos > after).order_by(change.c.pos).limit(limit)
    return _owned(reader, dicts(reader, query))


def head(reader: Reader) -> int:
    """The newest position; 0 for an empty feed."""
    return int(reader.scalar(sa.select(sa.func.max(change.c.pos))) or 0)
