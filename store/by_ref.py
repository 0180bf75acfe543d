"""Rows of many records, named by their refs (connection/stream/key), found by index and not by reading all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import polars as pl
from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Table,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import column as column_of

from store.engine import Reader

_AT_ONCE = 20_000
_SOME = 200
_FEW = 20  # named one by one: one statement, however many streams they are of


def of_keys(reader: Reader, wanted: Select[Any], table: Table, refs: Sequence[str]) -> pl.DataFrame:
    """The rows of `wanted`, a select from `table`, whose connection, stream and key a ref names."""
    if 0 < len(refs) <= _FEW:
        return reader.frame(wanted.where(or_(*(_is(table, ref) for ref in sorted(set(refs))))))
    found: list[pl.DataFrame] = []
    for (connection, stream), keys in _by_stream(refs).items():
        own = wanted.where(table.c.connection == connection, table.c.stream == stream)
        for start in range(0, len(keys), _AT_ONCE):
            part = own.where(among(reader, table.c.key, keys[start : start + _AT_ONCE]))
            found.append(reader.frame(part))
    return pl.concat(found) if found else reader.frame(wanted.limit(0))


def _is(table: Table, ref: str) -> ColumnElement[bool]:
    """Whether a row is of the record with this ref."""
    parts = zip(("connection", "stream", "key"), ref.split("/", 2), strict=True)
    return and_(*(table.c[name] == part for name, part in parts))


def of_values(
    reader: Reader, wanted: Select[Any], column: ColumnElement[Any], values: Sequence[str]
) -> pl.DataFrame:
    """The rows of `wanted` in which a column has one of the values, few or many."""
    if 0 < len(values) <= _SOME:
        # Named one by one: of a list that travels as one text a planner knows no length, and may walk the table.
        return reader.frame(wanted.where(column.in_(sorted(set(values)))))
    parts = range(0, len(values), _AT_ONCE)
    found = [
        reader.frame(wanted.where(among(reader, column, values[start : start + _AT_ONCE])))
        for start in parts
    ]
    return pl.concat(found) if found else reader.frame(wanted.limit(0))


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


KEY = ("connection", "stream", "key")


@lru_cache(maxsize=2)
def named(postgres: bool) -> tuple[Any, tuple[ColumnElement[str], ...]]:
    """Refs that travel as one JSON text, the parameter `refs` (see `told`), as rows; and the parts of each."""
    refs = bindparam("refs", type_=Text)
    if postgres:
        one = column_of("value", JSON(none_as_null=True))
        found = func.json_array_elements(cast(refs, JSON(none_as_null=True)))
        rows = found.table_valued(one, name="named").render_derived()
        part = func.json_extract_path_text
        return rows, tuple(part(rows.c.value, str(n), type_=Text) for n in range(len(KEY)))
    rows = func.json_each(refs).table_valued(column_of("value", Text), name="named")
    part = func.json_extract
    return rows, tuple(part(rows.c.value, f"$[{n}]", type_=Text) for n in range(len(KEY)))


def told(refs: Iterable[str]) -> dict[str, str]:
    """The refs as the parameter that `named` takes."""
    return {"refs": json.dumps([ref.split("/", 2) for ref in refs], ensure_ascii=False)}


def same(c: Any, parts: Sequence[ColumnElement[str]]) -> ColumnElement[bool]:
    """Whether a row of a table with the columns `c` is of the ref with these parts."""
    return and_(*(c[name] == part for name, part in zip(KEY, parts, strict=True)))


def _by_stream(refs: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for ref in refs:
        connection, stream, key = ref.split("/", 2)
        found.setdefault((connection, stream), []).append(key)
    return found
