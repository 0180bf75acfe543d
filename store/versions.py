"""Versions of what people change by proposal, and which was in force when; rows are only added.

Version 0 is what the configuration says. A proposal is never changed, only settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from store import journal
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import dictionary_active, dictionary_version, routing_active, routing_version

CONFIGURED = 0
OPEN, ACTIVATED, DROPPED = "open", "activated", "dropped"


@dataclass(frozen=True, slots=True)
class Version:
    """A proposal; `lines` is its text."""

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

    def came_after(self, proposal: Version) -> bool:
        """Whether it was put in force after a proposal was made, which therefore knows nothing of it."""
        return self.activated_at is not None and self.activated_at > proposal.created_at


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of one `kind`, in its two tables."""

    kind: str
    versions: Table
    times: Table

    def active(self, reader: Reader) -> Active:
        """What is in force now."""
        return self._time(reader, int(reader.scalar(select(func.max(self.times.c.id))) or 0))

    def lines(self, reader: Reader) -> str | None:
        """The text of what is in force, by one question; None for what the configuration says."""
        times = self.times.c
        last = select(times.version).order_by(times.id.desc()).limit(1).scalar_subquery()
        found = reader.scalar(select(self.versions.c.lines).where(self.versions.c.id == last))
        return None if found is None else str(found)

    def before(self, reader: Reader) -> Active | None:
        """What was in force before the version in force was first chosen; None before the configured one."""
        now = self.active(reader)
        chosen = now.id if now.restores is None else now.restores
        if chosen == 0:
            return None
        earlier = self._time(reader, chosen - 1)
        return earlier if earlier.restores is None else self._time(reader, earlier.restores)

    def _time(self, reader: Reader, number: int) -> Active:
        rows = reader.rows(select(self.times).where(self.times.c.id == number))
        return Active(**dict(rows[0]._mapping)) if rows else Active()

    def history(self, reader: Reader, limit: int = 30) -> list[Active]:
        """The last times a version was put in force, newest first."""
        found = reader.rows(select(self.times).order_by(self.times.c.id.desc()).limit(limit))
        return [Active(**dict(row._mapping)) for row in found]

    def add(self, writer: Writer, lines: str, author: str, reason: str | None) -> int:
        """Keep a proposal; its number is that of the version."""
        number = writer.next(f"{self.kind}_version")
        told = {"lines": lines, "author": author, "reason": reason, "state": OPEN}
        writer.execute(insert(self.versions).values(id=number, created_at=utc_now(), **told))
        return number

    def settle(self, writer: Writer, number: int, state: str, by: str) -> bool:
        """A proposal is activated or dropped; whether it was open until now."""
        told = {"state": state, "settled_by": by, "settled_at": utc_now()}
        waits = (self.versions.c.id == number, self.versions.c.state == OPEN)
        return writer.execute(update(self.versions).where(*waits).values(**told)) > 0

    def put_in_force(
        self,
        writer: Writer,
        version: int,
        by: str,
        reason: str | None,
        restores: int | None = None,
    ) -> None:
        """A version is in force from now on."""
        was = {"version": self.active(writer).version}
        number = writer.next(f"{self.kind}_active")
        told: dict[str, Any] = {"version": version, "restores": restores, "reason": reason}
        moment = {"author": by, "activated_at": utc_now()}
        writer.execute(insert(self.times).values(id=number, **told, **moment))
        act, now = f"{self.kind}_activated", {"version": version}
        journal.note(writer, journal.Act(by, act, self.kind, str(version), was, now, reason))

    def of(self, reader: Reader, number: int) -> Version | None:
        """The version of a number; None if there is none."""
        rows = reader.rows(select(self.versions).where(self.versions.c.id == number))
        return Version(**dict(rows[0]._mapping)) if rows else None

    def waiting(self, reader: Reader, limit: int = 20) -> list[Version]:
        """The open proposals, newest first."""
        c = self.versions.c
        wanted = select(self.versions).where(c.state == OPEN).order_by(c.id.desc()).limit(limit)
        return [Version(**dict(row._mapping)) for row in reader.rows(wanted)]


ROUTING = Versions("routing", routing_version, routing_active)
DICTIONARY = Versions("dictionary", dictionary_version, dictionary_active)
