"""Units of the legal entities: each head office, and the branches some companies have."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulators.world.chance import chance, whole
from simulators.world.labels import bit
from simulators.world.places import addresses, draw_places

_REASONS = ("43", "43", "44", "45", "02")


def build_units(entities: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Head offices first (unit number = entity number), then branches; the columns of entities and
    `unit`, `role` (head or branch). A branch has its own KPP, address and phone, the INN of its head."""
    heads = entities.with_columns(unit=pl.col("entity"), role=pl.lit("head"))
    return pl.concat([heads, _branches(entities, seed)], how="diagonal")


def _branches(entities: pl.DataFrame, seed: int) -> pl.DataFrame:
    draw = chance(seed, "branches").random(entities.height)
    firms = (entities["kind"] == "organization").to_numpy() & (draw < 0.08)
    many = 1 + (draw * 1000).astype(np.int64) % 3
    parents = np.repeat(np.flatnonzero(firms), many[firms])
    frame = entities[parents]
    size = frame.height
    places = addresses(seed, "branch", draw_places(seed, "branch", size))
    serial = pl.int_range(pl.len()).over("entity") + 1
    reason = pl.Series(_REASONS).gather(whole(seed, "reason", size, 0, len(_REASONS)))
    line = whole(seed, "branch/line", size, 2_000_000, 7_999_999).cast(pl.String)
    frame = frame.with_columns(*places, serial=serial, reason=reason, line=line)
    return frame.with_columns(
        unit=pl.lit(entities.height) + pl.int_range(size),
        role=pl.lit("branch"),
        kpp=pl.col("region_code")
        + "01"
        + pl.col("reason")
        + pl.col("serial").cast(pl.String).str.zfill(3),
        kpp_old=pl.lit(None, dtype=pl.String),
        kpp_largest=pl.lit(None, dtype=pl.String),
        phone=pl.col("area") + pl.col("line").str.slice(0, 10 - pl.col("area").str.len_chars()),
        kinds=pl.col("kinds") | bit("branch"),
    ).drop("serial", "reason", "line")
