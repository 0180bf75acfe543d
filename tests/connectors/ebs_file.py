"""A small EBS-shaped SQLite file, and the same tables as Oracle DDL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Float, Integer

from connectors.ebs.tables import TABLES, EbsTable, SourceDate

ORACLE_TYPES: Sequence[tuple[type, str]] = (
    (Integer, "NUMBER(15)"),
    (Float, "NUMBER"),
    (SourceDate, "DATE"),
)
BEGIN = datetime(2024, 3, 1, 9, 0, 0)  # noqa: DTZ001 - a time of the database, which has no zone


def oracle_ddl(table: EbsTable) -> str:
    """CREATE TABLE in Oracle's words, under the owner's schema."""
    columns = ", ".join(f"{c.name} {_oracle_type(c.type)}" for c in table.table.columns)
    return f"CREATE TABLE {table.table.schema}.{table.table.name} ({columns})"


def _oracle_type(kind: object) -> str:
    return next((name for base, name in ORACLE_TYPES if isinstance(kind, base)), "VARCHAR2(4000)")


def create(path: Path, streams: Iterable[str] = TABLES) -> None:
    """All tables of `streams`, empty."""
    with closing(sqlite3.connect(path)) as base, base:
        for stream in streams:
            table = TABLES[stream].table
            columns = ", ".join(f"{c.name} {_sqlite_type(c.type)}" for c in table.columns)
            base.execute(f"CREATE TABLE {table.name} ({columns})")


def _sqlite_type(kind: object) -> str:
    return "INTEGER" if isinstance(kind, Integer) else "REAL" if isinstance(kind, Float) else "TEXT"


def insert(path: Path, stream: str, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows given by column."""
    table = TABLES[stream].table.name
    with closing(sqlite3.connect(path)) as base, base:
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            base.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608 - our own names


def parties(count: int, first: int = 1000) -> list[dict[str, Any]]:
    """Organizations changed a minute apart, in ties of three."""
    return [
        {
            "PARTY_ID": first + n,
            "PARTY_NAME": f'ООО "Прокат {n}"',
            "PARTY_TYPE": "ORGANIZATION",
            "STATUS": "A",
            "LAST_UPDATE_DATE": str(BEGIN + timedelta(minutes=n // 3)),
        }
        for n in range(count)
    ]
