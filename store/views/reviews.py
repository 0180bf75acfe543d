"""Pairs of source records that only a person may decide about, each record as its source tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import canonical, link, review_pair
from store.views.paging import Order, Page, Place, after, capped_count, dicts, first, page

_PAIR = review_pair.c
_PARTY = canonical["party"].c
SIDES = ("left", "right")
_RECORD = ("connection", "stream", "key")
WORTH = Order(
    "worth",
    (
        _PAIR.rank,
        _PAIR.entity,
        _PAIR.rule,
        *(_PAIR[f"{side}_{name}"] for side in SIDES for name in _RECORD),
    ),
    "ix_review_pair_queue",
)
_TOLD = ("name", "inn", "kpp")
_LINKED = sa.and_(link.c.entity == "party", *(link.c[name] == _PARTY[name] for name in _RECORD))


def waiting() -> sa.Select[Any]:
    """The pairs nobody has judged yet."""
    return sa.select(review_pair).where(_PAIR.state == "open")


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of open pairs, those most worth a look first; of one reason if it is asked for.

    Each row has rule, severity, reason and score, and for `left` and `right`: `_source` (connection/stream/key),
    `_name`, `_inn`, `_kpp` and `_golden_id`; what is no longer known of a record is None.
    """
    query = waiting()
    if "reason" in filters:
        query = query.where(_PAIR.reason == filters["reason"])
    found = page(reader, query, order, start, limit)
    rows = [dict(row) for row in found.rows]
    for side in SIDES:
        known = _records(reader, rows, side)
        rows = [{**row, **_told(side, row, known)} for row in rows]
    return Page(rows, found.next, found.previous)


def _key(side: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[f"{side}_{name}"] for name in _RECORD)


def _told(
    side: str, row: Mapping[str, Any], known: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> dict[str, Any]:
    key = _key(side, row)
    record = known.get(key, {})
    told = {f"{side}_{name}": record.get(name) for name in (*_TOLD, "golden_id")}
    return {**told, f"{side}_source": "/".join(key)}


def _records(
    reader: Reader, rows: list[dict[str, Any]], side: str
) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """What the counterparty records on one side of these pairs say, by connection, stream and key."""
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for connection, stream in sorted({_key(side, row)[:2] for row in rows}):
        keys = sorted(
            {k for c, s, k in (_key(side, row) for row in rows) if (c, s) == (connection, stream)}
        )
        query = (
            sa.select(*(_PARTY[name] for name in (*_RECORD, *_TOLD)), link.c.golden_id)
            .outerjoin(link, _LINKED)
            .where(_PARTY.connection == connection, _PARTY.stream == stream, _PARTY.key.in_(keys))
        )
        found |= {tuple(row[name] for name in _RECORD): row for row in dicts(reader, query)}
    return found


def reasons(reader: Reader) -> list[tuple[str, int]]:
    """Why the open pairs wait and how many for each reason, the most frequent first.

    Each is found by one look into the index; a count stops at the cap.
    """
    found: list[tuple[str, int]] = []
    while True:
        beyond = sa.select(sa.func.min(_PAIR.reason)).where(_PAIR.state == "open")
        reason = reader.scalar(beyond.where(_PAIR.reason > found[-1][0]) if found else beyond)
        if reason is None:
            return sorted(found, key=lambda one: (-one[1], one[0]))
        count = capped_count(reader, waiting().where(_PAIR.reason == reason))
        found.append((str(reason), count))


def of_pair(reader: Reader, left: str, right: str) -> dict[str, Any] | None:
    """The pair of two records (connection/stream/key), decided or not, whichever way round; the gravest."""
    sides = [_is_record(left, right), _is_record(right, left)]
    wanted = sa.select(review_pair).where(_PAIR.entity == "party", sa.or_(*sides))
    return first(reader, wanted.order_by(_PAIR.rank))


def following(
    reader: Reader, left: str, right: str, reason: str | None = None
) -> tuple[str, str] | None:
    """The pair that waits after this one (of one reason if asked), from the start again after the last."""
    query = waiting() if reason is None else waiting().where(_PAIR.reason == reason)
    query = query.where(~_is_record(left, right), ~_is_record(right, left))
    query = query.order_by(*WORTH.columns)
    here = of_pair(reader, left, right)
    keys = tuple(here[column.key] for column in WORTH.columns if column.key) if here else ()
    found = None
    if keys and None not in keys:
        found = first(reader, query.where(after(WORTH.columns, keys, down=False)))
    found = found or first(reader, query)
    return ("/".join(_key("left", found)), "/".join(_key("right", found))) if found else None


def stamp(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """What changes when one of two records (`record`) does, or moves to another company."""
    told = [(row["hash"], row["golden_id"]) for row in (left, right)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _is_record(left: str, right: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        *(
            _PAIR[f"{side}_{name}"] == value
            for side, ref in zip(SIDES, (left, right), strict=True)
            for name, value in zip(_RECORD, ref.split("/", 2), strict=True)
        )
    )


def record(reader: Reader, ref: str) -> dict[str, Any] | None:
    """A counterparty record (connection/stream/key) with the company it is linked to, rule and score."""
    connection, stream, key = ref.split("/", 2)
    own = (link.c.golden_id, link.c.rule, link.c.score, link.c.reason)
    query = sa.select(canonical["party"], *own).outerjoin(link, _LINKED)
    return first(
        reader,
        query.where(_PARTY.connection == connection, _PARTY.stream == stream, _PARTY.key == key),
    )
