"""An ADBC connection with the face SQLAlchemy expects of a DBAPI.

One connection carries both the compiled Core statements and the Arrow bulk traffic, so they share one
transaction. It also keeps a process to one copy of SQLite: the driver brings its own, and two copies
in one process drop each other's file locks (sqlite.org/howtocorrupt.html, 2.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import adbc_driver_manager
import adbc_driver_manager.dbapi as adbc
import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import polars as pl

from schemas.rowwise.columns import column_of, frame_of

apilevel = "2.0"
paramstyle = "qmark"
threadsafety = 1
sqlite_version_info = (3, 53, 1)
Error = adbc_driver_manager.Error
InterfaceError = adbc_driver_manager.InterfaceError
DatabaseError = adbc_driver_manager.DatabaseError
DataError = adbc_driver_manager.DataError
OperationalError = adbc_driver_manager.OperationalError
IntegrityError = adbc_driver_manager.IntegrityError
InternalError = adbc_driver_manager.InternalError
ProgrammingError = adbc_driver_manager.ProgrammingError
NotSupportedError = adbc_driver_manager.NotSupportedError

_PATIENCE_S = 30
# The driver fixes column types by its first batch of rows, fails on what comes later, and takes memory
# for a whole batch before the first row: 16 MB for each column of a batch that no result is longer than.
_BATCH_ROWS = "adbc.sqlite.query.batch_rows"
_BATCH, _WHOLE_RESULT = {_BATCH_ROWS: "4096"}, {_BATCH_ROWS: "1000000000"}
_OTHER_TYPE = "Type mismatch in column"
# The driver wraps statements in COPY, which takes queries only.
_NO_COPY = {"adbc.postgresql.use_copy": "false"}
_QUERY = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_REPEATABLE = re.compile(
    r"\s*(SELECT\b|WITH\b(?!.*\b(INSERT|UPDATE|DELETE)\b))", re.IGNORECASE | re.DOTALL
)
_CHANGES_ROWS = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)


def _plain(column: pl.Series) -> pl.Series:
    """Extension types (json, numeric) as text, or as numbers where all of them are."""
    if not isinstance(column.dtype, pl.BaseExtension):
        return column
    text = column.ext.storage()
    if text.dtype != pl.String or text.null_count() == text.len():
        return text
    whole = text.cast(pl.Int64, strict=False)
    if whole.null_count() == text.null_count():
        return whole
    decimal = text.cast(pl.Float64, strict=False)
    return decimal if decimal.null_count() == text.null_count() else text


def _scalar(value: Any, booleans: bool) -> Any:
    if isinstance(value, bool) and not booleans:
        return int(value)
    # SQLAlchemy passes names as a subclass of str, which Polars takes for a sequence.
    return str.__str__(value) if isinstance(value, str) else value


def bindable(rows: Sequence[Sequence[Any]], *, booleans: bool) -> pl.DataFrame:
    """Parameters as columns; a column of nulls is text, for which every engine has a cast."""
    columns: list[pl.Series] = []
    for position, values in enumerate(zip(*rows, strict=True)):
        plain = [_scalar(value, booleans) for value in values]
        if all(value is None or type(value) is str for value in plain):
            columns.append(column_of(str(position), plain, pl.String))
        else:
            columns.append(pl.Series(str(position), plain, strict=False))
    return frame_of(columns)


class Cursor:
    """A DBAPI cursor; a result is fetched whole, in Arrow, when its statement runs: `frame` is it."""

    arraysize = 1
    lastrowid = None

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.frame = pl.DataFrame()
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run one statement with positional parameters."""
        bound = bindable([parameters], booleans=self.connection.postgres) if parameters else None
        self.frame, self.rowcount = self.connection.run(operation, bound)
        columns = [(name, None, None, None, None, None, None) for name in self.frame.columns]
        self.description = columns or None
        self._rows = self.frame.iter_rows()
        return self

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> Cursor:
        """Run one statement once per row of parameters, bound as columns."""
        self.description = None
        self.frame = pl.DataFrame()
        self._rows = iter(())
        if parameters:
            bound = bindable(parameters, booleans=self.connection.postgres)
            self.rowcount = self.connection.run_many(operation, bound)
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """Up to `size` next rows."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All remaining rows."""
        return list(self._rows)

    def close(self) -> None:
        """Forget the rows."""
        self.frame = pl.DataFrame()
        self._rows = iter(())

    def setinputsizes(self, *sizes: Any) -> None:
        """Nothing to set: Arrow carries the types."""


