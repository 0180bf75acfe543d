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
    """(ref, other): records with another's requisites but not its name, in the same stream (R1, R3, R5).

    Both are active, and the similarity to the name most records of the entity bear is below 0.40.
    `other` is the first record of the same stream and requisites that does bear a like name: without
    one there is nothing to compare with, and the record stays.
    """
    active = keyed.filter(
        pl.col("inn").is_not_null() & (pl.col("status").fill_null("active") == "active")
    )
    named = active.join(_usual_names(keyed), on="entity_key", how="left", maintain_order="left")
    if named.is_empty():
        return named.select(REF, pl.lit(None, dtype=pl.String).alias("other"))
    score = alike(named["name_core"], named["usual_name"])
    # An abbreviation is unlike the name it stands for, but its full name says which one that is.
    full = named["full_name"].str.to_lowercase()
    whole = alike(full, named["usual_name"]).set(full.is_null(), 0.0)
    unlike = (score < LEAST_ALIKE) & (whole < LEAST_ALIKE)
    scored = named.with_columns(unlike.alias("foreign"))
    group = ["connection", "stream", "inn", "kpp"]
    like = pl.col(REF).filter(~pl.col("foreign")).first().over(group)
    return (
        scored.with_columns(like.alias("other"))
        .filter(pl.col("foreign") & pl.col("other").is_not_null())
        .select(REF, "other")
    )


def _usual_names(keyed: pl.DataFrame) -> pl.DataFrame:
    """(entity_key, usual_name): the name most records of an entity bear, on a tie the longest."""
    counted = keyed.drop_nulls("name_core").group_by("entity_key", "name_core").len()
    length = pl.col("name_core").str.len_chars().alias("length")
    ordered = counted.with_columns(length).sort(
        ["entity_key", "len", "length", "name_core"], descending=[False, True, True, False]
    )
    return ordered.unique("entity_key", keep="first", maintain_order=True).select(
        "entity_key", pl.col("name_core").alias("usual_name")
    )
