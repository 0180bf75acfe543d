"""Survivorship: the best value of each field of each identity, and the union of many-valued ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dedup.refs import REF
from dedup.trust import TrustOrder, in_order


def survive(
    records: pl.DataFrame, group: str, fields: Sequence[str], trust: TrustOrder
) -> pl.DataFrame:
    """One row per `group`: the surviving value of each of `fields`, and `sources`, sorted refs."""
    base = records.group_by(group).agg(pl.col(REF).unique().sort().alias("sources")).sort(group)
    for order, same_order in trust.groups(fields).items():
        best = in_order(records, trust, order)
        values = best.group_by(group, maintain_order=True).agg(
            pl.col(field).drop_nulls().first() for field in same_order
        )
        base = base.join(values, on=group, how="left", maintain_order="left")
    return base.select(group, *fields, "sources")


def united(
    parts: Sequence[pl.DataFrame], key: Sequence[str], carried: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """One row per `key` over all `parts` (key columns, ref): repeats become one, with all their sources.

    `carried` columns keep the value of the first ref, so the answer does not depend on row order.
    """
    columns = [*key, *(carried or {}), REF]
    stacked = (
        pl.concat([part.select(columns) for part in parts]).drop_nulls(list(key)).sort(columns)
    )
    return stacked.group_by(list(key), maintain_order=True).agg(
        *(
            pl.col(source).drop_nulls().first().alias(name)
            for name, source in (carried or {}).items()
        ),
        pl.col(REF).unique().sort().alias("sources"),
    )
