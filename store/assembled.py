"""Rows that stages assemble of landed records, such as calls and enquiries: stored by difference, with a version."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from schemas.content import content_hash
from store.bulk import Written, compare, insert_new, update_changed
from store.engine import Writer


def save_assembled(
    writer: Writer, table: Table, rows: pl.DataFrame, columns: Iterable[str]
) -> Written:
    """Store rows (`columns`, one of them `id`) that are new or differ; a changed one's version grows by 1."""
    content = [name for name in columns if name != "id"]
    hashed = rows.with_columns(content_hash(rows.schema, content).alias("hash"))
    delta = compare(writer, table, hashed, ["id"])
    if delta:
        stamp = pl.lit(writer.next("seq"), pl.Int64).alias("seq")
        if delta.new.height:
            first = pl.lit(1, pl.Int64).alias("version")
            insert_new(writer, table, delta.new.with_columns(stamp, first))
        bump = {"version": table.c.version + 1}
        update_changed(writer, table, delta.changed.with_columns(stamp), ["id"], bump)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)
