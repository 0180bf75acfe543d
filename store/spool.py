"""A whole golden entity written to a file, portion by portion, with the feed position it stands for.

All of it is read in one transaction: whoever takes the file and then follows the feed after its position
misses nothing. What was changed and not yet published when the file was made is told again by the feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import polars as pl
from polars.io.plugins import register_io_source
from sqlalchemy import select

from schemas.golden import golden_columns
from store import feed
from store.engine import Reader, Store
from store.tables import golden

Kind = Literal["parquet", "csv"]
PORTION = 20_000
_FORMULA = r"^ *[=+\-@\t\r]"
Seen = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Spooled:
    """The feed position a file stands for, and how many records are in it."""

    position: int
    rows: int


def spool(store: Store, entity: str, kind: Kind, path: Path, seen: Seen | None = None) -> Spooled:
    """Write the living records of an entity to `path`, in id order, with `version` as the last column.

    `seen` changes each portion before it is written. Parquet is exact; CSV is for spreadsheets:
    semicolons, lists joined by ` | `, and an apostrophe before what would be a formula.
    """
    counted = [0]
    with store.read() as reader:
        position = feed.newest(reader)
        portions = _counted(_portions(reader, entity), seen or _as_it_is, counted)
        if kind == "parquet":
            _parquet(portions, entity, path, position)
        else:
            _csv(portions, entity, path)
    return Spooled(position, counted[0])


def _as_it_is(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def columns(entity: str) -> dict[str, pl.DataType]:
    """Column name → type of the files."""
    return {**golden_columns(entity), "version": pl.Int64()}


def _portions(reader: Reader, entity: str) -> Iterator[pl.DataFrame]:
    table, last = golden[entity], ""
    wanted = select(*(table.c[name] for name in columns(entity))).where(table.c.state == "active")
    while True:
        part = reader.frame(wanted.where(table.c.id > last).order_by(table.c.id).limit(PORTION))
        if part.height:
            yield part
        if part.height < PORTION:
            return
        last = str(part["id"][-1])


def _counted(
    portions: Iterator[pl.DataFrame], seen: Seen, counted: list[int]
) -> Iterator[pl.DataFrame]:
    for part in portions:
        counted[0] += part.height
        yield seen(part)


def _parquet(portions: Iterator[pl.DataFrame], entity: str, path: Path, position: int) -> None:
    """Through the streaming engine, which holds a few portions at a time."""

    def source(
        names: list[str] | None, _where: pl.Expr | None, _rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        for part in portions:
            yield part if names is None else part.select(names)

    frames = register_io_source(source, schema=columns(entity))
    frames.sink_parquet(
        path, metadata={"kanon.position": str(position)}, maintain_order=True, engine="streaming"
    )


def _csv(portions: Iterator[pl.DataFrame], entity: str, path: Path) -> None:
    with path.open("wb") as file:
        # Spreadsheets take a file without the mark for the regional code page.
        file.write("\ufeff".encode())
        _write(pl.DataFrame(schema=columns(entity)), file, header=True)
        for part in portions:
            _write(part, file, header=False)


def _write(frame: pl.DataFrame, file: BinaryIO, *, header: bool) -> None:
    safe(frame).write_csv(file, separator=";", line_terminator="\r\n", include_header=header)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells that a spreadsheet takes for text, never for a formula."""
    lists = [pl.col(n).list.join(" | ") for n, t in frame.schema.items() if isinstance(t, pl.List)]
    flat = frame.with_columns(lists)
    texts = [name for name, dtype in flat.schema.items() if dtype == pl.String()]
    dangerous = pl.col(texts).str.contains(_FORMULA)
    return flat.with_columns(
        pl.when(dangerous).then(pl.col(texts).str.replace("^", "'")).otherwise(pl.col(texts))
    )