class Connection:
    """One ADBC connection in autocommit mode, with transactions begun and ended by statements.

    `begin_with` is what opens a transaction here: a writer on SQLite takes its lock at once, because a
    deferred transaction that upgrades fails without waiting. Those of one process wait for their `turn`
    first: SQLite lets who waits look again ten times a second, and whoever comes by meanwhile goes first.
    """

    def __init__(
        self, raw: adbc.Connection, *, postgres: bool, begin_with: str, turn: Lock | None = None
    ) -> None:
        self.raw = raw
        self.postgres = postgres
        self.begin_with = begin_with
        self.in_transaction = False
        self._turn = turn
        self._has_turn = False

    def cursor(self) -> Cursor:
        """A new cursor on this connection."""
        return Cursor(self)

    @contextmanager
    def _statement(
        self, sql: str = "SELECT", batch: Mapping[str, str] = _WHOLE_RESULT
    ) -> Iterator[adbc.Cursor]:
        with closing(self.raw.cursor()) as cursor:
            if not self.postgres:
                cursor.adbc_statement.set_options(**batch)
            elif not _QUERY.match(sql):
                cursor.adbc_statement.set_options(**_NO_COPY)
            yield cursor

    def run(self, sql: str, bound: pl.DataFrame | None = None) -> tuple[pl.DataFrame, int]:
        """The result of one statement, and how many rows it changed (-1 if it is not that kind)."""
        counted = bool(_CHANGES_ROWS.match(sql)) and not _RETURNING.search(sql)
        if counted and self.postgres:
            return pl.DataFrame(), self._counted(sql, bound)
        frame, rowcount = self._fetched(sql, bound)
        # Only PostgreSQL has types that Arrow must be told of; to look costs a twentieth of a page.
        if self.postgres and any(isinstance(dtype, pl.BaseExtension) for dtype in frame.dtypes):
            frame = frame.with_columns(_plain(column) for column in frame.iter_columns())
        return frame, self._changes() if counted else max(rowcount, frame.height)

    def _fetched(self, sql: str, bound: pl.DataFrame | None) -> tuple[pl.DataFrame, int]:
        if not self.postgres and _REPEATABLE.match(sql):
            try:
                return self._read(sql, bound, _BATCH)
            except pl.exceptions.ComputeError as error:
                if _OTHER_TYPE not in str(error):
                    raise
        return self._read(sql, bound, _WHOLE_RESULT)

    def _read(
        self, sql: str, bound: pl.DataFrame | None, batch: Mapping[str, str]
    ) -> tuple[pl.DataFrame, int]:
        with self._statement(sql, batch) as cursor:
            cursor.execute(sql, bound)
            return pl.DataFrame(cast("Any", cursor.fetch_arrow())), cursor.rowcount

    def run_many(self, sql: str, bound: pl.DataFrame) -> int:
        """Run `sql` once per row of `bound`; how many rows that changed, where the engine tells."""
        with self._statement(sql) as cursor:
            cursor.executemany(sql, cast("Any", bound))
            return int(cursor.rowcount)

    def ingest(self, table: str, frame: pl.DataFrame, *, temporary: bool = False) -> None:
        """Append a frame to a table straight from Arrow memory."""
        with self._statement() as cursor:
            cursor.adbc_ingest(table, cast("Any", frame), mode="append", temporary=temporary)

    def _counted(self, sql: str, bound: pl.DataFrame | None) -> int:
        # The driver does not tell how many rows a statement with parameters changed.
        counting = f"WITH changed AS ({sql} RETURNING 1) SELECT count(*) FROM changed"  # noqa: S608  compiled by SQLAlchemy
        with self._statement() as cursor:
            cursor.adbc_statement.set_options(**_NO_COPY)
            cursor.execute(counting, bound)
            return int(pl.DataFrame(cast("Any", cursor.fetch_arrow())).item())

    def _changes(self) -> int:
        with self._statement() as cursor:
            cursor.execute("SELECT changes()")
            return int(pl.DataFrame(cast("Any", cursor.fetch_arrow())).item())

    def begin(self) -> None:
        """Open a transaction."""
        if self._turn is not None:
            self._has_turn = self._turn.acquire(timeout=_PATIENCE_S)
        try:
            self.run(self.begin_with)
        except BaseException:
            self._pass_on()
            raise
        self.in_transaction = True

    def commit(self) -> None:
        """Commit, if a transaction is open."""
        if self.in_transaction:
            self.run("COMMIT")
            self.in_transaction = False
            self._pass_on()

    def rollback(self) -> None:
        """Roll back, if a transaction is open."""
        if self.in_transaction:
            self.in_transaction = False
            try:
                self.run("ROLLBACK")
            finally:
                self._pass_on()

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back by the database."""
        try:
            self.raw.close()
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._turn is not None and self._has_turn:
            self._has_turn = False
            self._turn.release()


@lru_cache(maxsize=64)
def _turn_at(path: Path) -> Lock:
    """The lock for which the writers of one file wait in this process."""
    del path
    return Lock()


def sqlite_connection(
    path: str, *, writes: bool, cache_kib: int = 65_536
) -> Callable[[], Connection]:
    """A maker of connections to one SQLite file: WAL, foreign keys, 30 s patience for the lock.

    Each keeps up to `cache_kib` of the pages it has read.
    """

    turn = _turn_at(Path(path).resolve()) if writes else None

    def connect() -> Connection:
        raw = adbc_driver_sqlite.dbapi.connect(path, autocommit=True)
        begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        connection = Connection(raw, postgres=False, begin_with=begin, turn=turn)
        for pragma in (
            f"busy_timeout={_PATIENCE_S * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"cache_size=-{cache_kib}",
        ):
            connection.run(f"PRAGMA {pragma}")
        connection.run("PRAGMA foreign_keys=ON" if writes else "PRAGMA query_only=ON")
        return connection

    return connect


def postgres_connection(uri: str, *, writes: bool) -> Callable[[], Connection]:
    """A maker of connections to PostgreSQL; a reader sees one snapshot for its whole transaction."""
    begin = "BEGIN" if writes else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def connect() -> Connection:
        raw = adbc_driver_postgresql.dbapi.connect(uri, autocommit=True)
        return Connection(raw, postgres=True, begin_with=begin)

    return connect
