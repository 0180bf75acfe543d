"""Rule sets that somebody proposed and somebody else has to agree to; a draft is never changed, only settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import rule_draft

OPEN, ACTIVATED, DROPPED = "open", "activated", "dropped"
_C = rule_draft.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed rule set; `model` is its text."""

    id: int
    version: str
    model: str
    author: str
    reason: str | None
    state: str
    created_at: datetime
    settled_by: str | None
    settled_at: datetime | None


def add(writer: Writer, version: str, model: str, author: str, reason: str | None) -> int:
    """Keep a proposal; its number."""
    number = writer.next("rule_draft")
    told = {"version": version, "model": model, "author": author, "reason": reason}
    writer.execute(insert(rule_draft).values(id=number, state=OPEN, created_at=utc_now(), **told))
    return number


def settle(writer: Writer, number: int, state: str, by: str) -> bool:
    """A proposal is activated or dropped; whether it was open until now."""
    told = {"state": state, "settled_by": by, "settled_at": utc_now()}
    waits = (_C.id == number, _C.state == OPEN)
    return writer.execute(update(rule_draft).where(*waits).values(**told)) > 0


def of(reader: Reader, number: int) -> Draft | None:
    """The proposal of a number."""
    return _first(reader, _C.id == number)


def named(reader: Reader, version: str) -> Draft | None:
    """The proposal of a version."""
    return _first(reader, _C.version == version)


def _first(reader: Reader, which: Any) -> Draft | None:
    rows = reader.rows(select(rule_draft).where(which).limit(1))
    return Draft(**dict(rows[0]._mapping)) if rows else None


def waiting(reader: Reader, limit: int = 20) -> list[Draft]:
    """The open proposals, newest first."""
    wanted = select(rule_draft).where(_C.state == OPEN).order_by(_C.id.desc()).limit(limit)
    return [Draft(**dict(row._mapping)) for row in reader.rows(wanted)]
