"""A table at its source and as it landed: control sums by period, checksums that bisect to what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from config.migration import Table
from connectors.base import Source
from flows.house import House
from flows.migrate.columns import as_date
from schemas.content import content_hash
from schemas.records import CHANGED_AT, DELETED, KEY
from store import landing
from store.landing import LANDING_ID, LANDING_ROW

_OURS = (KEY, CHANGED_AT, DELETED, LANDING_ID, LANDING_ROW)
_SUM = pl.Decimal(38, 4)
UNDATED = "—"
NAMED = 20


@dataclass(frozen=True, slots=True)
class Period:
    """One month of a table: rows and sums at the source and here. Sums by column: source, here."""

    period: str
    rows: tuple[int, int]
    sums: dict[str, tuple[Decimal, Decimal]]

    @property
    def holds(self) -> bool:
        """Whether both sides agree."""
        return self.rows[0] == self.rows[1] and all(a == b for a, b in self.sums.values())


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides of a table: rows, checksum of each, how many keys differ and the first of them.

    `segments` is how many stretches of keys had to be compared to find them.
    """

    rows: tuple[int, int]
    checksums: tuple[str, str]
    segments: int
    differing: int
    keys: tuple[str, ...]
    periods: tuple[Period, ...]


def compared(house: House, source: Source, connection: str, table: Table) -> Compared:
    """The table read at its source once more, against what landed of it."""
    there = _prints(_read(source, table.name), table)
    with house.store.read() as reader:
        landed = landing.latest(house.store, reader, connection, table.name)
    here = _prints(iter([landed.filter(~pl.col(DELETED))]), table)
    segments, keys = differing(there, here)
    sides = tuple(f"{_total(one):016x}" for one in (there, here))
    periods = tuple(_periods(there, here, table))
    return Compared(
        (there.height, here.height),
        (sides[0], sides[1]),
        segments,
        len(keys),
        tuple(keys[:NAMED]),
        periods,
    )


def _read(source: Source, stream: str) -> Iterator[pl.DataFrame]:
    for batch in source.read(stream, None, source.clock()):
        if batch.stream == stream and batch.rows.height:
            yield batch.rows.filter(~pl.col(DELETED))


def _prints(parts: Iterator[pl.DataFrame], table: Table) -> pl.DataFrame:
    """Key, hash of key and payload, month and amounts of each row; the last row of a key counts."""
    frames = [_print(part, table) for part in parts]
    empty = pl.DataFrame(
        schema={"key": pl.String, "hash": pl.UInt64, "period": pl.String}
        | dict.fromkeys(table.amounts, _SUM)
    )
    return pl.concat([empty, *frames]).unique("key", keep="last", maintain_order=True)


def _print(part: pl.DataFrame, table: Table) -> pl.DataFrame:
    payload = [name for name in part.columns if name not in _OURS]
    month = (
        as_date(table.dated).dt.strftime("%Y-%m").fill_null(UNDATED)
        if table.dated in part.columns
        else pl.lit(UNDATED)
    )
    plain = [
        pl.col(name).str.replace_all(r"[\s\u00a0]", "").str.replace(",", ".").cast(_SUM, strict=False).fill_null(0)
        if name in part.columns else pl.lit(0).cast(_SUM).alias(name)
        for name in table.amounts
    ]  # fmt: skip
    return part.select(
        pl.col(KEY).alias("key"),
        content_hash(part.schema, [*payload, KEY]).reinterpret(signed=False).alias("hash"),
        month.alias("period"),
        *plain,
    )


def _total(side: pl.DataFrame) -> int:
    return int(np.sum(side["hash"].to_numpy(), dtype=np.uint64))


def differing(there: pl.DataFrame, here: pl.DataFrame) -> tuple[int, list[str]]:
    """How many stretches of keys were compared, and the keys whose rows differ or stand on one side.

    A stretch whose checksums agree is not looked into; one that does not is halved, down to a key.
    """
    both = there.select("key", "hash").join(
        here.select("key", "hash"), on="key", how="full", coalesce=True, suffix="_here"
    )
    both = both.sort("key").with_columns(pl.col("hash", "hash_here").fill_null(0))
    # Sums wrap around at 64 bits on both sides alike.
    apart = both["hash"].to_numpy() - both["hash_here"].to_numpy()
    until = np.concatenate([np.zeros(1, np.uint64), np.cumsum(apart, dtype=np.uint64)])
    keys = both["key"]
    found: list[str] = []
    asked, todo = 0, [(0, both.height)]
    while todo:
        low, high = todo.pop()
        asked += 1
        if until[low] == until[high]:
            continue
        if high - low == 1:
            found.append(str(keys[low]))
            continue
        middle = (low + high) // 2
        todo += [(middle, high), (low, middle)]
    return asked, found


def _periods(there: pl.DataFrame, here: pl.DataFrame, table: Table) -> Iterator[Period]:
    def by_month(side: pl.DataFrame) -> pl.DataFrame:
        return side.group_by("period").agg(pl.len().alias("rows"), pl.col(*table.amounts, "hash").sum()).drop("hash")  # fmt: skip

    both = by_month(there).join(
        by_month(here), on="period", how="full", coalesce=True, suffix=" here"
    )
    for row in both.sort("period").iter_rows(named=True):
        sums = {
            name: (row[name] or Decimal(0), row[f"{name} here"] or Decimal(0))
            for name in table.amounts
        }
        yield Period(row["period"], (row["rows"] or 0, row["rows here"] or 0), sums)
