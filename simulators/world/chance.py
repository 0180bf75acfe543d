"""Seeded chance, columnar: the same seed and label always give the same column."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def chance(seed: int, label: str) -> np.random.Generator:
    """A generator of its own for each label, so that adding one draw shifts no other."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(label.encode())]))


def whole(seed: int, label: str, size: int, low: int, high: int) -> pl.Series:
    """`size` whole numbers (Int64) from `low` to `high`, the upper end excluded."""
    return pl.Series(chance(seed, label).integers(low, high, size=size))


def share(seed: int, label: str, size: int, rate: float) -> pl.Series:
    """`size` booleans, true with probability `rate`."""
    return pl.Series(chance(seed, label).random(size) < rate)


def pick(seed: int, label: str, size: int, values: Sequence[str]) -> pl.Series:
    """`size` values, each drawn evenly from `values`."""
    return pl.Series(list(values)).gather(whole(seed, label, size, 0, len(values)))


def uuids(seed: int, label: str, size: int) -> pl.Series:
    """`size` distinct identifiers written as 8-4-4-4-12 hexadecimal text."""
    words = chance(seed, label).integers(0, 1 << 32, size=(size, 4), dtype=np.uint64)
    texts = [pl.Series(column).cast(pl.Int64) for column in words.T]
    hexes = pl.DataFrame({f"w{i}": text for i, text in enumerate(texts)}).select(
        pl.all().map_batches(_hex32, return_dtype=pl.String, is_elementwise=True)
    )
    tail = pl.col("w2").str.slice(0, 4)
    rest = pl.col("w2").str.slice(4) + pl.col("w3")
    middle = pl.col("w1").str.slice(0, 4) + "-4" + pl.col("w1").str.slice(5, 3)
    return hexes.select(
        pl.col("w0") + "-" + middle + "-a" + tail.str.slice(1) + "-" + rest
    ).to_series()


def _hex32(column: pl.Series) -> pl.Series:
    packed = column.to_numpy().astype(">u4").tobytes()
    cells = [packed[i : i + 4] for i in range(0, len(packed), 4)]
    return pl.Series(cells, dtype=pl.Binary).bin.encode("hex")
