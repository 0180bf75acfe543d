"""Golden records: written by difference, so that a recomputation that changes nothing writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import func, select

from schemas.content import content_hash
from schemas.golden import golden_columns
from store.bulk import Written, compare, insert_new, update_changed
from store.engine import Reader, Writer
from store.search import search_text
from store.tables import SEARCHED, golden, identity

_ACTIVE = "active"
_RETIRED = "retired"


def _fingerprinted(entity: str, records: pl.DataFrame) -> pl.DataFrame:
    """State and hash added where missing; the hash covers the content, the sources and the state."""
    if "state" not in records.columns:
        records = records.with_columns(pl.lit(_ACTIVE).alias("state"))
    content = [*(name for name in golden_columns(entity) if name != "id"), "state"]
    records = records.with_columns(content_hash(records.schema, content).alias("hash"))
    if entity in SEARCHED:
        records = records.with_columns(search_text(entity).alias("search_text"))
    return records


def _write(writer: Writer, entity: str, records: pl.DataFrame) -> Written:
    table = golden[entity]
    delta = compare(writer, table, records, ["id"])
    if delta:
        stamp = pl.lit(writer.next("seq"), pl.Int64).alias("seq")
        if delta.new.height:
            first = pl.lit(1, pl.Int64).alias("version")
            insert_new(writer, table, delta.new.with_columns(stamp, first))
        bump = {"version": table.c.version + 1}
        update_changed(writer, table, delta.changed.with_columns(stamp), ["id"], bump)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def save(writer: Writer, entity: str, records: pl.DataFrame, *, whole: bool = False) -> Written:
    """Store golden records (`golden_columns(entity)`, optionally `state`) that are new or changed.

    A new record has version 1, a changed one its version plus 1. With `whole`, stored records that are
    not among them end: `merged` if their identity is, else `retired`; their last content stays.
    """
    written = _write(writer, entity, _fingerprinted(entity, records))
    if whole:
        written += _end_absent(writer, entity, records["id"])
    return written


def _end_absent(writer: Writer, entity: str, present: pl.Series) -> Written:
    table = golden[entity]
    alive = writer.frame(select(table.c.id).where(table.c.state == _ACTIVE))
    gone = alive.join(present.to_frame("id"), on="id", how="anti")
    if gone.is_empty():
        return Written()
    merged = writer.frame(select(identity.c.id).where(identity.c.state == "merged"))
    stored = load(writer, entity).join(gone, on="id", how="semi")
    ended = pl.when(pl.col("id").is_in(merged["id"].implode())).then(pl.lit("merged"))
    return _write(
        writer,
        entity,
        _fingerprinted(
            entity, stored.with_columns(ended.otherwise(pl.lit(_RETIRED)).alias("state"))
        ),
    )


def load(
    reader: Reader,
    entity: str,
    columns: Sequence[str] | None = None,
    since_seq: int = 0,
    *,
    active: bool = False,
) -> pl.DataFrame:
    """Golden records written after `since_seq`, in id order; with `active`, only living ones.

    Without `columns`: those of the entity.
    """
    table = golden[entity]
    statement = select(*(table.c[name] for name in columns or golden_columns(entity)))
    if since_seq:
        statement = statement.where(table.c.seq > since_seq)
    if active:
        statement = statement.where(table.c.state == _ACTIVE)
    return reader.frame(statement.order_by(table.c.id))


def newest(reader: Reader, entity: str) -> int:
    """The highest `seq` of an entity's golden records."""
    return int(reader.scalar(select(func.max(golden[entity].c.seq))) or 0)


def version(reader: Reader, entity: str, golden_id: str) -> int | None:
    """The version of a golden record; None if there is none of that id."""
    table = golden[entity]
    found = reader.scalar(select(table.c.version).where(table.c.id == golden_id))
    return None if found is None else int(found)
