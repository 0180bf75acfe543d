"""One set of generated counterparties: `python -m benchmarks.russian_counterparties.make FOLDER ROWS SEED`."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.linkage_set import write_set
from simulators.world import World

# So many companies that about 70 % of the rows open a new one.
COMPANIES_PER_ROW = 1.6


def counterparties(rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows as typed, all text; their truth: true, unit, kinds)."""
    world = World(seed, max(100, int(rows * COMPANIES_PER_ROW)))
    truth = world.flat_truth(rows).select("unit", "kinds", true="legal_entity")
    moment = pl.col("updated_at").dt.to_string("%Y-%m-%d %H:%M:%S")
    return world.flat(rows).with_columns(moment), truth


if __name__ == "__main__":
    write_set(Path(sys.argv[1]), *counterparties(int(sys.argv[2]), int(sys.argv[3])))
