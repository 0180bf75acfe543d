"""What people type about a unit says nothing of the company it belongs to (handbook 8.3)."""

from __future__ import annotations

import polars as pl

from dedup.identity import GOLDEN_ID
from dedup.refs import REF
from dedup.resolve import UNIT_ID
from dedup.trust import OF_UNIT, TYPED, TrustOrder
from dedup.units import kpp_role

_MAIN = "main_unit"


def with_unit_marks(parties: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """`parties` (from `linked`) with `of_unit`: typed about another unit than the company's main one.

    The main unit is the head office, as a source knows it rather than as somebody typed it; else the one
    a source knows, else the first one typed. The hub is trusted with names, and whoever opens a branch
    would otherwise rename the company.
    """
    hubs = [name for name, trusted_as in trust.by_connection.items() if trusted_as == TYPED]
    typed = pl.col("connection").is_in(sorted(hubs))
    units = parties.filter(typed & pl.col(UNIT_ID).is_not_null() & pl.col("kpp").is_not_null())
    if units.is_empty():
        return parties.with_columns(pl.lit(value=False).alias(OF_UNIT))
    company = parties.join(units.select(GOLDEN_ID).unique(), on=GOLDEN_ID, how="semi")
    head = (kpp_role(pl.col("kpp")) == "head").fill_null(value=False)
    ranked = company.filter(pl.col(UNIT_ID).is_not_null()).sort(
        GOLDEN_ID, ~(head & ~typed), ~head, typed, "changed_at", REF
    )
    main = ranked.group_by(GOLDEN_ID).agg(pl.col(UNIT_ID).first().alias(_MAIN))
    beside = units.join(main, on=GOLDEN_ID).filter(pl.col(UNIT_ID) != pl.col(_MAIN))
    return parties.with_columns(pl.col(REF).is_in(beside[REF].to_list()).alias(OF_UNIT))
