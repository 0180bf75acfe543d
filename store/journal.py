"""The journal: who did what to which object, what was before and what came after; rows are only added.

Each row carries a hash over its own content and the hash of the row before it, and numbers have no gaps:
a row that was changed, taken out or put in, or an end that was cut off, is found by `check`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import select

from store.bulk import append
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import counter, journal

FIRST = "0" * 64
_COUNTER = "journal"
_COVERED = (
    "id", "at", "who", "act", "object_kind", "object_id", "before", "after", "reason", "address",
    "request", "previous",
)  # fmt: skip
_LONGEST = 4000
_PORTION = 10_000
# From where the request that is being answered came, and its number; whoever notes need not know them.
CALLER: ContextVar[tuple[str | None, str | None]] = ContextVar("caller", default=(None, None))


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. `before` and `after` hold no secrets and, of people, no more than must be told."""

    who: str
    act: str
    object_kind: str | None = None
    object_id: str | None = None
    before: Mapping[str, Any] | str | None = None
    after: Mapping[str, Any] | str | None = None
    reason: str | None = None
    address: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows follow from one another, and the first that does not; 0 if all do."""

    rows: int
    broken: int = 0


def note(writer: Writer, act: Act, now: datetime | None = None) -> int:
    """Add an act to the journal, in the transaction of the act itself; the number of its row.

    Take it last: its counter is the last of the order, and stays locked until commit.
    """
    number = writer.next(_COUNTER)
    address, request = CALLER.get()
    act = replace(act, address=act.address or address, request=act.request or request)
    row: dict[str, Any] = {
        "id": number,
        "at": now or utc_now(),
        "previous": _hash_before(writer, number),
        **{name: _text(getattr(act, name)) for name in Act.__slots__},
    }
    row["hash"] = chained(row)
    append(writer, journal, _frame(row))
    return number


def _frame(row: Mapping[str, Any]) -> pl.DataFrame:
    kinds = {name: pl.String() for name in row} | {"id": pl.Int64(), "at": pl.Datetime("us", "UTC")}
    return pl.DataFrame([dict(row)], schema=kinds)


def _text(value: Mapping[str, Any] | str | None) -> str | None:
    if value is None or isinstance(value, str):
        told = value
    else:
        told = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return None if told is None else told.replace("\0", "\ufffd")[:_LONGEST]


def _hash_before(reader: Reader, number: int) -> str:
    found = reader.scalar(select(journal.c.hash).where(journal.c.id == number - 1))
    return FIRST if found is None else str(found)


def chained(row: Mapping[str, Any]) -> str:
    """The hash of a row: SHA-256 over its columns as JSON, the hash of the row before among them."""
    told = [row[name].isoformat() if name == "at" else row[name] for name in _COVERED]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def check(reader: Reader) -> Checked:
    """Walk the whole chain; the first row that is missing, changed or put in ends the walk."""
    previous, last = FIRST, 0
    while True:
        wanted = select(journal).where(journal.c.id > last).order_by(journal.c.id).limit(_PORTION)
        rows = [dict(row._mapping) for row in reader.rows(wanted)]
        for row in rows:
            sound = row["id"] == last + 1 and row["previous"] == previous
            if not sound or row["hash"] != chained(row):
                return Checked(last, last + 1 if row["id"] != last + 1 else row["id"])
            previous, last = row["hash"], row["id"]
        if len(rows) < _PORTION:
            break
    promised = int(reader.scalar(select(counter.c.value).where(counter.c.name == _COUNTER)) or 0)
    return Checked(last, 0 if promised == last else min(promised, last) + 1)
