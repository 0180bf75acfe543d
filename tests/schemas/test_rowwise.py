"""Expressions worked out row by row answer as Polars does, or ask Polars."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.patterns import changed, cut, occurs, taken
from schemas.requisites.checksums import inn_10_holds
from schemas.rows import passed, picked, widened
from schemas.rowwise.passes import FEW, Passes
from schemas.rowwise.through import through

TEXTS = st.none() | st.text('abАяё 0-5.,"«»№\n\u00a0İß', max_size=6)
NUMBERS = st.none() | st.integers(-5, 10**12)
TRUTHS = st.none() | st.booleans()
ROWS = st.lists(st.tuples(TEXTS, TEXTS, NUMBERS, NUMBERS, TRUTHS, TRUTHS), min_size=1, max_size=4)
SCHEMA = {
    "a": pl.String, "b": pl.String, "m": pl.Int64, "n": pl.Int64, "t": pl.Boolean, "u": pl.Boolean,
}  # fmt: skip
a, b, m, n, t, u = (pl.col(name) for name in SCHEMA)
EXPRESSIONS = {
    "and": t & u,
    "or": t | u,
    "not": ~t,
    "any": pl.any_horizontal(t, u, a == "a"),
    "all": pl.all_horizontal(t, u, a != "a"),
    "when": pl.when(t).then(a).when(u).then(pl.lit("x")).otherwise(b),
    "null": pl.when(a.is_null() | b.is_not_null()).then(m),
    "same": a.eq_missing(b) | a.ne_missing("a"),
    "compared": (m < n) | (m >= 3) & (n <= 7),
    "sum": m + n * 2 - 1,
    "parts": m // 7 % 5,
    "holds": inn_10_holds(m),
    "least": pl.min_horizontal(m, n, pl.lit(None, pl.Int64)),
    "most": pl.max_horizontal(m, n),
    "first": pl.coalesce(a, b, pl.lit("?")),
    "filled": m.fill_null(0) + a.str.len_bytes().fill_null(9),
    "one of": a.is_in(["a", "1"]) | m.is_in([1, 2]),
    "between": m.is_between(0, 4),
    "looked up": a.replace_strict({"a": "1", "b": "2"}, default="?", return_dtype=pl.String),
    "changed": a.replace({"a": "b"}).replace("", None),
    "cast": a.cast(pl.Int64, strict=False),
    "small": m.cast(pl.Int8, strict=False),
    "text": pl.concat_str(m.cast(pl.String), t.cast(pl.String), separator="/"),
    "joined": pl.concat_str(a, b, separator=",", ignore_nulls=True),
    "found": a.str.contains(r"[0-9]\s|^я") | a.str.contains(".", literal=True),
    "taken": a.str.extract(r"(\w)([0-9])", 2),
    "replaced": a.str.replace_all(r"([0-9])", "<$1>").str.replace("а", "", literal=True),
    "many": a.str.replace_many([" ", ".", ","], ["", "", "-"]),
    "cases": a.str.to_lowercase() + b.str.to_uppercase(),
    "stripped": a.str.strip_chars() + b.str.strip_chars(" .,") + a.str.strip_chars_end("0"),
    "cut": a.str.slice(1, 2) + b.str.slice(a.str.len_chars()) + a.str.head(2) + b.str.tail(1),
    "last": a.str.slice(-2),
    "starts": a.str.starts_with("a") | a.str.ends_with("5"),
    "words": a.str.split(" ").list.sort().list.join(" "),
    "pieces": a.str.splitn(".", 2).struct.field("field_1"),
    "halves": a.str.split_exact(",", 1).struct.field("field_1"),
    "items": a.str.extract_all("[0-9]").list.get(1, null_on_oob=True),
    "listed": pl.when(a.is_not_null()).then(pl.concat_list("a")),
    "unique": a.str.split(" ").list.unique(maintain_order=True).list.len(),
    "struct": pl.struct(a.alias("x"), m.alias("y")).struct.field("x"),
    "ours": changed(cut(a, "^[0-9]"), (" +", "_")),
    "ours too": occurs(a, r"\b[0-9]") & taken(b, "(а)").is_not_null(),
    "gathered": pl.lit(pl.Series([5, 6, 7])).gather(pl.when(m.is_between(0, 2)).then(m)),
}  # fmt: skip

PASSES = {name: Passes([a, expr.alias(name)]) for name, expr in EXPRESSIONS.items()}


def _frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(rows=ROWS)
@settings(max_examples=150, deadline=None)
def test_few_rows_are_answered_as_many_are(rows: list[tuple[object, ...]]) -> None:
    frame = _frame(rows)
    asked = frame.select(expr.alias(name) for name, expr in EXPRESSIONS.items())
    for name, passes in PASSES.items():
        told = picked(frame, passes)
        assert told[name].equals(asked[name]), name
        assert told.schema[name] == asked.schema[name], name


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_expressions_are_worked_out_and_not_asked(name: str) -> None:
    assert PASSES[name].over(_frame([("a1 я", "b", 2, 1, True, False)])) is not None


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_later_passes_read_what_earlier_ones_wrote(rows: list[tuple[object, ...]]) -> None:
    passes = Passes(
        [a.str.len_chars().alias("m"), b.alias("#kept")],
        [(m + 1).alias("n"), pl.coalesce("#kept", a).alias("new")],
        passing=["#kept"],
    )
    one, other = passes.passes
    frame = _frame(rows)
    asked = frame.with_columns(one).with_columns(other).drop("#kept")
    assert passed(frame, passes).equals(asked)
    assert passed(pl.concat([frame] * FEW), passes).equals(pl.concat([asked] * FEW))


def test_what_is_not_understood_is_asked_of_polars() -> None:
    frame = _frame([("a", None, 3, 4, True, None), ("b", "b", 1, 9, None, None)])
    strange = Passes([m.rank().alias("rank"), m.cum_sum().alias("sum")])
    assert strange.over(frame) is None
    assert picked(frame, strange).equals(frame.select(strange))


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (a.str.to_lowercase(), "İ"),
        (a.str.strip_chars(), "\u00a0a"),
        (a.str.contains(r"\bя"), "\u0301я"),
        (a.cast(pl.Int64, strict=False), "+5"),
    ],
)
def test_texts_the_two_may_see_otherwise_are_asked_of_polars(expr: pl.Expr, value: str) -> None:
    frame = pl.DataFrame({"a": [value]})
    passes = Passes([expr.alias("told")])
    assert passes.over(pl.DataFrame({"a": ["я 5"]})) is not None
    assert passes.over(frame) is None
    assert picked(frame, passes).equals(frame.select(passes))


def test_a_template_that_polars_reads_as_a_named_group_is_left_to_it() -> None:
    frame = pl.DataFrame({"a": ["x1"]})
    named = Passes([a.str.replace("([0-9])", "$1th").alias("told")])
    assert named.over(frame) is None
    assert widened(frame, named)["told"].to_list() == frame.select(named)["told"].to_list()


def test_a_function_of_a_column_is_asked_once_about_nulls() -> None:
    asked: list[list[str | None]] = []

    def work(values: pl.Series) -> pl.Series:
        asked.append(values.to_list())
        return values.fill_null("none")

    passes = Passes([through(a, work).alias("told")])
    for _ in range(3):
        assert picked(pl.DataFrame({"a": [None, "x"]}, {"a": pl.String}), passes)[
            "told"
        ].to_list() == ["none", "x"]
    assert asked.count([None]) == 1
    assert asked.count(["x"]) == 3


def test_a_function_without_a_word_for_one_text_is_asked_of_a_crowd_as_a_column() -> None:
    asked: list[int] = []

    def work(values: pl.Series) -> pl.Series:
        asked.append(len(values))
        return values + "!"

    passes = Passes([through(a, work, one=lambda text: NotImplemented).alias("told")])
    crowd = pl.DataFrame({"a": [str(n) for n in range(FEW)]})
    assert picked(crowd, passes)["told"].to_list() == [f"{n}!" for n in range(FEW)]
    assert asked == [FEW]
