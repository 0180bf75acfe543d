"""How to reach the database: engine, errors by their kind, tables as the catalogue describes them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from connectors.database.settings import DatabaseSettings
from connectors.sql import sqlite_engine
from schemas.errors import ConfigError, Refused, Retryable

# What drivers call a login or a right that is missing; anything else may pass by itself.
_REFUSALS = (
    "password", "authentication", "permission denied", "no such table", "does not exist",
    "access denied", "insufficient privilege", "ora-00942", "ora-01017", "ora-01031",
)  # fmt: skip


def engine_of(settings: DatabaseSettings) -> sa.Engine:
    """An engine that pools nothing and opens a SQLite file read only; ConfigError for a bad address."""
    try:
        url = make_url(settings.url.get_secret_value())
        if url.get_backend_name() == "sqlite":
            return sqlite_engine(Path(url.database or ""))
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        limit = int(settings.timeout * 1000)
        slow = (
            {"options": f"-c statement_timeout={limit}", "connect_timeout": 20}
            if url.get_backend_name() == "postgresql"
            else {}
        )
        return sa.create_engine(
            url, poolclass=sa.pool.NullPool, hide_parameters=True, connect_args=slow
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, SQLAlchemyError) as error:
        raise ConfigError(
            "Адрес базы (url) не понят или для него нет драйвера. Нужен вида sqlite:///файл или postgresql://узел/база.",
            "The address of the database (url) is not understood or has no driver. Use sqlite:///file or postgresql://host/base.",
            detail=type(error).__name__,
        ) from None


@contextmanager
def explained() -> Iterator[None]:
    """Errors of the driver as ours; their texts may quote rows, so only their kind is told."""
    try:
        yield
    except DBAPIError as error:
        told = str(error.orig).lower()
        if any(word in told for word in _REFUSALS):
            raise Refused(
                "База отказала: неверный вход, нет права или таблицы. Проверьте url, owner и права на чтение.",
                "The database refused: a wrong login, a missing right or table. Check url, owner and the right to read.",
                detail=type(error.orig).__name__,
            ) from None
        raise Retryable(
            "База не отвечает, прервала связь или не уложилась в timeout. Повторите: чтение продолжится с места обрыва.",
            "The database does not answer, broke off or took longer than `timeout`. Try again: reading goes on where it stopped.",
            detail=type(error.orig).__name__,
        ) from None


@contextmanager
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """An open connection, closed at the end whatever happens."""
    with explained(), engine.connect() as opened:
        yield opened


@contextmanager
def no_longer_than(opened: sa.Connection, seconds: float) -> Iterator[None]:
    """Within the block no statement of a SQLite or PostgreSQL base runs on for longer than `seconds`."""
    raw: Any = opened.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        deadline = time.monotonic() + seconds
        raw.set_progress_handler(lambda: time.monotonic() > deadline, 100_000)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)
        return
    if opened.dialect.name == "postgresql":
        opened.execute(sa.text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
    yield


def described(opened: sa.Connection, settings: DatabaseSettings) -> dict[str, sa.Table]:
    """The tables to read, by name, with columns, keys and references as the catalogue tells them."""
    names = sorted(sa.inspect(opened).get_table_names(schema=settings.owner))
    missing = sorted(({*settings.tables} | {*settings.keys}) - {*names})
    if missing:
        raise Refused(
            f"В базе нет таблиц {', '.join(missing)}, или нет права их читать.",
            f"The database has no tables {', '.join(missing)}, or there is no right to read them.",
        )
    wanted = settings.tables or names
    catalogue = sa.MetaData(schema=settings.owner)
    catalogue.reflect(opened, only=list(wanted), resolve_fks=False)
    found = {table.name: table for table in catalogue.tables.values()}
    return {name: found[name] for name in wanted}


def key_of(table: sa.Table, settings: DatabaseSettings) -> tuple[str, ...]:
    """The columns that tell rows apart: those of the settings, else the primary key; empty if neither is."""
    given = settings.keys.get(table.name)
    if given is None:
        return tuple(column.name for column in table.primary_key.columns)
    unknown = [name for name in given if name not in table.c]
    if unknown:
        raise ConfigError(
            f"В таблице {table.name} нет столбца {unknown[0]}: исправьте keys.",
            f"Table {table.name} has no column {unknown[0]}: mend `keys`.",
        )
    return given
