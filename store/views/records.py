"""People, units and items: their lists, and one golden record of any kind with what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from store import finding, identity
from store.engine import Reader
from store.prefixes import starts_with
from store.tables import golden
from store.views.feed import names
from store.views.paging import Order, Page, Place, dicts, first, page

_COLUMNS = {
    "contact": ("id", "name", "position", "legal_entity_id", "sources"),
    "unit": ("id", "kpp", "role", "name", "actual_address", "legal_entity_id", "sources"),
    "item": ("id", "name", "code", "article", "unit", "category", "manufacturer", "sources"),
}


def _order(entity: str, name: str) -> Order:
    c = golden[entity].c
    return Order(name, (c[name], c.id), f"ix_golden_{entity}_{name}")


ORDERS: Mapping[str, tuple[Order, ...]] = {
    "contact": (_order("contact", "name"),),
    "unit": (_order("unit", "kpp"),),
    "item": (_order("item", "name"), _order("item", "code"), _order("item", "article")),
}


def listing(
    reader: Reader, entity: str, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:  # fmt: skip
    """A page of living records: by search when something is searched for (`q`), else by keyset.

    Other filters are prefixes. Records that lack the value an order sorts by are not in that order.
    """
    table = golden[entity]
    query = sa.select(*(table.c[name] for name in _COLUMNS[entity]))
    given = [starts_with(table.c[n], value) for n, value in filters.items() if n != "q"]
    query = query.where(table.c.state == "active", *given)
    if "q" in filters:
        ids = finding.ids(reader, entity, filters["q"], limit)
        rows = {row["id"]: row for row in dicts(reader, query.where(table.c.id.in_(ids)))}
        return Page(_told(reader, [rows[one] for one in ids if one in rows]))
    found = page(reader, query.where(order.columns[0].is_not(None)), order, start, limit)
    return Page(_told(reader, found.rows), found.next, found.previous)


def _told(reader: Reader, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the names of their companies and how many records stand behind each."""
    companies = names(
        reader, [row["legal_entity_id"] for row in rows if row.get("legal_entity_id")]
    )
    return [
        {
            **row,
            "company": companies.get(row.get("legal_entity_id") or ""),
            "records": len(row["sources"] or ()),
        }
        for row in rows
    ]


def of_id(reader: Reader, golden_id: str) -> tuple[str, dict[str, Any]] | None:
    """The golden entity and row of the record that an id stands for today; None if nobody knows it."""
    lives = identity.resolve(reader, golden_id)
    known = identity.known(reader, [lives] if lives else [])
    if known.is_empty():
        return None
    entity = str(known["entity"][0])
    row = first(reader, sa.select(golden[entity]).where(golden[entity].c.id == lives))
    return (entity, row) if row else None


def of_entity(reader: Reader, entity: str, golden_id: str) -> dict[str, Any] | None:
    """The golden row of an id, with the name of its company."""
    table = golden[entity]
    row = first(reader, sa.select(table).where(table.c.id == golden_id))
    return _told(reader, [row])[0] if row else None


def points(reader: Reader, owner_id: str, cap: int = 200) -> list[dict[str, Any]]:
    """The living phones, e-mails and sites of one owner."""
    c = golden["contact_point"].c
    wanted = sa.select(c.kind, c.value).where(c.owner_id == owner_id, c.state == "active")
    return dicts(reader, wanted.order_by(c.kind, c.value).limit(cap))
