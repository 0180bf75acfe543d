"""What stood in the fields of golden records before: noted whenever one changes, by version."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import select

from schemas.golden import golden_columns
from store.bulk import append
from store.by_ref import of_values
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import golden, golden_change
from store.types import INSTANT

# Kept of what people look at; match keys and lists of records follow from elsewhere.
KEPT = ("legal_entity", "unit", "contact", "item")
_NOT_KEPT = {"id", "sources", "name_core", "address_key"}


def note(writer: Writer, entity: str, changed: pl.DataFrame) -> int:
    """Keep what golden records of these ids say now, of each field that will be another; how many fields.

    `changed` holds their new content; it is not written yet.
    """
    if entity not in KEPT or changed.is_empty():
        return 0
    c = golden[entity].c
    fields = [*(name for name in golden_columns(entity) if name not in _NOT_KEPT), "state"]
    told = select(c.id, c.version, *(c[name].label(f"{name}_before") for name in fields))
    held = of_values(writer, told, c.id, changed["id"].to_list())
    both = changed.select("id", *fields).join(held, on="id")
    parts = [_of_field(both, name) for name in fields]
    noted = pl.concat(parts).with_columns(
        pl.lit(entity).alias("entity"), pl.lit(utc_now()).cast(INSTANT).alias("at")
    )
    return append(writer, golden_change, noted.sort("golden_id", "field"))


def _of_field(both: pl.DataFrame, name: str) -> pl.DataFrame:
    differs = pl.col(name).ne_missing(pl.col(f"{name}_before"))
    return both.filter(differs).select(
        pl.col("id").alias("golden_id"),
        (pl.col("version") + 1).alias("version"),
        pl.lit(name).alias("field"),
        pl.col(f"{name}_before").cast(pl.String).alias("before"),
        pl.col(name).cast(pl.String).alias("after"),
    )


def of(reader: Reader, golden_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """The newest changes of the fields of one golden record: version, field, before, after, at."""
    c = golden_change.c
    wanted = select(c.version, c.field, c.before, c.after, c.at).where(c.golden_id == golden_id)
    newest = wanted.order_by(c.version.desc(), c.field).limit(limit)
    return [dict(row._mapping) for row in reader.rows(newest)]
