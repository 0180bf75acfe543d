"""People of our own firm: the list, one card with its chain of managers and groups, whose extension it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.by_ref import listed
from store.engine import Reader
from store.tables import canonical
from store.views.paging import Order, Page, Place, dicts, page

_EMPLOYEE, _GROUP = canonical["employee"], canonical["staff_group"]
BY_NAME = Order("name", (_EMPLOYEE.c.name, _EMPLOYEE.c.key), "ix_canonical_employee_key")
# Longer chains and deeper groups are rings somebody made by mistake.
_DEEPEST = 20
_REPORTS = 200


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of colleagues by name, of those not deleted; `status`, `department`, `extension`, `q` narrow it."""
    query = sa.select(_EMPLOYEE).where(_EMPLOYEE.c.deleted.is_(False))
    for name in ("status", "department", "extension", "connection"):
        if filters.get(name):
            query = query.where(_EMPLOYEE.c[name] == filters[name])
    if filters.get("q"):
        start_of = filters["q"]
        query = query.where(
            _EMPLOYEE.c.name >= start_of, _EMPLOYEE.c.name < start_of + "\U0010ffff"
        )
    return page(reader, query, order, start, limit)


def with_managers(reader: Reader, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Colleagues with `manager`, the name of each one's head."""
    told = [dict(row) for row in rows]
    keys = sorted({row["manager_key"] for row in told if row["manager_key"]})
    e = _EMPLOYEE.c
    query = sa.select(e.connection, e.key, e.name).where(e.key.in_(keys), e.deleted.is_(False))
    names = {(one["connection"], one["key"]): one["name"] for one in dicts(reader, query)}
    for row in told:
        row["manager"] = names.get((row["connection"], row["manager_key"]))
    return told


def standing(row: Mapping[str, Any], now: datetime) -> str:
    """Whether somebody works by his card: at_work or not_at_work."""
    ended = row["expires_at"] is not None and row["expires_at"] <= now
    return "at_work" if row["status"] == "active" and not ended else "not_at_work"


def card(reader: Reader, connection: str, key: str) -> dict[str, Any] | None:
    """One colleague with `chain` (his managers upwards), `reports`, and `groups` at any depth; None if unknown."""
    found = _of_keys(reader, connection, [key])
    if not found:
        return None
    reports = sa.select(_EMPLOYEE.c.key, _EMPLOYEE.c.name, _EMPLOYEE.c.position).where(
        _EMPLOYEE.c.connection == connection, _EMPLOYEE.c.manager_key == key,
        _EMPLOYEE.c.deleted.is_(False),
    )  # fmt: skip
    return {
        **found[0],
        "chain": _chain(reader, connection, found[0]["manager_key"]),
        "reports": dicts(
            reader, reports.order_by(_EMPLOYEE.c.name, _EMPLOYEE.c.key).limit(_REPORTS)
        ),
        "groups": groups_of(reader, connection, key),
    }


def _of_keys(reader: Reader, connection: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    query = sa.select(_EMPLOYEE).where(
        _EMPLOYEE.c.connection == connection, _EMPLOYEE.c.key.in_(sorted(keys)),
        _EMPLOYEE.c.deleted.is_(False),
    )  # fmt: skip
    return dicts(reader, query)


def _chain(reader: Reader, connection: str, manager: str | None) -> list[dict[str, Any]]:
    """One query, however long: each step finds the manager of the one before."""
    if manager is None:
        return []
    chain = (
        sa.select(_EMPLOYEE.c.key, _EMPLOYEE.c.manager_key, sa.literal(1).label("step"))
        .where(_EMPLOYEE.c.connection == connection, _EMPLOYEE.c.key == manager)
        .cte("chain", recursive=True)
    )
    above = _EMPLOYEE.alias("above")
    chain = chain.union_all(
        sa.select(above.c.key, above.c.manager_key, chain.c.step + 1).where(
            above.c.connection == connection, above.c.key == chain.c.manager_key,
            chain.c.step < _DEEPEST,
        )
    )  # fmt: skip
    query = (
        sa.select(_EMPLOYEE.c.key, _EMPLOYEE.c.name, _EMPLOYEE.c.position, chain.c.step)
        .join(chain, chain.c.key == _EMPLOYEE.c.key)
        .where(_EMPLOYEE.c.connection == connection)
        .order_by(chain.c.step)
    )
    told: dict[str, dict[str, Any]] = {}
    for one in dicts(reader, query):
        told.setdefault(one["key"], one)
    return list(told.values())


def groups_of(reader: Reader, connection: str, key: str) -> list[dict[str, Any]]:
    """The groups somebody is in, by themselves or through groups in them, by name."""
    query = sa.select(_GROUP.c.key, _GROUP.c.name, _GROUP.c.members).where(
        _GROUP.c.connection == connection, _GROUP.c.deleted.is_(False)
    )
    groups = reader.frame(query).to_dicts()
    inside, grown = {key}, True
    while grown:
        more = {one["key"] for one in groups if inside.intersection(one["members"] or ())} - inside
        grown = bool(more)
        inside |= more
    told = [{"key": one["key"], "name": one["name"]} for one in groups if one["key"] in inside]
    return sorted(told, key=lambda one: (one["name"], one["key"]))


def at_work(reader: Reader, now: datetime, limit: int = 500) -> list[dict[str, Any]]:
    """login, name and department of those whose account is in use, by name."""
    e = _EMPLOYEE.c
    query = sa.select(e.login, e.name, e.department).where(
        e.deleted.is_(False), e.status == "active", e.login.is_not(None),
        sa.or_(e.expires_at.is_(None), e.expires_at > now),
    )  # fmt: skip
    return dicts(reader, query.order_by(e.name, e.key).limit(limit))


def extension_of(reader: Reader, login: str) -> str | None:
    """The extension of a colleague at work by his login, in whatever case; None if he has none."""
    query = (
        sa.select(_EMPLOYEE.c.extension)
        .where(
            _EMPLOYEE.c.deleted.is_(False), _EMPLOYEE.c.status == "active",
            _EMPLOYEE.c.extension.is_not(None),
            sa.func.lower(_EMPLOYEE.c.login) == login.lower(),
        )
        .order_by(_EMPLOYEE.c.connection, _EMPLOYEE.c.key)
        .limit(1)
    )  # fmt: skip
    found = reader.rows(query)
    return str(found[0].extension) if found else None


def by_extension(reader: Reader, extensions: Iterable[str | None]) -> dict[str, dict[str, Any]]:
    """Extension → the one colleague at work whose it is; numbers of several people name nobody."""
    wanted = sorted({one for one in extensions if one})
    if not wanted:
        return {}
    asked = listed(reader, wanted)
    columns = (_EMPLOYEE.c.extension, _EMPLOYEE.c.name, _EMPLOYEE.c.connection, _EMPLOYEE.c.key)
    query = (
        sa.select(*columns)
        .select_from(asked.join(_EMPLOYEE, _EMPLOYEE.c.extension == asked.c.value))
        .where(_EMPLOYEE.c.deleted.is_(False), _EMPLOYEE.c.status == "active")
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for one in dicts(reader, query):
        found.setdefault(one["extension"], []).append(one)
    return {number: people[0] for number, people in found.items() if len(people) == 1}
