"""Units, contacts, contact points, addresses and items as the API lists them: by id, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa

from store import identity
from store.engine import Reader
from store.search import search
from store.tables import golden
from store.views.paging import Order, Page, Place, Row, dicts, first, page

# By what each may be asked for; every column has an index that goes on by id.
FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unit": ("legal_entity_id", "kpp"),
        "contact": ("legal_entity_id", "name"),
        "contact_point": ("owner_id", "value"),
        "address": ("legal_entity_id",),
        "item": ("code", "article", "barcode"),
    }
)
_MANY = 1000


def order_of(entity: str) -> Order:
    """The order of an entity's list: by id, every one exactly once."""
    return Order("id", (golden[entity].c.id,), f"uq_golden_{entity}")


def listing(
    reader: Reader, entity: str, filters: Mapping[str, str], start: Place | None, limit: int
) -> Page:
    """A page of living records that have these values."""
    table = golden[entity]
    query = sa.select(table).where(table.c.state == "active")
    for name in FILTERS[entity]:
        if filters.get(name):
            query = query.where(table.c[name] == filters[name])
    return page(reader, query, order_of(entity), start, limit)


def points_of(reader: Reader, party_id: str, start: Place | None, limit: int) -> Page:
    """A page of the contact points of a company and of the people who act for it."""
    person, point = golden["contact"].c, golden["contact_point"]
    people = sa.select(person.id).where(person.legal_entity_id == party_id).limit(_MANY)
    owners = [party_id, *(row["id"] for row in dicts(reader, people))]
    query = sa.select(point).where(point.c.state == "active", point.c.owner_id.in_(owners))
    return page(reader, query, order_of("contact_point"), start, limit)


def one(reader: Reader, entity: str, golden_id: str) -> Row | None:
    """The record of an id, living or ended; of a merged id, that of its survivor."""
    lives = identity.resolve(reader, golden_id) or golden_id
    table = golden[entity]
    return first(reader, sa.select(table).where(table.c.id == lives))


def entity_of(reader: Reader, golden_id: str) -> tuple[str, int] | None:
    """The golden entity of a living id that a value may be set on, and the version of its record."""
    lives = identity.resolve(reader, golden_id)
    found = identity.known(reader, [lives] if lives else [])
    if lives is None or found.is_empty():
        return None
    entity = str(found["entity"][0])
    version = reader.scalar(sa.select(golden[entity].c.version).where(golden[entity].c.id == lives))
    return None if version is None else (entity, int(version))


def items_like(reader: Reader, words: str, limit: int) -> Sequence[Row]:
    """Living items that fit the words, best first."""
    table, ids = golden["item"], search(reader, words, limit, "item")["id"].to_list()
    found = {row["id"]: row for row in dicts(reader, sa.select(table).where(table.c.id.in_(ids)))}
    return [found[one] for one in ids if one in found]
