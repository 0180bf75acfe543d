"""Whether two names may be those of one person: word order free, initials stand for their words."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

LEAST_WORD = 0.85  # «Наталья» and «Наталия», not «Мария» and «Марина»
SHORT_NAMES = ("ия", "ли", "ом", "эм", "юн", "ян")  # whole names of two letters, not two initials


def folded(name: pl.Expr) -> pl.Expr:
    """A name in the form in which spellings are compared: lower case, ё as е, no marks.

    >>> pl.select(folded(pl.lit("Семёнов-Орлов И.И."))).item()
    'семенов орлов и и'
    """
    plain = name.str.to_lowercase().str.replace_all("ё", "е", literal=True)
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def compatible(left: pl.Series, right: pl.Series) -> pl.Series:
    """Whether each word of the shorter name is met in the longer one; a missing name objects to nothing.

    Names of equally many words have to meet both ways, and one word longer than an initial has to meet.

    >>> whole = pl.Series(["иванов иван иванович"] * 3)
    >>> compatible(pl.Series(["Иванов И.И.", "Иван Иванов", "Иванов Пётр"]), whole).to_list()
    [True, True, False]
    """
    pairs = pl.DataFrame({"left": left, "right": right}).select(
        _words("left").alias("left"), _words("right").alias("right")
    )
    told = (
        pairs.unique()
        .filter((pl.col("left").list.len() > 0) & (pl.col("right").list.len() > 0))
        .filter(pl.col("left") != pl.col("right"))
    )
    judged = _judged(told.with_row_index("pair"))
    verdict = pl.col("fits").fill_null(value=True)
    return pairs.join(
        judged, on=["left", "right"], how="left", maintain_order="left", nulls_equal=True
    ).select(verdict)["fits"]


def initials_in(name: str) -> pl.Expr:
    """How many words of the column `name` are single letters."""
    return _words(name).list.eval(pl.element().str.len_chars() == 1).list.sum()


def _words(column: str) -> pl.Expr:
    """The words in order; two letters after a lone surname are two initials."""
    name = folded(pl.col(column))
    tail = name.str.extract(r"^\p{L}{3,} (\p{L}{2})$", 1)
    glued = tail.is_not_null() & ~tail.is_in(SHORT_NAMES)
    apart = name.str.replace(r" (\p{L})(\p{L})$", " ${1} ${2}")
    text = pl.when(glued).then(apart).otherwise(name).fill_null("")
    words = text.str.split(" ")
    return words.list.eval(pl.element().filter(pl.element() != "")).list.sort()


def _judged(pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (pair, left, right) with `fits`."""
    met = _met(pairs)
    left, right = pl.col("left").list.len(), pl.col("right").list.len()
    of_left = pl.col("left_met").fill_null(0) >= left
    of_right = pl.col("right_met").fill_null(0) >= right
    whole = pl.col("whole").fill_null(value=False)
    fits = (
        pl.when(left < right)
        .then(of_left)
        .when(right < left)
        .then(of_right)
        .otherwise(of_left & of_right)
    )
    return pairs.join(met, on="pair", how="left").select(
        "left", "right", (fits & whole).alias("fits")
    )


def _met(pairs: pl.DataFrame) -> pl.DataFrame:
    """Per pair: how many words of each side meet one of the other, and whether a whole word does."""
    firsts = pairs.select("pair", pl.col("left").alias("a")).explode("a")
    seconds = pairs.select("pair", pl.col("right").alias("b")).explode("b")
    firsts = firsts.with_columns(pl.int_range(pl.len()).over("pair").alias("at"))
    seconds = seconds.with_columns(pl.int_range(pl.len()).over("pair").alias("to"))
    cross = firsts.join(seconds, on="pair")
    short = (pl.col("a").str.len_chars() == 1) | (pl.col("b").str.len_chars() == 1)
    initial = short & (pl.col("a").str.slice(0, 1) == pl.col("b").str.slice(0, 1))
    likeness = cpdist(
        cross["a"].to_list(), cross["b"].to_list(), scorer=Levenshtein.normalized_similarity
    )
    near = pl.Series("near", likeness.tolist(), dtype=pl.Float64) >= LEAST_WORD
    meets = cross.with_columns(near, short.alias("short")).filter(pl.col("near") | initial)
    return meets.group_by("pair").agg(
        pl.col("at").n_unique().alias("left_met"),
        pl.col("to").n_unique().alias("right_met"),
        (~pl.col("short")).any().alias("whole"),
    )
