"""A steward's value wins over every source until it is released; many-valued fields are united with it."""

from __future__ import annotations

import polars as pl

from schemas.content import derived_id
from schemas.decisions import MANY_VALUED
from schemas.golden import golden_columns

OVERRIDES: dict[str, pl.DataType] = {
    "decision_id": pl.Int64(),
    "entity": pl.String(),
    "id": pl.String(),
    "field": pl.String(),
    "value": pl.String(),
}


def overridden(golden: pl.DataFrame, entity: str, overrides: pl.DataFrame) -> pl.DataFrame:
    """Golden records of `entity` with the values people set; of two for one field the later one wins.

    `overrides` (decision_id, entity, id, field, value): `id` is the golden id the decision is about now.
    """
    own = overrides.filter(
        pl.col("entity") == entity, ~pl.col("field").is_in(list(MANY_VALUED))
    ).sort("decision_id")
    for (field,), values in own.group_by("field", maintain_order=True):
        name = str(field)
        last = values.unique("id", keep="last", maintain_order=True)
        golden = golden.join(
            last.select("id", pl.col("value").alias("steward")),
            on="id", how="left", maintain_order="left",
        )  # fmt: skip
        golden = golden.with_columns(pl.coalesce("steward", name).alias(name)).drop("steward")
    return golden


def with_added(points: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    """Golden contact points with the phones and e-mails people added; one a source has is not repeated."""
    wanted = golden_columns("contact_point")
    added = overrides.filter(pl.col("field").is_in(list(MANY_VALUED))).select(
        pl.col("entity").alias("owner"),
        pl.col("id").alias("owner_id"),
        pl.col("field").replace_strict(dict(MANY_VALUED), default=None).alias("kind"),
        "value",
        pl.lit([], dtype=pl.List(pl.String)).alias("sources"),
    )
    key = ["owner", "owner_id", "kind", "value"]
    new = added.unique(key).join(points, on=key, how="anti")
    if new.is_empty():
        return points
    named = new.with_columns(derived_id(*key).alias("id")).select(points.columns)
    return pl.concat([points, named.cast(pl.Schema(wanted))]).sort("id")
