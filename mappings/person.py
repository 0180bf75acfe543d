"""A contact completed: the whole name and its parts told from each other."""

from __future__ import annotations

import polars as pl

from mappings.columns import words
from mappings.finish import Finishing

PARTS = {"last_name": "person_last", "first_name": "person_first", "middle_name": "person_middle"}


def finish_person(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with names of a `Person`; one of whom nothing is known is refused."""
    parts = [pl.col(name) for name in PARTS]
    frame = frame.with_columns(pl.coalesce("name", words(parts)).alias("name"))
    in_parts = pl.any_horizontal(part.is_not_null() for part in parts)
    frame = frame.with_columns(in_parts.alias("#parts"))
    for field, function in PARTS.items():
        given = frame.with_columns(
            pl.when(~pl.col("#parts")).then("name").alias("#whole"),
            pl.col(field).alias("#" + field),
        )
        frame = ask.cleaned(given, field, function, pl.col("#whole"))
        kept = pl.coalesce("#" + field, field).alias(field)
        frame = frame.with_columns(kept).drop("#whole", "#" + field)
    frame = ask.cleaned(frame, "name", "person_name", pl.col("name")).drop("#parts")
    nobody = pl.col("name").is_null() & (pl.col("phones").list.len().fill_null(0) == 0)
    nobody &= pl.col("emails").list.len().fill_null(0) == 0
    return ask.refuse(frame, "name", "name_missing", nobody)
