"""All that is known to have happened to a company, newest first. What happens comes by kinds, each with a loader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store import field_history
from store.engine import Reader
from store.tables import change, golden_change, link, source_record
from store.views import calls, enquiries, feed
from store.views.paging import dicts

_MOST = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, of what kind, and what is told of it."""

    at: datetime
    kind: str
    row: Mapping[str, Any]


def _told(reader: Reader, golden_id: str, limit: int) -> list[Event]:
    return [Event(row["at"], "feed", row) for row in feed.history(reader, golden_id, limit)]


def _fields(reader: Reader, golden_id: str, limit: int) -> list[Event]:
    """One event per version: all fields that changed together."""
    versions: dict[int, list[dict[str, Any]]] = {}
    for row in field_history.of(reader, golden_id, limit):
        versions.setdefault(row["version"], []).append(row)
    return [
        Event(rows[0]["at"], "fields", {"version": version, "fields": rows})
        for version, rows in versions.items()
    ]


def _arrived(reader: Reader, golden_id: str, limit: int) -> list[Event]:
    """When each record that is linked now first came from its source."""
    s = source_record.c
    wanted = _arrivals(golden_id).order_by(s.connection, s.stream, s.key)
    return [Event(row["first_seen"], "source", row) for row in dicts(reader, wanted.limit(limit))]


def _arrivals(golden_id: str) -> sa.Select[Any]:
    s = source_record.c
    same = sa.and_(*(s[name] == link.c[name] for name in ("connection", "stream", "key")))
    told = sa.select(s.connection, s.stream, s.key, s.first_seen)
    joined = told.select_from(link).join(source_record, same)
    return joined.where(link.c.golden_id == golden_id)


def _called(reader: Reader, golden_id: str, limit: int) -> list[Event]:
    """Calls with any of its numbers, or with those of its people."""
    found = calls.of_company(reader, golden_id, limit)
    return [Event(row["started_at"], "call", row) for row in found]


def _asked(reader: Reader, golden_id: str, limit: int) -> list[Event]:
    """Enquiries that come from it."""
    found = enquiries.of_company(reader, golden_id, limit)
    return [Event(row["began_at"], "enquiry", row) for row in found]


Loader = Callable[[Reader, str, int], list[Event]]
KINDS: dict[str, Loader] = {
    "feed": _told,
    "fields": _fields,
    "source": _arrived,
    "call": _called,
    "enquiry": _asked,
}


def of_party(reader: Reader, golden_id: str, limit: int = 100) -> list[Event]:
    """The newest events of every kind."""
    found = [event for load in KINDS.values() for event in load(reader, golden_id, limit)]
    return sorted(found, key=lambda event: event.at, reverse=True)[:limit]


def changes_of(reader: Reader, golden_id: str) -> int:
    """How many events there are but calls and enquiries: of each kind no more than 200 are counted."""
    told = sa.select(change.c.pos).where(change.c.golden_id == golden_id).limit(_MOST)
    v = golden_change.c
    versions = sa.select(v.version).where(v.golden_id == golden_id).distinct().limit(_MOST)
    both = [
        sa.select(sa.func.count()).select_from(part.subquery()).scalar_subquery()
        for part in (told, versions, _arrivals(golden_id).limit(_MOST))
    ]
    return sum(int(n) for n in reader.rows(sa.select(*both))[0])
