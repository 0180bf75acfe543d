"""H2 in Oracle mode as a stand-in for Oracle: it runs the very text compiled for Oracle.

H2 is not Oracle: no data dictionary, no PL/SQL. It proves that the statements parse and mean what they
should, for both spellings of paging. One JVM serves the whole process.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import jaydebeapi
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import oracle, registry
from sqlalchemy.dialects.oracle.base import OracleDialect
from sqlalchemy.pool import NullPool

JAR = Path(os.environ.get("KANON_H2_JAR", "/usr/share/java/h2.jar"))
DRIVER = "org.h2.Driver"
FORMAT = "%Y-%m-%d %H:%M:%S"


def require_h2() -> None:
    """Skips with the reason where H2 is not installed; fails in CI, where it must be."""
    if JAR.is_file():
        return
    reason = f"H2 is not at {JAR}: set KANON_H2_JAR to its jar"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class H2Date(oracle.DATE):
    """A DATE bound as text and read as text: the JDBC bridge knows no datetime."""

    def bind_processor(self, dialect: Any) -> Any:
        return lambda value: value.strftime(FORMAT) if isinstance(value, datetime) else value

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return lambda value: None if value is None else datetime.fromisoformat(value)


class H2Oracle(OracleDialect):
    """The Oracle dialect over JDBC, with the server version the test wants."""

    driver = "h2jdbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    colspecs = {**OracleDialect.colspecs, oracle.DATE: H2Date}  # noqa: RUF012 - SQLAlchemy's own habit
    release = (19, 0, 0)

    @classmethod
    def import_dbapi(cls) -> Any:
        return jaydebeapi

    def initialize(self, connection: Any) -> None:
        self.server_version_info = self.release
        self._supports_offset_fetch = self.release >= (12,)


class H2Oracle11(H2Oracle):
    """The same for Oracle 11.2."""

    supports_statement_cache = True
    release = (11, 2, 0)


registry.register("oracle.h2jdbc", __name__, "H2Oracle")
registry.register("oracle.h2jdbc11", __name__, "H2Oracle11")


def connect(name: str) -> Any:
    """A JDBC connection to the in-memory database `name`."""
    url = f"jdbc:h2:mem:{name};MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1"
    made = jaydebeapi.connect(DRIVER, url, ["sa", ""], str(JAR))
    made.jconn.setAutoCommit(False)
    return made


def engine(name: str, release: str) -> Engine:
    """An engine over the database `name` that speaks to it as to Oracle of this release."""
    url = "oracle+h2jdbc11://" if release == "11.2" else "oracle+h2jdbc://"
    return create_engine(url, creator=lambda: connect(name), poolclass=NullPool)
