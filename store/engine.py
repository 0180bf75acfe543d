"""The store: one database and one landing folder, with one way to read and one way to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import polars as pl
from sqlalchemy import Engine, Executable, Row, Table, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine import Connection as Session
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.sql import Select

import store.dialects  # noqa: F401  registers the ADBC dialects
from schemas.errors import ConfigError, Retryable
from schemas.scopes import Scope
from store.bucket import Bucket
from store.bulk import Written, append, next_number, upsert
from store.dbapi import Connection, Cursor, postgres_connection, sqlite_connection
from store.dbapi import Error as DriverError
from store.files import Root
from store.scoped import narrowed
from store.types import decode

# Locked SQLite; PostgreSQL down, shutting down, in deadlock or in a serialization conflict.
_WORTH_WAITING = re.compile(
    r"database (table )?is (locked|busy)|connection to server|server closed the connection"
    r"|terminating connection|SQLSTATE: (40001|40P01|53300|57P0\d|08\w{3})"
)

_LEAN_KIB = 8_192
_PARTS = 64  # so many parts of the base stay open at once


class Reader:
    """One consistent view of the store; `landing` is the folder of landed files."""

    def __init__(self, session: Session, landing: Root) -> None:
        self.session = session
        self.landing = landing

    @property
    def raw(self) -> Connection:
        """The ADBC connection under this transaction."""
        return cast("Connection", self.session.connection.dbapi_connection)

    def frame(self, statement: Select[Any], told: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The rows of a select as a Polars frame: lists decoded, instants in UTC, types as declared.

        `told` are its parameters by name, where it has any that were left open.
        """
        kinds = {column.name: column.type for column in statement.selected_columns}
        with self.session.execute(statement, told) as result:
            return decode(cast("Cursor", result.cursor).frame, kinds)

    def rows(
        self, statement: Executable, told: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """The rows of a small result, as Python values; for `told` see `frame`."""
        return self.session.execute(statement, told).all()

    def scalar(self, statement: Executable, told: Mapping[str, Any] | None = None) -> Any:
        """The first value of the first row, or None; for `told` see `frame`."""
        return self.session.execute(statement, told).scalar()

    @property
    def is_postgres(self) -> bool:
        """Whether the engine is PostgreSQL; otherwise it is SQLite."""
        return self.session.dialect.name == "postgresql"


class Writer(Reader):
    """One write transaction; all of it commits, or none."""

    def execute(self, statement: Executable) -> int:
        """Run one Core statement; how many rows it changed."""
        return self.session.execute(statement).rowcount

    def append(self, table: Table, frame: pl.DataFrame) -> int:
        """Add rows, straight from Arrow; how many."""
        return append(self, table, frame)

    def upsert(self, table: Table, frame: pl.DataFrame, key: Sequence[str]) -> Written:
        """Insert new rows, update changed ones, leave equal ones untouched; see `bulk.upsert`."""
        return upsert(self, table, frame, key)

    def next(self, counter: str, n: int = 1) -> int:
        """The last of `n` numbers taken from a gapless counter: yours end with it.

        The counter stays locked until commit, so take it late. A transaction that needs several takes
        them in this order: landing, seq, quarantine, change. Decisions take theirs alone.
        """
        return next_number(self, counter, n)


@dataclass(frozen=True, slots=True)
class Store:
    """An open store; `landing` is the folder of immutable Parquet files."""

    url: URL
    landing: Root
    writer: Engine
    reader: Engine
    connect: Callable[[], Connection]
    parts: dict[Scope, Store] = field(default_factory=dict, repr=False, compare=False)

    def within(self, scope: Scope) -> Store:
        """The same store, of which readers see a part only; writers see all of it."""
        found = self.parts.get(scope)
        if found is None:
            if len(self.parts) >= _PARTS:
                self.parts.pop(next(iter(self.parts)), self).reader.dispose()
            reader = _engine(self.url, narrowed(self.connect, scope), kept=1)
            found = self.parts.setdefault(scope, replace(self, reader=reader, parts={}))
        return found

    def lean(self) -> Store:
        """The same store for a process that lives long and asks for little: its connections keep few pages.

        On SQLite each would come to hold 64 MB; PostgreSQL keeps pages itself. Close it too.
        """
        path = self.url.database
        if self.is_postgres or path is None:
            return self
        writer, reader = (
            sqlite_connection(path, writes=writes, cache_kib=_LEAN_KIB) for writes in (True, False)
        )
        return replace(
            self, writer=_engine(self.url, writer), reader=_engine(self.url, reader),
            connect=reader, parts={},
        )  # fmt: skip

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction: everything inside it sees one state of the store."""
        with _named_errors(), self.reader.connect() as session, session.begin():
            yield Reader(session, self.landing)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A write transaction, committed at the end of the block and rolled back on any error."""
        with _named_errors(), self.writer.connect() as session, session.begin():
            yield Writer(session, self.landing)

    @property
    def is_postgres(self) -> bool:
        """Whether the engine is PostgreSQL; otherwise it is SQLite."""
        return self.writer.dialect.name == "postgresql"

    def close(self) -> None:
        """Close all connections."""
        for part in self.parts.values():
            part.reader.dispose()
        self.writer.dispose()
        self.reader.dispose()


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, DriverError) as error:
        # Bulk reads and writes speak to the driver without SQLAlchemy in between.
        cause = error.orig if isinstance(error, DBAPIError) else error
        if _WORTH_WAITING.search(str(cause)):
            raise Retryable(
                "База данных занята или недоступна. Повторите позже.",
                "The database is busy or down. Try again later.",
                detail=type(cause).__name__,
            ) from error
        raise


def _engine(url: URL, connect: Any, kept: int = 8) -> Engine:
    driver = f"{url.get_backend_name()}+adbc"
    return create_engine(f"{driver}://", creator=connect, pool_size=kept, max_overflow=8)


def open_store(url: str, landing_dir: Path | str, cache: Path | None = None) -> Store:
    """The store behind a database URL (`sqlite:///path/kanon.db`, `postgresql://user@host/db`).

    ConfigError if the URL is of another kind or SQLite is asked to live in memory, where its
    connections could not see each other. `landing_dir` may be the address of object storage
    (`s3://bucket/prefix`); then `cache` is the folder of what must lie on a disk to be read.
    """
    landing = _root(str(landing_dir), cache)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _bad_url() from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        uri = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        connects = [postgres_connection(uri, writes=writes) for writes in (True, False)]
    elif backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        connects = [sqlite_connection(parsed.database, writes=writes) for writes in (True, False)]
    else:
        raise _bad_url()
    if isinstance(landing, Path):
        landing.mkdir(parents=True, exist_ok=True)
    writer, reader = (_engine(parsed, connect) for connect in connects)
    return Store(parsed, landing, writer, reader, connects[1])


def _root(place: str, cache: Path | None) -> Root:
    if "://" not in place:
        return Path(place)
    return Bucket(place.rstrip("/"), cache or Path("var") / "cache")


def _bad_url() -> ConfigError:
    return ConfigError(
        "Адрес базы не подходит. Нужен sqlite:///путь/файл.db или postgresql://пользователь@узел/база.",
        "The database URL does not fit. Use sqlite:///path/file.db or postgresql://user@host/database.",
    )
