"""Canonical records: what sources say, cleaned and typed, one row per source record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl
from sqlalchemy import and_, false, func, or_, select

from schemas import entities
from store.bulk import Written, append, compare, delete_keys, insert_new, roomy, update_changed
from store.by_ref import of_keys
from store.engine import Reader, Writer
from store.indexes import count_values, drop_indexes, ensure_indexes
from store.tables import canonical, counter

KEY = ("connection", "stream", "key")
_SEQ = "seq"


def save(writer: Writer, entity: str, records: pl.DataFrame) -> Written:
    """Store the records that are new or whose `hash` differs; the rest is left untouched.

    `records` has the columns of `schemas.entities.columns(entity)` and `hash`. All rows written bear one
    `seq`, higher than any committed before, so that later stages find them.
    """
    table = canonical[entity]
    delta = compare(writer, table, records, KEY)
    if delta:
        stamp = pl.lit(writer.next(_SEQ), pl.Int64).alias("seq")
        if delta.new.height:
            insert_new(writer, table, delta.new.with_columns(stamp))
        update_changed(writer, table, delta.changed.with_columns(stamp), KEY)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def remove(writer: Writer, entity: str, keys: pl.DataFrame) -> int:
    """Drop the records with these (connection, stream, key); how many. For those a mapping now refuses."""
    gone = delete_keys(writer, canonical[entity], keys.select(KEY))
    if gone:
        writer.next(f"removed_{entity}", gone)
    return gone


def load(
    reader: Reader,
    entity: str,
    columns: Sequence[str] | None = None,
    since_seq: int = 0,
    *,
    connection: str | None = None,
    stream: str | None = None,
) -> pl.DataFrame:
    """Records written after `since_seq`, in key order, as the entity's Polars types.

    All columns of the entity, `hash` and `seq`, or only `columns`.
    """
    table = canonical[entity]
    wanted = [*entities.columns(entity), "hash", "seq"] if columns is None else columns
    statement = select(*(table.c[name] for name in wanted))
    if connection is not None:
        statement = statement.where(table.c.connection == connection)
    if stream is not None:
        statement = statement.where(table.c.stream == stream)
    if since_seq:
        statement = statement.where(table.c.seq > since_seq)
        if set(KEY).issubset(wanted):
            # Put in order by the database, all would be read by key for the sake of the few that changed.
            return reader.frame(statement).sort(KEY)
    return reader.frame(statement.order_by(*(table.c[name] for name in KEY)))


def newest(reader: Reader, entity: str) -> int:
    """The highest `seq` of an entity's records, 0 if there are none: a checkpoint for those who follow."""
    return int(reader.scalar(select(func.max(canonical[entity].c.seq))) or 0)


def position(reader: Reader, entity: str) -> str:
    """What changes whenever a record of the entity is written or removed."""
    removed = select(counter.c.value).where(counter.c.name == f"removed_{entity}")
    return f"{newest(reader, entity)}-{int(reader.scalar(removed) or 0)}"


@contextmanager
def first_load(writer: Writer, entity: str) -> Iterator[None]:
    """The block may `append_first` to the empty table of `entity`; its indexes are built at the end."""
    with roomy(writer):
        drop_indexes(writer, canonical[entity])
        yield
        ensure_indexes(writer, canonical[entity])
    count_values(writer, canonical[entity])


def append_first(writer: Writer, entity: str, records: pl.DataFrame) -> Written:
    """Add records inside `first_load`; no key may come twice in the whole load."""
    stamp = pl.lit(writer.next(_SEQ), pl.Int64).alias("seq")
    return Written(inserted=append(writer, canonical[entity], records.with_columns(stamp)))


def living(reader: Reader, entity: str) -> int:
    """How many records of an entity are not deleted in their source."""
    table = canonical[entity]
    alive = select(func.count()).select_from(table).where(table.c.deleted.is_(False))
    return int(reader.scalar(alive) or 0)


def of_refs(
    reader: Reader, entity: str, refs: Sequence[str], columns: Sequence[str]
) -> pl.DataFrame:
    """`columns` of the records with these refs, in no order; those it has no more are left out."""
    table = canonical[entity]
    wanted = select(*(table.c[name] for name in columns))
    return of_keys(reader, wanted, table, refs)


def some(reader: Reader, entity: str, many: int) -> pl.DataFrame:
    """So many living records of an entity, whichever come first."""
    table = canonical[entity]
    wanted = select(*(table.c[name] for name in entities.columns(entity)))
    return reader.frame(wanted.where(table.c.deleted.is_(False)).limit(many))


def of_records(reader: Reader, entity: str, keys: pl.DataFrame) -> pl.DataFrame:
    """The records with these (connection, stream, key): few, such as those of one identity."""
    table = canonical[entity]
    wanted = or_(
        false(),
        *(
            and_(*(table.c[name] == row[name] for name in KEY))
            for row in keys.select(KEY).iter_rows(named=True)
        ),
    )
    columns = [table.c[name] for name in entities.columns(entity)]
    return reader.frame(select(*columns).where(wanted).order_by(*(table.c[name] for name in KEY)))
