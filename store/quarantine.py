"""Quarantine: records a stage could not accept, one open row per record, kept until someone decides.

open → replayed (a later pass accepted the record) · fixed (mended at the source) · discarded. Closing
marks the row; nothing is deleted. A row put off waits out of sight until its day, and opens again sooner
if the record is refused otherwise than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl
from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select, text, update

from schemas.content import content_hash
from store.bulk import Written, compare, insert_new, stage, unstage, update_changed
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import quarantine
from store.types import INSTANT

State = Literal["open", "put_off", "fixed", "replayed", "discarded"]
HELD = ("open", "put_off")
_AT_ONCE = 500  # ids in one statement; its parameters are limited
_KEY = ("stage", "connection", "stream", "key")
_OPTIONAL = {"landing_id": pl.Int64, "landing_row": pl.Int64, "mapping_version": pl.String}
_TOLD = ("reason", "field", "value", "message_ru", "message_en", "payload", *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class Place:
    """The stage that refused a record, and the stream the record came in."""

    stage: str
    connection: str
    stream: str

    def matches(self) -> ColumnElement[bool]:
        """The open rows and those put off of this place."""
        q = quarantine.c
        same = (q.stage == self.stage, q.connection == self.connection, q.stream == self.stream)
        return and_(*same, q.state.in_(HELD))


def _prepared(place: Place, rejects: pl.DataFrame) -> pl.DataFrame:
    """Rejects with a key each, and no NUL, which PostgreSQL cannot store in text."""
    missing = [pl.lit(None, t).alias(c) for c, t in _OPTIONAL.items() if c not in rejects.columns]
    told = rejects.with_columns(missing).select("key", *_TOLD)
    told = told.with_columns(pl.col(pl.String).str.replace_all("\0", "␀", literal=True))
    digest = content_hash(told.schema, ["payload", "reason", "field", "value"]).cast(pl.String)
    named = pl.when(pl.col("key").fill_null("") == "").then("#" + digest).otherwise("key")
    return told.with_columns(
        named.alias("key"),
        pl.lit(place.stage).alias("stage"),
        pl.lit(place.connection).alias("connection"),
        pl.lit(place.stream).alias("stream"),
    ).unique(subset=_KEY, keep="last", maintain_order=True)


def put(
    writer: Writer,
    place: Place,
    rejects: pl.DataFrame,
    run_id: int | None,
    now: datetime | None = None,
) -> Written:
    """Open a row per reject, or update the open one; equal rejects write nothing.

    `rejects` has the columns of `schemas.records.REJECTS`, and may have `landing_id`, `landing_row` and
    `mapping_version`. A reject without a key is named by a digest of what it says.
    """
    if rejects.is_empty():
        return Written()
    held = quarantine.c.state.in_(HELD)
    delta = compare(writer, quarantine, _prepared(place, rejects), _KEY, _TOLD, held)
    moment = pl.lit(now or utc_now()).cast(INSTANT)
    seen = (moment.alias("last_seen"), pl.lit(run_id, pl.Int64).alias("run_id"))
    again = {"attempts": quarantine.c.attempts + 1, "state": "open", "put_off_until": None}
    update_changed(writer, quarantine, delta.changed.with_columns(seen), _KEY, again, held)
    if delta.new.height:
        last = writer.next("quarantine", delta.new.height)
        ids = pl.int_range(last - delta.new.height + 1, last + 1, dtype=pl.Int64).alias("id")
        opened = (
            moment.alias("first_seen"),
            pl.lit("open").alias("state"),
            pl.lit(1, pl.Int64).alias("attempts"),
        )
        insert_new(writer, quarantine, delta.new.with_columns(ids, *seen, *opened))
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def holds(reader: Reader, place: Place) -> bool:
    """Whether any row of a place is open or put off."""
    return bool(reader.rows(select(literal(1)).where(place.matches()).limit(1)))


def resolve(writer: Writer, place: Place, keys: pl.Series, now: datetime | None = None) -> int:
    """Close the open rows of `keys` as replayed: the stage has accepted those records; how many."""
    if not holds(writer, place):
        return 0
    staging = stage(writer, quarantine, pl.DataFrame({"key": keys.cast(pl.String).unique()}))
    if writer.is_postgres:
        # Rows refused in this very transaction are unknown to its planner, which then takes each of them
        # through all the keys: a load of many portions would cost the square of their number.
        writer.session.execute(text(f"CREATE INDEX ON {staging.name} (key)"))
    accepted = quarantine.c.key.in_(select(staging.c.key))
    closed = update(quarantine).values(state="replayed", last_seen=now or utc_now())
    count = writer.execute(closed.where(place.matches(), accepted))
    unstage(writer, staging)
    return count


def reread(
    writer: Writer,
    place: Place,
    files: Sequence[str],
    rejects: pl.DataFrame,
    now: datetime | None = None,
) -> int:
    """Close, as replayed, the keyless rows of `files` that reading these files again did not refuse.

    A row without a key is named by a digest and says in `value` where it stands: the file, then `:`, `,`
    or ` #` and the place in it. `rejects` is everything refused this time. How many were closed.
    """
    q = quarantine.c
    rows = select(q.id, q.key).where(place.matches(), func.substr(q.key, 1, 1) == "#")
    if not files or not writer.rows(rows.limit(1)):
        return 0
    refused = set(_prepared(place, rejects)["key"].to_list())
    closed = []
    for name in files:
        starts = [name + mark for mark in (":", ", ", " #")]
        here = or_(*(func.substr(q.value, 1, len(start)) == start for start in starts))
        closed += [row.id for row in writer.rows(rows.where(here)) if row.key not in refused]
    return mark(writer, closed, "replayed", now=now)


def mark(
    writer: Writer, ids: Sequence[int], state: State, note: str = "", now: datetime | None = None
) -> int:
    """Close open rows as fixed, replayed or discarded; only open rows change; how many did.

    A `note`, why a person decided so, is added to the row's sentences.
    """
    values: dict[str, Any] = {"state": state, "last_seen": now or utc_now()}
    if note:
        values["message_ru"] = quarantine.c.message_ru + f" [{note}]"
        values["message_en"] = quarantine.c.message_en + f" [{note}]"
    return _update_open(writer, ids, values)


def put_off(
    writer: Writer,
    ids: Sequence[int],
    why: str,
    by: str,
    until: datetime,
    now: datetime | None = None,
) -> int:
    """Put open rows out of sight until a day, with the reason and who says so; how many were open."""
    told = {"put_off_until": until, "put_off_by": by, "put_off_why": why}
    return _update_open(writer, ids, {"state": "put_off", "last_seen": now or utc_now(), **told})


def reopen(writer: Writer, ids: Sequence[int]) -> int:
    """Bring back rows that were put off, before their day; how many."""
    again = update(quarantine).values(state="open", put_off_until=None)
    again = again.where(quarantine.c.state == "put_off")
    return sum(writer.execute(again.where(quarantine.c.id.in_(part))) for part in _slices(ids))


def reopen_due(writer: Writer, now: datetime | None = None) -> int:
    """Bring back the rows put off whose day has come; how many."""
    due = (quarantine.c.state == "put_off", quarantine.c.put_off_until <= (now or utc_now()))
    again = update(quarantine).values(state="open", put_off_until=None)
    return writer.execute(again.where(*due))


def attempted(writer: Writer, ids: Sequence[int], now: datetime | None = None) -> int:
    """Note that a replay of these rows was tried and refused again; how many are open."""
    return _update_open(
        writer, ids, {"attempts": quarantine.c.attempts + 1, "last_seen": now or utc_now()}
    )


def _update_open(writer: Writer, ids: Sequence[int], values: dict[str, Any]) -> int:
    again = update(quarantine).values(**values).where(quarantine.c.state == "open")
    return sum(writer.execute(again.where(quarantine.c.id.in_(part))) for part in _slices(ids))


def _slices(ids: Sequence[int]) -> list[Sequence[int]]:
    """The ids in parts that fit into one statement, ascending, each once."""
    every = sorted(set(ids))
    return [every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)]


def groups(reader: Reader, state: State = "open") -> pl.DataFrame:
    """Rows per stage, connection, stream and reason, most first, with sentences and first/last seen."""
    q = quarantine.c
    by = (q.stage, q.connection, q.stream, q.reason)
    rows = func.count().label("rows")
    statement = select(
        *by,
        rows,
        func.min(q.message_ru).label("message_ru"),
        func.min(q.message_en).label("message_en"),
        func.min(q.first_seen).label("first_seen"),
        func.max(q.last_seen).label("last_seen"),
    )
    return reader.frame(statement.where(q.state == state).group_by(*by).order_by(rows.desc(), *by))


def _filtered(filters: dict[str, Any]) -> Select[Any]:
    return select(quarantine).where(
        *(quarantine.c[n] == v for n, v in filters.items() if v is not None)
    )


def page(reader: Reader, after: int = 0, limit: int = 100, **filters: Any) -> pl.DataFrame:
    """Up to `limit` rows with an id above `after`; filters are column=value (state, reason, stream…)."""
    q = quarantine.c
    return reader.frame(_filtered(filters).where(q.id > after).order_by(q.id).limit(limit))


def get(reader: Reader, row_id: int) -> Row[Any] | None:
    """One row, or None."""
    found = reader.rows(select(quarantine).where(quarantine.c.id == row_id))
    return found[0] if found else None


def chosen(reader: Reader, ids: Sequence[int]) -> pl.DataFrame:
    """The rows with these ids, in their order, as a frame: what a replay needs."""
    wanted = select(quarantine).order_by(quarantine.c.id)
    parts = [reader.frame(wanted.where(quarantine.c.id.in_(part))) for part in _slices(ids) or [[]]]
    return pl.concat(parts)
