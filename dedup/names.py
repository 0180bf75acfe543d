"""How alike two name cores are, 0..1, for the rules that send equal requisites to review."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from dedup.refs import REF

LEAST_ALIKE = 0.40  # handbook 2.3, R1


def alike(left: pl.Series, right: pl.Series) -> pl.Series:
    """Similarity per row; a missing name counts as equal: absence is not evidence."""
    first, second = left.fill_null("").to_list(), right.fill_null("").to_list()
    sorted_tokens = process.cpdist(first, second, scorer=fuzz.token_sort_ratio, workers=1)
    token_set = process.cpdist(first, second, scorer=fuzz.token_set_ratio, workers=1)
    best = pl.Series(sorted_tokens.tolist(), dtype=pl.Float64) / 100
    other = pl.Series(token_set.tolist(), dtype=pl.Float64) / 100
    score = pl.select(pl.max_horizontal(best, other)).to_series()
    return score.set((left.is_null() | right.is_null() | (left == "") | (right == "")), 1.0)


def misnamed(keyed: pl.DataFrame) -> pl.DataFrame:
    """(ref, other): records whose requisites equal another's of the same stream, but whose name does not.

    R1 and R5: equal INN+KPP, or equal INN-12, both active, similarity below 0.40. `other` is the first
    record of the group, the one the doubtful record is shown beside.
    """
    group = ["connection", "stream", "inn", "kpp"]
    active = keyed.filter(pl.col("inn").is_not_null() & (pl.col("status").fill_null("active") == "active"))
    active = active.filter((pl.col("kpp").is_not_null()) | (pl.col("inn").str.len_bytes() == 12))
    first = active.with_columns(
        pl.col(REF).first().over(group).alias("other"),
        pl.col("name_core").first().over(group).alias("other_name"),
    ).filter(pl.col(REF) != pl.col("other"))
    if first.is_empty():
        return first.select(REF, "other")
    return first.filter(alike(first["name_core"], first["other_name"]) < LEAST_ALIKE).select(REF, "other")
