"""Goods as screens read them: the catalogue, what is alike not understood, one good with what stands near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from schemas.goods import record_id
from schemas.offers import told_code
from store import finding
from store.engine import Reader
from store.prefixes import starts_with
from store.tables import (
    DOUBTFUL_GOOD,
    golden,
    good,
    good_act,
    good_code,
    good_group,
    good_member,
)
from store.views.offers import Offers, of_good
from store.views.paging import Order, Page, Place, dicts, first, page

_G, _M = good.c, good_member.c
BY_NAME = Order("name", (_G.name, _G.id), "ix_good_name")
DOUBTFUL = "doubtful"
_MOST_MEMBERS = 50
_NEAR, _BESIDE = 6, 3
_ACTS = 20


@dataclass(frozen=True, slots=True)
class Card:
    """One good: its row, its records, goods worth comparing with it, decisions on its records, and what it
    costs, where it lies and what customers call it; `unread` of these goods is what was not understood."""

    row: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]]
    near: Sequence[Mapping[str, Any]]
    acts: Sequence[Mapping[str, Any]]
    offers: Offers
    unread: Mapping[str, str]


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of goods by name; `q` is found as the hub finds items, or by a customer's code."""
    query = _fit(sa.select(good), filters)
    if "q" not in filters:
        return page(reader, query, order, start, limit)
    ids = _found(reader, filters["q"], limit)
    rows = {row["id"]: row for row in dicts(reader, query.where(_G.id.in_(ids)))}
    return Page([rows[one] for one in ids if one in rows])


def _fit(query: sa.Select[Any], filters: Mapping[str, str]) -> sa.Select[Any]:
    for name in ("item_class", "doubt"):
        if name in filters:
            query = query.where(_G[name] == filters[name])
    for name in ("code", "article"):
        if name in filters:
            query = query.where(starts_with(_G[name], filters[name]))
    if "customer_code" in filters:
        called = sa.select(good_code.c.good_id).where(
            starts_with(good_code.c.code_key, told_code(filters["customer_code"]))
        )
        query = query.where(_G.id.in_(called))
    if filters.get("status") == DOUBTFUL:
        query = query.where(DOUBTFUL_GOOD)
    elif "status" in filters:
        query = query.where(_G.status == filters["status"])
    if "source" in filters:
        own = sa.select(_M.id).where(_M.good_id == _G.id, _M.connection == filters["source"])
        query = query.where(own.exists())
    return query


def _found(reader: Reader, text: str, limit: int) -> list[str]:
    """The goods of the items that a text means, best first."""
    ids = finding.ids(reader, "item", text, limit)
    item = golden["item"].c
    wanted = sa.select(item.id, item.sources).where(item.id.in_(ids))
    refs = {row["id"]: row["sources"] or [] for row in dicts(reader, wanted)}
    records = [record_id(ref) for one in ids for ref in refs.get(one, [])]
    homes = dicts(reader, sa.select(_M.id, _M.good_id).where(_M.id.in_(records)))
    of = {row["id"]: row["good_id"] for row in homes}
    code = good_code.c
    called = sa.select(code.good_id).where(code.code_key == told_code(text)).distinct().limit(limit)
    theirs = [row["good_id"] for row in dicts(reader, called.order_by(code.good_id))]
    return list(dict.fromkeys([*theirs, *(of[one] for one in records if one in of)]))


def groups(reader: Reader, kind: str, limit: int = 100) -> list[dict[str, Any]]:
    """How many goods there are of each class or doubt, the most first."""
    c = good_group.c
    wanted = sa.select(c.value, c.goods, c.example).where(c.kind == kind)
    return dicts(reader, wanted.order_by(c.goods.desc(), c.value).limit(limit))


