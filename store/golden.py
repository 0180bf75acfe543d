"""Golden records: written by difference, so that a recomputation that changes nothing writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import func, select

from schemas.content import content_hash
from schemas.golden import golden_columns
from store import field_history
from store.bulk import Written, compare, insert_new, update_changed
from store.by_ref import of_values
from store.engine import Reader, Writer
from store.search import search_text
from store.tables import SEARCHED, golden, identity

_OWNED = {
    "unit": "legal_entity_id",
    "contact": "legal_entity_id",
    "contact_point": "owner_id",
    "address": "legal_entity_id",
}
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
        field_history.note(writer, entity, delta.changed)
        bump = {"version": table.c.version + 1}
        update_changed(writer, table, delta.changed.with_columns(stamp), ["id"], bump)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def save(
    writer: Writer,
    entity: str,
    records: pl.DataFrame,
    *,
    whole: bool = False,
    among: pl.Series | None = None,
) -> Written:
    """Store golden records (`golden_columns(entity)`, optionally `state`) that are new or changed.

    A new record has version 1, a changed one its version plus 1. With `whole`, stored records that are
    not among them end: `merged` if their identity is, else `retired`; their last content stays. With
    `among`, only those of these ids do.
    """
    written = _write(writer, entity, _fingerprinted(entity, records))
    if whole:
        alive = writer.frame(select(golden[entity].c.id).where(golden[entity].c.state == _ACTIVE))
        written += _end_absent(writer, entity, alive.join(records, on="id", how="anti")["id"])
    if among is not None:
        absent = among.to_frame("id").join(records, on="id", how="anti")["id"].to_list()
        written += _end_absent(writer, entity, _alive(writer, entity, "id", absent)["id"])
    return written


def _alive(reader: Reader, entity: str, column: str, values: Sequence[str]) -> pl.DataFrame:
    """The ids of living golden records of which a column has one of the values."""
    table = golden[entity]
    wanted = select(table.c.id).where(table.c.state == _ACTIVE)
    return of_values(reader, wanted, table.c[column], values)


def _end_absent(writer: Writer, entity: str, gone: pl.Series) -> Written:
    if gone.is_empty():
        return Written()
    table, ids = golden[entity], gone.to_list()
    gave_way = select(identity.c.id).where(identity.c.state == "merged")
    merged = of_values(writer, gave_way, identity.c.id, ids)
    columns = (table.c[name] for name in golden_columns(entity))
    stored = of_values(writer, select(*columns), table.c.id, ids).sort("id")
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


def ids_by(reader: Reader, entity: str, column: str, values: Sequence[str]) -> list[str]:
    """The ids of the living golden records of which a column has one of many values."""
    return _alive(reader, entity, column, values)["id"].to_list()


def values_of(reader: Reader, entity: str, column: str, ids: Sequence[str]) -> list[str]:
    """What a column says in golden records, of these ids, living or not."""
    table = golden[entity]
    found = of_values(reader, select(table.c[column]), table.c.id, ids)
    return found.to_series().drop_nulls().unique().sort().to_list()


def count_parts(reader: Reader, ids: Sequence[str]) -> dict[str, int]:
    """How many living units, people, contact points of their own and addresses some companies have."""
    counted = {
        entity: select(func.count())
        .where(golden[entity].c[owner].in_(list(ids)), golden[entity].c.state == _ACTIVE)
        .scalar_subquery()
        for entity, owner in _OWNED.items()
    }
    row = reader.rows(select(*counted.values()))[0]
    return {entity: int(number) for entity, number in zip(counted, row, strict=True)}


def living(reader: Reader) -> int:
    """How many legal entities there are."""
    table = golden["legal_entity"]
    alive = select(func.count()).select_from(table).where(table.c.state == _ACTIVE)
    return int(reader.scalar(alive) or 0)


def has_living(reader: Reader, many: int) -> bool:
    """Whether there are so many legal entities; no more of them are counted."""
    table = golden["legal_entity"]
    first = select(table.c.id).where(table.c.state == _ACTIVE).limit(many).subquery()
    return int(reader.scalar(select(func.count()).select_from(first)) or 0) >= many


def newest(reader: Reader, entity: str) -> int:
    """The highest `seq` of an entity's golden records."""
    return int(reader.scalar(select(func.max(golden[entity].c.seq))) or 0)


def version(reader: Reader, entity: str, golden_id: str) -> int | None:
    """The version of a golden record; None if there is none of that id."""
    table = golden[entity]
    found = reader.scalar(select(table.c.version).where(table.c.id == golden_id))
    return None if found is None else int(found)
