"""Writing many rows at once, straight from Arrow memory, inside the caller's transaction.

Keys and hashes go to a staging table first; rows found equal are never sent at all. A first load into
an empty table is appended bare and indexed afterwards: three times faster than keeping the indexes
while loading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Table,
    and_,
    delete,
    false,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable, DropTable

from schemas.errors import Bug
from store.indexes import count_values, drop_indexes, ensure_indexes
from store.tables import counter
from store.types import encode

if TYPE_CHECKING:
    from store.engine import Writer

# Below this, loading with the indexes in place costs less than building them anew.
_BARE_FROM = 20_000
_ROW = "_row"
_ROOMY = MappingProxyType({"cache_size": -262_144, "threads": 2})


@dataclass(frozen=True, slots=True)
class Written:
    """What a save did: rows inserted, updated, and found equal."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Written) -> Written:
        """The sum, part by part."""
        return Written(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )

    @property
    def touched(self) -> int:
        """Rows that were written."""
        return self.inserted + self.updated


@dataclass(frozen=True, slots=True)
class Delta:
    """How a frame differs from a table: new rows, changed rows, and how many are equal."""

    new: pl.DataFrame
    changed: pl.DataFrame
    unchanged: int

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.new.height or self.changed.height)


def encoded(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in stored form; Bug names a column the table lacks."""
    strange = [name for name in frame.columns if name not in table.c]
    if strange:
        raise Bug(
            f"Таблица {table.name} не знает столбцов: {', '.join(strange)}.",
            f"Table {table.name} has no columns: {', '.join(strange)}.",
        )
    return encode(frame, {name: table.c[name].type for name in frame.columns}).rechunk()


def append(writer: Writer, table: Table, frame: pl.DataFrame) -> int:
    """Add rows to a table; how many. Columns without any value are left to be null by themselves."""
    if frame.height:
        told = [name for name in frame.columns if frame[name].null_count() < frame.height]
        kept = [name for name in frame.columns if name in told or _is_needed(table, name)]
        writer.raw.ingest(table.name, encoded(table, frame.select(kept)))
    return frame.height


def _is_needed(table: Table, name: str) -> bool:
    """Whether a column must be sent though all its values are null: so that it is refused by its name."""
    return name not in table.c or not table.c[name].nullable


@contextmanager
def roomy(writer: Writer) -> Iterator[None]:
    """For loads of a table as a whole: SQLite with more memory, and a thread more to sort an index by.

    Without them it writes pages out that it needs again; PostgreSQL does the like by itself.
    """
    if writer.is_postgres:
        yield
        return
    usual = {name: _pragma(writer, name) for name in _ROOMY}
    for name, value in _ROOMY.items():
        writer.raw.run(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        for name, value in usual.items():
            writer.raw.run(f"PRAGMA {name}={value}")


def _pragma(writer: Writer, name: str) -> int:
    return int(writer.raw.run(f"PRAGMA {name}")[0].item())


def next_number(writer: Writer, name: str, n: int) -> int:
    """The last of `n` numbers of a gapless counter; the counter row stays locked until commit."""
    dialect = postgresql if writer.is_postgres else sqlite
    statement = dialect.insert(counter).values(name=name, value=n)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": counter.c.value + statement.excluded.value}
    )
    return int(writer.scalar(statement.returning(counter.c.value)))


def stage(writer: Writer, table: Table, frame: pl.DataFrame) -> Table:
    """A temporary table holding `frame`; its columns are those of `table`, and `_row` if present.

    Drop it with `unstage`: a pooled connection outlives the transaction.
    """
    staging = _staging(table, tuple(frame.columns))
    unstage(writer, staging)
    writer.session.execute(CreateTable(staging))
    writer.raw.ingest(staging.name, encoded(staging, frame), temporary=True)
    return staging


@lru_cache(maxsize=256)
def _staging(table: Table, names: tuple[str, ...]) -> Table:
    """The staging table of these columns, the same object each time: statements on it are compiled once.

    Made anew, it would also fill the cache of statements with ones that never come again.
    """
    kinds: list[Column[Any]] = [
        Column(name, table.c[name].type if name in table.c else BigInteger) for name in names
    ]
    return Table(f"stage_{table.name}", MetaData(), *kinds, prefixes=["TEMPORARY"])


def unstage(writer: Writer, staging: Table) -> None:
    """Drop a staging table, if it is there."""
    writer.session.execute(DropTable(staging, if_exists=True))


def _same(table: Table, staging: Table, key: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == staging.c[name] for name in key))


def compare(
    writer: Writer,
    table: Table,
    frame: pl.DataFrame,
    key: Sequence[str],
    compared: Sequence[str] = ("hash",),
    where: ColumnElement[bool] | None = None,
) -> Delta:
    """How `frame` differs from the rows of `table` (those that meet `where`), in the columns `compared`.

    Bug if the frame holds one key twice.
    """
    if frame.is_empty():
        return Delta(frame, frame, 0)
    if frame.select(pl.struct(key).is_duplicated().any()).item():
        raise Bug(
            f"В одной порции для {table.name} ключ встречается дважды.",
            f"One batch for {table.name} holds the same key twice.",
        )
    if is_empty(writer, table):
        return Delta(frame, frame.clear(), 0)
    staging = stage(writer, table, frame.select(*key, *compared).with_row_index(_ROW))
    known = and_(_same(table, staging, key), true() if where is None else where)
    absent = table.c[key[0]].is_(None)
    differs = or_(false(), *(table.c[name].is_distinct_from(staging.c[name]) for name in compared))
    found = writer.frame(
        select(staging.c[_ROW].label("row"), absent.label("absent"))
        .select_from(staging.outerjoin(table, known))
        .where(or_(absent, differs))
        .order_by(staging.c[_ROW])
    )
    unstage(writer, staging)
    new = frame[found.filter("absent")["row"]]
    changed = frame[found.filter(~pl.col("absent"))["row"]]
    return Delta(new, changed, frame.height - new.height - changed.height)


def is_empty(writer: Writer, table: Table) -> bool:
    """Whether a table has no rows."""
    return not writer.rows(select(literal(1)).select_from(table).limit(1))


def insert_new(writer: Writer, table: Table, frame: pl.DataFrame) -> int:
    """Append rows known to be new; a large first load goes in bare and is indexed afterwards."""
    if frame.height >= _BARE_FROM and is_empty(writer, table):
        with roomy(writer):
            drop_indexes(writer, table)
            append(writer, table, frame)
            ensure_indexes(writer, table)
        count_values(writer, table)
        return frame.height
    append(writer, table, frame)
    ensure_indexes(writer, table)
    if frame.height >= _BARE_FROM:
        count_values(writer, table)
    return frame.height


def update_changed(
    writer: Writer,
    table: Table,
    frame: pl.DataFrame,
    key: Sequence[str],
    values: Mapping[str, Any] | None = None,
    where: ColumnElement[bool] | None = None,
) -> int:
    """Update the rows with the keys of `frame` from its other columns and from `values`; how many."""
    if frame.is_empty():
        return 0
    staging = stage(writer, table, frame)
    new = {name: staging.c[name] for name in frame.columns if name not in key} | dict(values or {})
    known = and_(_same(table, staging, key), true() if where is None else where)
    changed = writer.execute(update(table).values(new).where(known))
    unstage(writer, staging)
    return changed


def delete_keys(writer: Writer, table: Table, keys: pl.DataFrame) -> int:
    """Delete the rows whose columns equal those of a row of `keys`; how many."""
    if keys.is_empty():
        return 0
    staging = stage(writer, table, keys)
    same = _same(table, staging, keys.columns)
    if writer.is_postgres:
        gone = writer.execute(delete(table).where(same))
    else:
        # SQLite has no DELETE USING; by rowid it walks the few keys and not the whole table.
        row: ColumnElement[int] = literal_column(f'"{table.name}".rowid')
        gone = writer.execute(
            delete(table).where(row.in_(select(row).select_from(staging.join(table, same))))
        )
    unstage(writer, staging)
    return gone


def upsert(
    writer: Writer, table: Table, frame: pl.DataFrame, key: Sequence[str], keep: Sequence[str] = ()
) -> Written:
    """Insert rows with a new `key`, update those that differ, and count the rest as unchanged.

    Two rows are equal when their `hash` is, or, in a table without one, when all columns but the key,
    `seq` and `keep` are. Columns in `keep` are set on insert and left alone on update.
    """
    ensure_indexes(writer, table)
    aside = {*key, *keep, "seq"}
    compared = ["hash"] if "hash" in frame.columns else [c for c in frame.columns if c not in aside]
    delta = compare(writer, table, frame, key, compared)
    inserted = insert_new(writer, table, delta.new) if delta.new.height else 0
    updated = update_changed(writer, table, delta.changed.drop(keep), key)
    return Written(inserted, updated, delta.unchanged)
