"""Counterparties: the list, and one golden company with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.prefixes import starts_with
from store.tables import canonical, golden, link
from store.views.paging import Order, Page, Place, dicts, first, page

_ENTITY = golden["legal_entity"]
NAME = Order("name", (_ENTITY.c.name, _ENTITY.c.id), "ix_golden_legal_entity_name")
INN = Order("inn", (_ENTITY.c.inn, _ENTITY.c.id), "ix_golden_legal_entity_inn")
STABLE = Order("id", (_ENTITY.c.id,), "uq_golden_legal_entity")
OGRN = Order("ogrn", (_ENTITY.c.ogrn, _ENTITY.c.id), "ix_golden_legal_entity_ogrn")
NUMBERS = ("inn", "ogrn")
_LIST = ("id", "name", "inn", "ogrn", "kind", "status", "legal_address", "sources", "version")


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of active companies by INN or OGRN prefix.

    Companies that lack the value an order sorts by are not in that order.
    """
    query = _fit(_summary(), filters).where(order.columns[0].is_not(None))
    found = page(reader, query, order, start, limit)
    return Page([_counted(row) for row in found.rows], found.next, found.previous)


def by_ids(reader: Reader, ids: Sequence[str], filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Active companies of these ids that also fit the number filters, in the order of the ids."""
    return [_counted(row) for row in full(reader, ids, filters)]


def _summary() -> sa.Select[Any]:
    return sa.select(*[_ENTITY.c[name] for name in _LIST])


def stable(reader: Reader, filters: Mapping[str, str], start: Place | None, limit: int) -> Page:
    """A page of active companies, whole rows, in id order: every one exactly once."""
    return page(reader, _fit(sa.select(_ENTITY), filters), STABLE, start, limit)


def full(reader: Reader, ids: Sequence[str], filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Whole rows of active companies of these ids that fit the filters, in the order of the ids."""
    query = _fit(sa.select(_ENTITY).where(_ENTITY.c.id.in_(list(ids))), filters)
    found = {row["id"]: row for row in dicts(reader, query)}
    return [found[one] for one in ids if one in found]


def _fit(query: sa.Select[Any], filters: Mapping[str, str]) -> sa.Select[Any]:
    given = [starts_with(_ENTITY.c[name], filters[name]) for name in NUMBERS if filters.get(name)]
    return query.where(_ENTITY.c.state == "active", *given)


def _counted(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "records": len(row["sources"] or ())}


@dataclass(frozen=True, slots=True)
class Party:
    """A golden company with its units, contacts, contact points, addresses and source records."""

    row: Mapping[str, Any]
    units: Sequence[Mapping[str, Any]]
    contacts: Sequence[Mapping[str, Any]]
    points: Sequence[Mapping[str, Any]]
    addresses: Sequence[Mapping[str, Any]]
    records: Sequence[Mapping[str, Any]]


def card(reader: Reader, party_id: str, cap: int = 200) -> Party | None:
    """The company of this id, no redirects followed; each list stops at `cap`."""
    row = first(reader, sa.select(_ENTITY).where(_ENTITY.c.id == party_id))
    if row is None:
        return None
    contacts = _children(reader, "contact", "legal_entity_id", [party_id], cap)
    owners = [party_id, *(contact["id"] for contact in contacts)]
    return Party(
        _counted(row),
        _children(reader, "unit", "legal_entity_id", [party_id], cap),
        contacts,
        _children(reader, "contact_point", "owner_id", owners, cap),
        _children(reader, "address", "legal_entity_id", [party_id], cap),
        records(reader, party_id, cap),
    )


def _children(
    reader: Reader, entity: str, column: str, ids: Sequence[str], cap: int
) -> list[dict[str, Any]]:
    table = golden[entity]
    query = sa.select(table).where(table.c[column].in_(list(ids)), table.c.state == "active")
    return dicts(reader, query.order_by(table.c.id).limit(cap))


def records(reader: Reader, party_id: str, cap: int = 200) -> list[dict[str, Any]]:
    """The canonical records linked to a company, with the rule, score and reason that linked each."""
    party = canonical["party"]
    same = sa.and_(
        party.c.connection == link.c.connection,
        party.c.stream == link.c.stream,
        party.c.key == link.c.key,
    )
    query = (
        sa.select(party, link.c.rule, link.c.score, link.c.reason, link.c.unit_id)
        .join(link, same)
        .where(link.c.golden_id == party_id)
        .order_by(party.c.connection, party.c.stream, party.c.key)
        .limit(cap)
    )
    return dicts(reader, query)
