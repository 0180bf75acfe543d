"""Calls: the journal, one company's calls, and whose number a call came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl
import sqlalchemy as sa

from store.by_ref import listed
from store.engine import Reader
from store.tables import OPEN_CALL, call, call_stage, golden
from store.views.holders import holders
from store.views.newest import of_each, people_of, points_of
from store.views.paging import Order, Page, Place, dicts, page

_BEGAN = sa.type_coerce(call.c.started_at, sa.BigInteger).label("began")
NEWEST = Order("newest", (_BEGAN, call.c.id), "ix_call_started_at", descending=True)
OPEN = "open"
# Not told better by another source.
COUNTS = call.c.same_as.is_(None)
_POINT, _COMPANY, _CONTACT = (golden[e].c for e in ("contact_point", "legal_entity", "contact"))
# Beyond so many companies a number is a switchboard's or a bank's and names nobody.
_MOST = 5
_LOOKED_AT = 2_000
_AT_ONCE = 200
_STAGES = 500
# Tellings of one call begin within an hour at the most (`told_twice_within`).
_NEAR = timedelta(hours=1)


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of calls, newest first, each with the companies its number belongs to and its `colleague`.

    What a better source tells too is listed only where its own connection is asked for.

    That one is told by name where the directory knows whose extension it was then. `missed` may be a reason, `any`, or `open`: not yet closed by a later call.
    """
    query = _fit(sa.select(call, _BEGAN), filters)
    found = page(reader, query, order, start, limit)
    rows = with_companies(reader, found.rows)
    known = holders(reader, (row["employee"] for row in rows))
    for row in rows:
        name = known.at(row["employee"], row["started_at"])
        row["colleague"] = f"{name} · {row['employee']}" if name else row["employee"]
    return Page(rows, found.next, found.previous)


def _fit(query: sa.Select[Any], filters: Mapping[str, str]) -> sa.Select[Any]:
    for name in ("direction", "employee", "phone", "connection"):
        if filters.get(name):
            query = query.where(call.c[name] == filters[name])
    if not filters.get("connection"):
        query = query.where(COUNTS)
    missed = filters.get("missed")
    if missed == OPEN:
        return query.where(OPEN_CALL, COUNTS)
    if missed == "any":
        return query.where(_lost())
    return query.where(call.c.missed == missed) if missed else query


def _lost() -> sa.ColumnElement[bool]:
    """A slip of dialling is nobody's loss."""
    return sa.and_(call.c.missed.is_not(None), call.c.missed != "short")


def with_companies(reader: Reader, calls: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The calls with `company`, `company_id` and `companies`, how many bear the number; few calls."""
    rows = [dict(row) for row in calls]
    known = companies_of(reader, {row["phone"] for row in rows if row["phone"]})
    for row in rows:
        bearers = known.get(row["phone"] or "", [])
        alone = bearers[0] if len(bearers) == 1 else {}
        row |= {
            "company": alone.get("name"),
            "company_id": alone.get("id"),
            "companies": len(bearers),
        }
    return rows


def companies_of(reader: Reader, phones: Iterable[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Phone → living companies that bear it, themselves or through a contact, by name; 5 at most."""
    points = dicts(reader, _points(reader, sorted(phones)))
    employer = _employers(reader, {p["owner_id"] for p in points if p["owner"] == "contact"})
    owners = {(_bare(p["value"]), employer.get(p["owner_id"], p["owner_id"])) for p in points}
    wanted = sa.select(_COMPANY.id, _COMPANY.name).where(
        _COMPANY.id.in_(sorted({owner for _, owner in owners})), _COMPANY.state == "active"
    )
    found: dict[str, list[Mapping[str, Any]]] = {}
    for company in dicts(reader, wanted.order_by(_COMPANY.name, _COMPANY.id)) if owners else ():
        for phone, owner in owners:
            if owner == company["id"] and len(found.setdefault(phone, [])) < _MOST:
                found[phone].append(company)
    return found


def known_phones(reader: Reader, phones: Sequence[str]) -> pl.Series:
    """Those of the phones that a living company bears, itself or through a contact; any number of them."""
    asked = [phones[start : start + _AT_ONCE] for start in range(0, len(phones), _AT_ONCE)]
    known = [phone for some in asked for phone in companies_of(reader, some)]
    return pl.Series("phone", known, pl.String)


def card(reader: Reader, call_id: str) -> dict[str, Any] | None:
    """One call with its companies, `colleague`, `stages` in the order of time, and `again`; None if unknown.

    `again` are ids and connections of other tellings of it.
    """
    found = dicts(reader, sa.select(call).where(call.c.id == call_id))
    if not found:
        return None
    [row] = with_companies(reader, found)
    known = holders(reader, [row["employee"], row["operator"]])
    names = {one: known.at(row[one], row["started_at"]) for one in ("employee", "operator")}
    s = call_stage.c
    stages = sa.select(call_stage).where(s.call == call_id).order_by(s.started_at, s.id)
    return {
        **row,
        "names": names,
        "stages": dicts(reader, stages.limit(_STAGES)),
        "again": _again(reader, row),
    }


def _again(reader: Reader, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Other tellings of a call: the one that counts instead of it, those it counts for."""
    c = call.c
    wanted = sa.select(c.id, c.connection).order_by(c.id).limit(_MOST)
    better = dicts(reader, wanted.where(c.id == row["same_as"])) if row["same_as"] else []
    return better + dicts(reader, wanted.where(told_of(row)))


def told_of(row: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """What other tellings of a call are, by an index: they begin near or within it."""
    near = call.c.started_at.between(row["started_at"] - _NEAR, row["ended_at"] + _NEAR)
    return sa.and_(call.c.same_as == row["id"], near)


def _bare(value: str) -> str:
    return value.partition(";")[0]


def bearing(reader: Reader, phones: Sequence[str]) -> pl.DataFrame:
    """`value`, `owner` and `owner_id` of living points with these numbers, with an extension or without."""
    return reader.frame(_points(reader, phones))


def _points(reader: Reader, phones: Sequence[str]) -> sa.Select[Any]:
    """Numbers with and without an extension are one line, and lie side by side in the index."""
    asked = listed(reader, phones)
    same = sa.and_(_POINT.value >= asked.c.value, _POINT.value < asked.c.value.concat("<"))
    return (
        sa.select(_POINT.value, _POINT.owner, _POINT.owner_id)
        .select_from(asked.join(golden["contact_point"], same))
        .where(_POINT.state == "active", _POINT.kind == "phone")
        .limit(_LOOKED_AT)
    )


def _employers(reader: Reader, contacts: set[str]) -> dict[str, str]:
    """Contact → its company."""
    if not contacts:
        return {}
    query = sa.select(_CONTACT.id, _CONTACT.legal_entity_id).where(
        _CONTACT.id.in_(sorted(contacts))
    )
    return {row["id"]: row["legal_entity_id"] for row in dicts(reader, query)}


def of_company(reader: Reader, company: str, limit: int = 50) -> list[dict[str, Any]]:
    """The newest calls with any number of a company or of its contacts."""
    phones = points_of(reader, [company, *people_of(reader, company)], "phone")
    c = call.c
    newest = sa.select(call).order_by(c.started_at.desc(), c.id)
    rows = of_each(reader, [newest.where(c.phone == phone, COUNTS) for phone in phones], limit)
    return sorted(rows, key=lambda row: (row["started_at"], row["id"]), reverse=True)[:limit]
