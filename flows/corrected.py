"""Landed rows as people corrected them: on the way to mapping, the landing itself stays as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.house import House
from flows.map_portion import storable
from mappings.reading import as_text
from schemas.records import KEY
from store import corrections
from store.engine import Writer
from store.landing import LANDING_ID, LANDING_ROW

_WAS, _NEW, _ID = "_was", "_new", "_correction"
DEPARTED = pl.Schema(
    {"id": pl.Int64(), "key": pl.String(), "landing_id": pl.Int64(), "landing_row": pl.Int64()}
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """Rows to map, and the corrections (columns of `DEPARTED`) whose field reads otherwise in them."""

    rows: pl.DataFrame
    departed: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections in force for some streams of a connection: stream, key, field, was, value."""

    standing: pl.DataFrame

    @classmethod
    def of(cls, house: House, connection: str, streams: Sequence[str]) -> Corrections:
        """Those that stand now."""
        with house.store.read() as reader:
            return cls(corrections.standing(reader, connection, streams))

    def apply(self, stream: str, rows: pl.DataFrame) -> Corrected:
        """`rows` of a stream with every field corrected that still reads as it was corrected for.

        A field with a correction becomes text, which is how a mapping reads it anyway.
        """
        mine = self.standing.filter(
            pl.col("stream") == stream, pl.col("key").is_in(rows[KEY].implode())
        )
        if mine.is_empty():
            return Corrected(rows, DEPARTED.to_frame())
        changed, departed = storable(rows), []
        for (field,), part in mine.group_by("field", maintain_order=True):
            changed, gone = _one_field(changed, str(field), part)
            departed.append(gone)
        return Corrected(changed, pl.concat(departed))


def end_overtaken(writer: Writer, connection: str, stream: str, departed: pl.DataFrame) -> int:
    """End those corrections (columns of `DEPARTED`) that the newest landed record departs from; how many."""
    if departed.is_empty():
        return 0
    places = departed.select(
        pl.lit(connection).alias("connection"),
        pl.lit(stream).alias("stream"),
        "key",
        "landing_id",
        "landing_row",
    )
    newest = corrections.newest_landed(writer, places.unique())
    over = departed.join(newest, on=["key", "landing_id", "landing_row"], how="semi")
    return corrections.overtaken(writer, over["id"].unique().sort().to_list())


def text_of(schema: pl.Schema, field: str) -> pl.Expr:
    """A column as a mapping reads it; null if the rows do not have it."""
    return as_text(pl.col(field), schema[field]) if field in schema else pl.lit(None, pl.String)


def _one_field(
    rows: pl.DataFrame, field: str, part: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    told = part.select(
        pl.col("key").alias(KEY),
        pl.col("was").alias(_WAS),
        pl.col("value").alias(_NEW),
        pl.col("id").alias(_ID),
    )
    found = rows.with_columns(text_of(rows.schema, field).alias(field)).join(
        told, on=KEY, how="left", maintain_order="left"
    )
    holds = pl.col(_ID).is_not_null() & pl.col(field).eq_missing(pl.col(_WAS))
    departed = found.filter(pl.col(_ID).is_not_null() & ~holds).select(
        pl.col(_ID).alias("id"),
        pl.col(KEY).alias("key"),
        pl.col(LANDING_ID).alias("landing_id"),
        pl.col(LANDING_ROW).alias("landing_row"),
    )
    value = pl.when(holds).then(pl.col(_NEW)).otherwise(pl.col(field))
    return found.with_columns(value.alias(field)).drop(_WAS, _NEW, _ID), departed.cast(DEPARTED)