def rests(reader: Reader, ids: Sequence[str]) -> dict[str, str]:
    """What was not understood of the names of these goods, of those where something was not."""
    wanted = (
        sa.select(_M.good_id, sa.func.min(_M.rest).label("rest"))
        .join_from(good_member, good, sa.and_(_G.id == _M.good_id, _G.name == _M.name))
        .where(_M.good_id.in_(list(ids)), _M.rest != "")
        .group_by(_M.good_id)
    )
    return {row["good_id"]: row["rest"] for row in dicts(reader, wanted)}


def of_id(reader: Reader, good_id: str) -> dict[str, Any] | None:
    """The good of this id, or the good that the record of this id is of today."""
    today = sa.select(_M.good_id).where(_M.id == good_id).scalar_subquery()
    return first(reader, sa.select(good).where(_G.id == sa.func.coalesce(today, good_id)))


def card(reader: Reader, good_id: str, now: datetime) -> Card | None:
    """One good with all that is told of it; None if there is none of this id."""
    row, members = with_members(reader, good_id)
    if row is None:
        return None
    offers = of_good(reader, row["id"], now)
    near = _near(reader, row)
    unread = _unread(reader, [row["id"], *(one["id"] for one in near)])
    return Card(row, members, near, _acts(reader, members), offers, unread)


def _unread(reader: Reader, ids: Sequence[str]) -> dict[str, str]:
    """Of each good a rest of its names, those that have one."""
    wanted = (
        sa.select(_M.good_id, sa.func.min(_M.rest).label("rest"))
        .where(_M.good_id.in_(list(ids)), _M.rest != "")
        .group_by(_M.good_id)
    )
    return {row["good_id"]: row["rest"] for row in dicts(reader, wanted)}


def with_members(
    reader: Reader, good_id: str
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The good `of_id` and its `members_of`, by one question."""
    today = sa.select(_M.good_id).where(_M.id == good_id).scalar_subquery()
    named = [column.label(f"good.{column.name}") for column in good.c]
    wanted = (
        sa.select(good_member, *named)
        .join_from(good_member, good, _G.id == _M.good_id)
        .where(_M.good_id == sa.func.coalesce(today, good_id))
    )
    found = dicts(reader, wanted.order_by(_M.connection, _M.stream, _M.key).limit(_MOST_MEMBERS))
    members = [{column.name: row[column.name] for column in good_member.c} for row in found]
    rows = [{column.name: row[f"good.{column.name}"] for column in good.c} for row in found[:1]]
    return rows[0] if rows else None, members


def members_of(reader: Reader, good_id: str) -> list[dict[str, Any]]:
    """The records of a good; so many at most."""
    wanted = sa.select(good_member).where(_M.good_id == good_id)
    return dicts(reader, wanted.order_by(_M.connection, _M.stream, _M.key).limit(_MOST_MEMBERS))


def _near(reader: Reader, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Goods with the same required attributes, then neighbours by name within the class."""
    if row["item_class"] is None:
        return []
    own, place = _G.item_class == row["item_class"], sa.tuple_(_G.name, _G.id)
    here = sa.tuple_(sa.literal(row["name"]), sa.literal(row["id"]))
    # A class that requires nothing has no such key, and neither has a good of no class.
    same = _G.near_key == row["near_key"] if row["near_key"] is not None else sa.false()
    alike = sa.select(good).where(same, _G.id != row["id"])
    after = sa.select(good).where(own, place > here).order_by(_G.name, _G.id)
    before = sa.select(good).where(own, place < here).order_by(_G.name.desc(), _G.id.desc())
    parts = [alike.limit(_NEAR), before.limit(_BESIDE), after.limit(_BESIDE)]
    every = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    found = {one["id"]: one for one in dicts(reader, sa.select(every))}
    return sorted(found.values(), key=lambda one: (one["near_key"] != row["near_key"], one["name"]))


def _acts(reader: Reader, members: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    refs = [f"{one['connection']}/{one['stream']}/{one['key']}" for one in members]
    a = good_act.c
    wanted = sa.select(good_act).where(sa.or_(a.left.in_(refs), a.right.in_(refs)))
    return dicts(reader, wanted.order_by(a.id.desc()).limit(_ACTS))
