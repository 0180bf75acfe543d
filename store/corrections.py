"""Corrections: what a person says a source's field should read, kept beside the landing, which never changes.

A correction holds while the source goes on sending the value it was made for. It ends `withdrawn` by a
person, `replaced` by a later one, or `overtaken` by the source, which then has the last word. While
`pending`, the records it concerns have yet to be mapped again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, and_, select, update

from store.bulk import append, compare, stage, unstage, update_changed
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import correction, source_record
from store.types import INSTANT

PLACE = ("connection", "stream", "key", "field")
EDIT = pl.Schema(dict.fromkeys((*PLACE, "was", "value"), pl.String()))
_C = correction.c
_STANDS = _C.ended_at.is_(None)
_AT_ONCE = 500


def save(
    writer: Writer,
    edits: pl.DataFrame,
    author: str,
    reason: str | None,
    batch: str,
    now: datetime | None = None,
) -> int:
    """Let `edits` (columns of `EDIT`, each place once) stand from now on; how many are new.

    One that stands already is left as it is; one of another value is replaced, and stands again when
    `batch` is withdrawn. Its lock lets one person correct at a time.
    """
    writer.next("correction", 0)
    delta = compare(
        writer, correction, edits.select(EDIT.names()), PLACE, ("was", "value"), _STANDS
    )
    moment = now or utc_now()
    ends = {"ended_at": moment, "ending": "replaced", "ended_by": batch}
    update_changed(writer, correction, delta.changed.select(PLACE), PLACE, ends, _STANDS)
    fresh = pl.concat([delta.new, delta.changed])
    if fresh.height:
        last = writer.next("correction", fresh.height)
        ids = pl.int_range(last - fresh.height + 1, last + 1, dtype=pl.Int64).alias("id")
        told = (
            pl.lit(author).alias("author"),
            pl.lit(reason, pl.String).alias("reason"),
            pl.lit(batch).alias("batch"),
            pl.lit(value=True).alias("pending"),
            pl.lit(moment).cast(INSTANT).alias("created_at"),
        )
        append(writer, correction, fresh.with_columns(ids, *told))
    return fresh.height


def withdraw(writer: Writer, batch: str, by: str, now: datetime | None = None) -> int:
    """End what still stands of a batch, and let stand again what it replaced; how many ended."""
    writer.next("correction", 0)
    ends = {"ended_at": now or utc_now(), "ending": "withdrawn", "ended_by": by, "pending": True}
    ended = writer.execute(update(correction).values(**ends).where(_C.batch == batch, _STANDS))
    if ended:
        again = {"ended_at": None, "ending": None, "ended_by": None, "pending": True}
        replaced = (_C.ending == "replaced", _C.ended_by == batch)
        writer.execute(update(correction).values(**again).where(*replaced))
    return ended


def connections_of(reader: Reader, batch: str) -> list[str]:
    """The connections whose records a batch corrects; empty if there is no such batch."""
    wanted = select(_C.connection).where(_C.batch == batch).distinct().order_by(_C.connection)
    return [row.connection for row in reader.rows(wanted)]


def standing(reader: Reader, connection: str, streams: Sequence[str]) -> pl.DataFrame:
    """id, stream, key, field, was, value of the corrections in force for these streams."""
    columns = (_C.id, _C.stream, _C.key, _C.field, _C.was, _C.value)
    wanted = (_C.connection == connection, _C.stream.in_(streams), _STANDS)
    return reader.frame(select(*columns).where(*wanted).order_by(_C.id))


def pending(reader: Reader, connection: str) -> pl.DataFrame:
    """id, stream and key of what was corrected, or taken back, and has not been mapped again since."""
    wanted = (_C.pending.is_(True), _C.connection == connection)
    return reader.frame(select(_C.id, _C.stream, _C.key).where(*wanted).order_by(_C.id))


def carried(writer: Writer, ids: Sequence[int]) -> int:
    """Note that the records of these corrections have been mapped again."""
    return _update(writer, ids, _C.pending.is_(True), pending=False)


def overtaken(writer: Writer, ids: Sequence[int], now: datetime | None = None) -> int:
    """End corrections whose field the source has changed since; how many still stood."""
    return _update(writer, ids, _STANDS, ended_at=now or utc_now(), ending="overtaken")


def _update(writer: Writer, ids: Sequence[int], where: ColumnElement[bool], **values: Any) -> int:
    done = 0
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        done += writer.execute(update(correction).values(**values).where(_C.id.in_(part), where))
    return done


def newest_landed(writer: Writer, places: pl.DataFrame) -> pl.DataFrame:
    """Those of `places` (connection, stream, key, landing_id, landing_row) that nothing landed after."""
    if places.is_empty():
        return places
    staging = stage(writer, source_record, places)
    same = and_(*(source_record.c[name] == staging.c[name] for name in places.columns))
    found = writer.frame(select(*staging.c).select_from(staging.join(source_record, same)))
    unstage(writer, staging)
    return found
