"""Rules only: equal INN and KPP, equal INN, equal INN or OGRN, on records Kanon has cleaned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import KEYS


def run(folder: Path, clock: Clock) -> pl.DataFrame:
    """row, and the clusters of each rule; `unit` are those of INN and KPP."""
    keys = pl.read_parquet(folder / KEYS, columns=["row", "inn", "kpp", "ogrn"])
    both = pl.when(pl.col("inn").is_not_null()).then(pl.struct("inn", "kpp").rank("dense"))
    with clock("match"):
        unit = keys.select(both).to_series().cast(pl.Int64)
        return pl.DataFrame(
            {
                "row": keys["row"],
                "unit": unit,
                "entity@INN+KPP": unit,
                "entity@INN": keys["inn"].rank("dense").cast(pl.Int64),
                "entity@INN, OGRN": _connected(keys, ["inn", "ogrn"]),
            }
        )


def _connected(keys: pl.DataFrame, columns: list[str]) -> pl.Series:
    size, offset = keys.height, keys.height
    left, right = [], []
    for name in columns:
        known = keys.with_row_index("nth").drop_nulls(name)
        left.append(known["nth"].to_numpy().astype(np.int64))
        right.append(known[name].rank("dense").to_numpy().astype(np.int64) + offset)
        offset += known.height + 1
    edges = np.concatenate(left), np.concatenate(right)
    graph = coo_array(
        (np.ones(len(edges[0]), dtype=np.int8), edges), shape=(offset + 1, offset + 1)
    )
    return pl.Series(connected_components(graph, directed=False)[1][:size].astype(np.int64))
