"""Columns beside a frame: what a left join answers, without a copy of the frame."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rows import beside

KEYS = st.one_of(st.none(), st.integers(0, 4))


@settings(deadline=None)
@given(st.lists(KEYS, max_size=9), st.sets(st.integers(0, 4)))
def test_it_answers_what_a_left_join_answers(keys: list[int | None], known: set[int]) -> None:
    frame = pl.DataFrame({"key": keys, "nth": range(len(keys))}, schema_overrides={"key": pl.Int64})
    told = pl.DataFrame({"key": sorted(known)}, schema={"key": pl.Int64})
    told = told.with_columns(one=pl.col("key") * 2, other=pl.col("key").cast(pl.String))
    joined = frame.join(told, on="key", how="left", maintain_order="left")
    assert beside(frame, told, "key").equals(joined)


def test_a_value_told_twice_is_refused() -> None:
    frame = pl.DataFrame({"key": [1, 2]})
    told = pl.DataFrame({"key": [1, 1], "one": [1, 2]})
    with pytest.raises(pl.exceptions.ShapeError):
        beside(frame, told, "key")
