"""A set of records to link, as files in a folder that every contestant reads.

`raw.parquet`: the columns of a table a person could have, as text. `clean.parquet`: the same rows after
Kanon's own cleaning, canonical columns and `row`; rows that cleaning refuses are not in it.
`keys.parquet`: what a foreign matcher needs of those, already in the shape it wants. `truth.parquet`: row,
true, unit, kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from mappings import load_mapping
from schemas.records import CHANGED_AT, DELETED, KEY

RAW, CLEAN, KEYS, TRUTH = "raw.parquet", "clean.parquet", "keys.parquet", "truth.parquet"
PORTION = 100_000
# A phone of more companies than this says nothing about any of them.
CAP = 40


def write_set(folder: Path, raw: pl.DataFrame, truth: pl.DataFrame) -> None:
    """Prepare a set of `raw` rows (any of the columns of mapping files/dedupe) and their truth."""
    folder.mkdir(parents=True, exist_ok=True)
    raw.write_parquet(folder / RAW)
    truth.with_row_index("row").cast({"row": pl.Int64}).write_parquet(folder / TRUTH)
    records = cleaned(raw)
    records.write_parquet(folder / CLEAN)
    typed = raw["address"].str.to_lowercase().gather(records["row"]).alias("address")
    keys_of(records).with_columns(typed).write_parquet(folder / KEYS)


def cleaned(raw: pl.DataFrame, columns: Sequence[str] = ()) -> pl.DataFrame:
    """Canonical party records of the rows, by the mapping `kanon dedupe` uses, with `row`.

    All their columns, or those asked for: what nobody asks for is not kept.
    """
    kept = [pl.col(name) for name in columns] or [pl.all()]
    row = pl.col("landing_row").alias("row")
    mapping = load_mapping("hub", "dedupe")
    landed = _landed(raw)
    portions = []
    for start in range(0, landed.height, PORTION):
        records = mapping.apply(landed.slice(start, PORTION), "file").records
        portions.append(records.with_columns(_source(raw, records)).select(*kept, row))
    return pl.concat(portions)


def _landed(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.with_row_index("nth").with_columns(
        pl.concat_str("source", "source_id", separator=":").alias(KEY),
        pl.col("updated_at").str.to_datetime("%Y-%m-%d %H:%M:%S", time_zone="UTC").alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
        pl.lit(0, pl.Int64).alias("_landing_id"),
        pl.col("nth").cast(pl.Int64).alias("_landing_row"),
    ).drop("nth")  # fmt: skip


def _source(raw: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    return raw["source"].gather(records["landing_row"]).alias("connection")


def keys_of(records: pl.DataFrame) -> pl.DataFrame:
    """Per record: row, numbers, name, form, contacts (null if none, capped), place, start of the name."""
    frame = records.with_columns(_uncapped(records, "phones"), _uncapped(records, "emails"))
    return frame.select(
        "row", "inn", "kpp", "ogrn",
        claimed=pl.coalesce("inn", "claimed_inn"), name="name_core", form="legal_form",
        phones="phones", emails="emails", place="address_key",
        street=_street(), region="region",
        start=pl.col("name_core").str.slice(0, 3),
    )  # fmt: skip


def _street() -> pl.Expr:
    """The address key up to its street: region|town|street."""
    return pl.col("address_key").str.extract(r"^([^|]*\|[^|]*\|[^|]+)", 1)


def _uncapped(records: pl.DataFrame, column: str) -> pl.Series:
    """The lists of `column` without values that more than `CAP` records have."""
    plain = pl.col(column).str.replace(";ext=.*", "")
    values = records.select("row", column).explode(column).drop_nulls(column).with_columns(plain)
    kept = values.unique(maintain_order=True).filter(pl.len().over(column) <= CAP)
    lists = kept.group_by("row", maintain_order=True).agg(column)
    return records.select("row").join(lists, on="row", how="left", maintain_order="left")[column]
