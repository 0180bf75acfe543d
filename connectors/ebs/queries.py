"""The statements of the EBS connector: one set, compiled for Oracle 11.2, 12c and later, and SQLite.

No row-value comparison, no IN list above 1000, no identifier above 30 bytes (Oracle up to 12.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    text,
)

from connectors.ebs.settings import EbsSettings
from connectors.ebs.tables import WATERMARK, EbsTable
from connectors.sql import NOTHING, after, one_of
from connectors.window import Window

ORACLE_NOW: Select[Any] = select(literal_column("SYSDATE").label("NOW")).select_from(text("DUAL"))
SQLITE_NOW: Select[Any] = select(literal_column("CURRENT_TIMESTAMP").label("NOW"))


def shape(table: EbsTable) -> Select[Any]:
    """No rows, all columns the base has."""
    return select(literal_column("*")).select_from(table.table).where(NOTHING)


def rows(table: EbsTable, settings: EbsSettings, columns: Sequence[str]) -> Select[Any]:
    """`columns` of every row the settings allow."""
    chosen = [table.table.c[name] for name in columns]
    return select(*chosen).where(*_scope(table, settings))


def within(statement: Select[Any], table: EbsTable, window: Window) -> Select[Any]:
    """`statement` narrowed to a window."""
    changed = table.table.c[WATERMARK]
    narrowed = statement.where(changed <= window.to)
    if window.since is None:
        return narrowed
    if window.key is None:
        return narrowed.where(changed > window.since)
    return narrowed.where(after(table.order, [window.since, *key_values(table, window.key)]))


def counted(table: EbsTable, settings: EbsSettings, window: Window) -> Select[Any]:
    """How many rows a window holds."""
    every = select(func.count()).select_from(table.table).where(*_scope(table, settings))
    return within(every, table, window)


def newest(statement: Select[Any], table: EbsTable, limit: int) -> Select[Any]:
    """The `limit` rows of `statement` changed last."""
    return statement.order_by(*(column.desc() for column in table.order)).limit(limit)


def by_keys(statement: Select[Any], table: EbsTable, keys: Sequence[str]) -> Select[Any]:
    """`statement` narrowed to the rows with one of `keys`, in key order."""
    columns = _key_columns(table)
    values = [key_values(table, key) for key in keys]
    if len(columns) == 1:
        wanted = one_of(columns[0], [value for (value,) in values])
    else:
        wanted = or_(*(_equals(columns, value) for value in values)) if values else NOTHING
    return statement.where(wanted).order_by(*columns)


def key_values(table: EbsTable, key: str) -> list[Any]:
    """The values of the key columns in the text of a key, such as '17/RU'."""
    columns = _key_columns(table)
    parts = key.split("/", len(columns) - 1)
    return [
        int(part) if isinstance(column.type, Integer) else part
        for column, part in zip(columns, parts, strict=True)
    ]


def _key_columns(table: EbsTable) -> list[Column[Any]]:
    return [table.table.c[name] for name in table.key]


def _equals(columns: Sequence[Column[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(columns, values, strict=True)))


def _scope(table: EbsTable, settings: EbsSettings) -> list[ColumnElement[bool]]:
    columns = table.table.c
    conditions: list[ColumnElement[bool]] = [columns[name] == value for name, value in table.only]
    if table.by_org:
        conditions.append(one_of(columns["ORG_ID"], settings.orgs))
    if table.by_master_org:
        conditions.append(columns["ORGANIZATION_ID"] == settings.master_org)
    if table.by_stock_org:
        conditions.append(one_of(columns["ORGANIZATION_ID"], settings.stock_orgs))
    if table.by_price_list:
        conditions.append(one_of(columns["LIST_HEADER_ID"], settings.price_lists))
    if table.by_language:
        conditions.append(one_of(columns["LANGUAGE"], settings.languages))
    return conditions
