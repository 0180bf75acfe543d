"""Rows of many records, named by their refs (connection/stream/key), found by index and not by reading all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Table,
    TableValuedAlias,
    Text,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import column as column_of

from store.engine import Reader

_AT_ONCE = 20_000


def of_keys(reader: Reader, wanted: Select[Any], table: Table, refs: Sequence[str]) -> pl.DataFrame:
    """The rows of `wanted`, a select from `table`, whose connection, stream and key a ref names."""
    found = [reader.frame(wanted.limit(0))]
    for (connection, stream), keys in _by_stream(refs).items():
        own = wanted.where(table.c.connection == connection, table.c.stream == stream)
        for start in range(0, len(keys), _AT_ONCE):
            part = own.where(among(reader, table.c.key, keys[start : start + _AT_ONCE]))
            found.append(reader.frame(part))
    return pl.concat(found)


def of_values(
    reader: Reader, wanted: Select[Any], column: ColumnElement[Any], values: Sequence[str]
) -> pl.DataFrame:
    """The rows of `wanted` in which a column has one of many values."""
    parts = range(0, len(values), _AT_ONCE)
    found = [
        reader.frame(wanted.where(among(reader, column, values[start : start + _AT_ONCE])))
        for start in parts
    ]
    return pl.concat([reader.frame(wanted.limit(0)), *found])


def among(reader: Reader, column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of the values, however many: they travel as one JSON text."""
    return column.in_(select(listed(reader, values).c.value))


def listed(reader: Reader, values: Sequence[str]) -> TableValuedAlias:
    """The values as rows of one column, `value`, to be joined."""
    told = literal(json.dumps(list(values), ensure_ascii=False), Text)
    one = column_of("value", Text)
    if reader.is_postgres:
        texts = func.json_array_elements_text(cast(told, JSON(none_as_null=True)))
        return texts.table_valued(one, name="listed").render_derived()
    return func.json_each(told).table_valued(one, name="listed")


def _by_stream(refs: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for ref in refs:
        connection, stream, key = ref.split("/", 2)
        found.setdefault((connection, stream), []).append(key)
    return found
