"""Versions of the table by which enquiries are sent, and which was in force when; rows are only added.

Version 0 is the table of the configuration. A proposal is never changed, only settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from store import journal
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import routing_active, routing_version

CONFIGURED = 0
OPEN, ACTIVATED, DROPPED = "open", "activated", "dropped"
_V, _A = routing_version.c, routing_active.c


@dataclass(frozen=True, slots=True)
class Version:
    """A proposed table; `lines` is its text."""

    id: int
    lines: str
    author: str
    reason: str | None
    state: str
    created_at: datetime
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Active:
    """One time a version was put in force; `restores` is the time that came back by it."""

    id: int = 0
    version: int = CONFIGURED
    restores: int | None = None
    author: str | None = None
    reason: str | None = None
    activated_at: datetime | None = None


def active(reader: Reader) -> Active:
    """What is in force now."""
    return _time(reader, int(reader.scalar(select(func.max(_A.id))) or 0))


def before(reader: Reader) -> Active | None:
    """What was in force before the table in force was first chosen; None before the configured one."""
    now = active(reader)
    chosen = now.id if now.restores is None else now.restores
    if chosen == 0:
        return None
    earlier = _time(reader, chosen - 1)
    return earlier if earlier.restores is None else _time(reader, earlier.restores)


def _time(reader: Reader, number: int) -> Active:
    rows = reader.rows(select(routing_active).where(_A.id == number))
    return Active(**dict(rows[0]._mapping)) if rows else Active()


def history(reader: Reader, limit: int = 30) -> list[Active]:
    """The last times a version was put in force, newest first."""
    found = reader.rows(select(routing_active).order_by(_A.id.desc()).limit(limit))
    return [Active(**dict(row._mapping)) for row in found]


def add(writer: Writer, lines: str, author: str, reason: str | None) -> int:
    """Keep a proposal; its number is that of the version."""
    number = writer.next("routing_version")
    told = {"lines": lines, "author": author, "reason": reason, "state": OPEN}
    writer.execute(insert(routing_version).values(id=number, created_at=utc_now(), **told))
    return number


def settle(writer: Writer, number: int, state: str, by: str) -> bool:
    """A proposal is activated or dropped; whether it was open until now."""
    told = {"state": state, "settled_by": by, "settled_at": utc_now()}
    waits = (_V.id == number, _V.state == OPEN)
    return writer.execute(update(routing_version).where(*waits).values(**told)) > 0


def put_in_force(
    writer: Writer, version: int, by: str, reason: str | None, restores: int | None = None
) -> None:
    """A version is in force from now on."""
    was = {"version": active(writer).version}
    number = writer.next("routing_active")
    told: dict[str, Any] = {"version": version, "restores": restores, "reason": reason}
    moment = {"author": by, "activated_at": utc_now()}
    writer.execute(insert(routing_active).values(id=number, **told, **moment))
    now = {"version": version}
    journal.note(
        writer, journal.Act(by, "routing_activated", "routing", str(version), was, now, reason)
    )


def of(reader: Reader, number: int) -> Version | None:
    """The version of a number; None if there is none."""
    rows = reader.rows(select(routing_version).where(_V.id == number))
    return Version(**dict(rows[0]._mapping)) if rows else None


def waiting(reader: Reader, limit: int = 20) -> list[Version]:
    """The open proposals, newest first."""
    wanted = select(routing_version).where(_V.state == OPEN).order_by(_V.id.desc()).limit(limit)
    return [Version(**dict(row._mapping)) for row in reader.rows(wanted)]
