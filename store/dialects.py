"""SQLAlchemy's SQLite and PostgreSQL dialects over the ADBC connection of `store.dbapi`."""

from __future__ import annotations

from types import MappingProxyType, ModuleType
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

import store.dbapi
from store.dbapi import Connection


class _Text(types.String):
    render_bind_cast = True


class _Integer(types.Integer):
    render_bind_cast = True


class _BigInteger(types.BigInteger):
    render_bind_cast = True


class _Boolean(types.Boolean):
    render_bind_cast = True


class _Float(types.Float[float]):
    render_bind_cast = True


# PostgreSQL infers a parameter's type from Arrow, where a null has none: say it in the statement.
_CASTS: MappingProxyType[Any, Any] = MappingProxyType(
    {
        types.String: _Text,
        types.Integer: _Integer,
        types.BigInteger: _BigInteger,
        types.Boolean: _Boolean,
        types.Float: _Float,
    }
)


class SQLiteAdbc(SQLiteDialect):
    """SQLite through ADBC."""

    driver = "adbc"
    supports_statement_cache = True
    supports_sane_multi_rowcount = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """The module whose exception classes SQLAlchemy wraps."""
        return store.dbapi

    def do_begin(self, dbapi_connection: Any) -> None:
        """Open the transaction the way this connection does."""
        _ours(dbapi_connection).begin()


class PostgresAdbc(PGDialect):
    """PostgreSQL through ADBC."""

    driver = "adbc"
    supports_statement_cache = True
    supports_sane_multi_rowcount = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "paramstyle": "numeric_dollar"})  # type: ignore[no-untyped-call]  # untyped there
        self.colspecs = {**PGDialect.colspecs, **_CASTS}

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """The module whose exception classes SQLAlchemy wraps."""
        return store.dbapi

    def do_begin(self, dbapi_connection: Any) -> None:
        """Open the transaction the way this connection does."""
        _ours(dbapi_connection).begin()


def _ours(dbapi_connection: Any) -> Connection:
    connection = getattr(dbapi_connection, "dbapi_connection", dbapi_connection)
    assert isinstance(connection, Connection)  # noqa: S101  narrows the pool's proxy for the checker
    return connection


registry.register("sqlite.adbc", __name__, "SQLiteAdbc")
registry.register("postgresql.adbc", __name__, "PostgresAdbc")
