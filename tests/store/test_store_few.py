"""A handful of rows is read as many are."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Float, Text
from sqlalchemy.types import TypeEngine

from schemas.rowwise.passes import FEW
from store.types import Instant, Texts, decode

KINDS: dict[str, TypeEngine[Any]] = {
    "t": Text(),
    "l": Texts(),
    "i": Instant(),
    "n": BigInteger(),
    "b": Boolean(),
    "f": Float(),
}
STORED = {
    "t": pl.String, "l": pl.String, "i": pl.Int64, "n": pl.Int64, "b": pl.Int64, "f": pl.Float64,
}  # fmt: skip
LISTS = st.sampled_from([None, "[]", '["a"]', '["a","б\\n",null]'])
ROWS = st.tuples(
    st.none() | st.text("aя\n", max_size=3), LISTS, st.none() | st.integers(0, 2**50),
    st.none() | st.integers(-(2**62), 2**62), st.sampled_from([None, 0, 1]), st.none() | st.floats(0, 1),
)  # fmt: skip


@given(rows=st.lists(ROWS, max_size=4))
@settings(deadline=None)
def test_a_handful_of_rows_is_decoded_as_many_are(rows: list[tuple[object, ...]]) -> None:
    few = pl.DataFrame(rows, schema=STORED, orient="row")
    many = pl.concat([few, pl.DataFrame([[None] * 6] * (FEW + 1), schema=STORED, orient="row")])
    assert decode(few, KINDS).equals(decode(many, KINDS).head(len(rows)))


def test_columns_of_nulls_alone_get_their_types() -> None:
    nothing = pl.DataFrame({name: [None] for name in KINDS})
    found = decode(nothing, KINDS)
    assert found.schema == decode(pl.DataFrame(schema=STORED), KINDS).schema
    assert found.row(0) == (None,) * 6
