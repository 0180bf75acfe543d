"""Tables asked by a few texts answer as they do to many, and a few rows are made as many are."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.content import content_hash
from schemas.lookups import Replacing, looked_up, one_of
from schemas.rows import nulls, picked, widened

TABLE = {"shch": "S", "sh": "1", "ch": "2", "c": "3", "a.b": "4", "": "5", "ш": "6", "ее": "е"}
PIECES = st.sampled_from([*TABLE, "s", "h", "a", "b", ".", " ", "е", "тд ", "ООО", "\n"])
TEXTS = st.lists(st.none() | st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=12)
MANY = 200


def short_and_long(texts: list[str | None]) -> tuple[pl.DataFrame, pl.DataFrame]:
    short = pl.DataFrame({"t": texts}, schema={"t": pl.String})
    return short, pl.concat([short] * (MANY // len(texts) + 1))


@given(texts=TEXTS)
def test_words_are_looked_up_alike_in_few_and_in_many_texts(texts: list[str | None]) -> None:
    asked = [
        looked_up(pl.col("t"), TABLE).alias("meant"),
        one_of(pl.col("t"), list(TABLE)).alias("known"),
    ]
    short, long = short_and_long(texts)
    assert short.select(asked).equals(long.select(asked).head(len(texts)))


@given(texts=TEXTS)
def test_pieces_are_replaced_alike_in_few_and_in_many_texts(texts: list[str | None]) -> None:
    replaced = Replacing({piece: new for piece, new in TABLE.items() if piece})
    short, long = short_and_long(texts)
    assert replaced(short["t"]).equals(replaced(long["t"]).head(len(texts)))


def test_of_two_pieces_that_begin_together_the_first_listed_wins() -> None:
    assert Replacing({"a": "1", "ab": "2"})(pl.Series(["ab"])).to_list() == ["1b"]


@given(texts=TEXTS)
def test_a_content_hash_is_the_same_whatever_stands_beside_it(texts: list[str | None]) -> None:
    short, long = short_and_long(texts)
    own = content_hash(short.schema, ["t"]).alias("hash")
    wide = short.with_columns(other=pl.lit(None, pl.String))
    both = content_hash(wide.schema, ["t", "other"]).alias("hash")
    assert short.select(own).equals(long.select(own).head(len(texts)))
    assert short.select(own).equals(wide.select(both))
    assert short.filter(pl.col("t").is_null()).select(own)["hash"].unique().to_list() in ([], [0])


def test_few_and_many_rows_get_the_same_columns() -> None:
    made = [pl.col("n").add(1).alias("next"), pl.lit("x").alias("mark")]
    for height in (0, 1, 5_000):
        frame = pl.DataFrame({"n": range(height)}, schema={"n": pl.Int64})
        assert widened(frame, made).equals(frame.with_columns(made))
        assert picked(frame, made).equals(frame.select(made))


def test_nulls_are_of_the_kind_and_number_asked_for() -> None:
    assert nulls(3).equals(pl.Series([None, None, None], dtype=pl.String), null_equal=True)
    assert nulls(2, pl.Int64).dtype == pl.Int64()
    assert nulls(0).is_empty()
