"""Results longer than a batch of the driver come whole, whatever their columns hold later."""

from __future__ import annotations

from typing import Any, cast

import polars as pl
import pytest
from sqlalchemy import BigInteger, Float, Select, Text, text
from sqlalchemy.types import TypeEngine

from store import Store
from store.dbapi import _BATCH, _REPEATABLE

LONG = int(next(iter(_BATCH.values()))) * 2 + 7


def read(store: Store, told: str, **columns: TypeEngine[Any]) -> pl.DataFrame:
    """What is told of the numbers `i` from 1 to `LONG`."""
    numbers = f"n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {LONG})"  # noqa: S608  a number
    statement = text(" ".join(("WITH RECURSIVE", numbers, "SELECT", told, "FROM n")))
    with store.read() as reader:
        return reader.frame(cast("Select[Any]", statement.columns(**columns)))


def test_all_rows_of_a_long_result_come(sqlite_store: Store) -> None:
    found = read(sqlite_store, "i, 'text ' || i AS t", i=BigInteger(), t=Text())
    assert found["i"].to_list() == list(range(1, LONG + 1))
    assert found["t"][-1] == f"text {LONG}"


@pytest.mark.parametrize(
    ("late", "kind", "expected"),
    [("'letters'", Text(), "letters"), ("0.5", Float(), 0.5), ("9", BigInteger(), 9)],
)
def test_a_column_of_nulls_may_be_told_after_the_first_batch(
    late: str, kind: TypeEngine[Any], expected: object, sqlite_store: Store
) -> None:
    found = read(sqlite_store, f"CASE WHEN i = {LONG} THEN {late} END AS c", c=kind)
    assert found["c"].null_count() == LONG - 1
    assert found["c"][-1] == expected


def test_a_column_may_change_its_type_after_the_first_batch(sqlite_store: Store) -> None:
    found = read(sqlite_store, f"CASE WHEN i < {LONG} THEN i ELSE 'letters' END AS c", c=Text())
    assert (found["c"][0], found["c"][-1]) == ("1", "letters")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t SELECT 1 RETURNING 1",
        "UPDATE t SET a = 1 RETURNING a",
        "WITH n AS (SELECT 1 AS i)\nINSERT INTO t SELECT i FROM n RETURNING i",
        "with n as (select 1 as i) delete from t returning a",
    ],
)
def test_what_writes_is_never_asked_twice(statement: str) -> None:
    assert not _REPEATABLE.match(statement)
