"""Calls, written by difference: what is assembled equal is not written again."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import select, tuple_

from schemas.calls import call_columns
from schemas.content import content_hash
from store.bulk import Written, compare, delete_keys, insert_new, update_changed
from store.by_ref import of_values
from store.engine import Reader, Writer
from store.tables import call, canonical

_LEG = canonical["call_leg"]
_COLUMNS = [call.c[name] for name in call_columns()]


def save(writer: Writer, calls: pl.DataFrame) -> Written:
    """Store calls (`call_columns()`) that are new or differ; a changed one's version grows by 1."""
    content = [name for name in call_columns() if name != "id"]
    hashed = calls.with_columns(content_hash(calls.schema, content).alias("hash"))
    delta = compare(writer, call, hashed, ["id"])
    if delta:
        stamp = pl.lit(writer.next("seq"), pl.Int64).alias("seq")
        if delta.new.height:
            first = pl.lit(1, pl.Int64).alias("version")
            insert_new(writer, call, delta.new.with_columns(stamp, first))
        bump = {"version": call.c.version + 1}
        update_changed(writer, call, delta.changed.with_columns(stamp), ["id"], bump)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def remove(writer: Writer, ids: pl.Series) -> int:
    """Drop calls none of whose legs is left; how many."""
    return delete_keys(writer, call, pl.DataFrame({"id": ids}))


def load(reader: Reader) -> pl.DataFrame:
    """Every call, in the order of ids."""
    return reader.frame(select(*_COLUMNS).order_by(call.c.id))


def of_numbers(reader: Reader, phones: Sequence[str], numbers: Sequence[str]) -> pl.DataFrame:
    """The calls with any of these phones, and those without a phone with any of these numbers."""
    by_phone = of_values(reader, select(*_COLUMNS), call.c.phone, phones)
    nameless = select(*_COLUMNS).where(call.c.phone.is_(None))
    return pl.concat([by_phone, of_values(reader, nameless, call.c.number, numbers)])


def legs_of_changed(reader: Reader, since_seq: int) -> pl.DataFrame:
    """All legs of every call of which a leg was written after `since_seq`."""
    changed = select(_LEG.c.connection, _LEG.c.linked).where(_LEG.c.seq > since_seq).distinct()
    wanted = select(_LEG).where(
        _LEG.c.deleted.is_(False), tuple_(_LEG.c.connection, _LEG.c.linked).in_(changed)
    )
    return reader.frame(wanted)


def legs(reader: Reader) -> pl.DataFrame:
    """Every leg that its switch has not taken back."""
    return reader.frame(select(_LEG).where(_LEG.c.deleted.is_(False)))
