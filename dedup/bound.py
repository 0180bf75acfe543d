"""How often evidence may be wrong, given what people answered: exact bounds, not estimates.

The upper bound of Clopper and Pearson (Biometrika 26, 1934): were the true share of errors higher, so few
would have been seen with a probability below 1 − confidence.
"""

from __future__ import annotations

from math import ceil, log

import polars as pl
from scipy.special import betaincinv

CONFIDENCE = 0.95
LABELS = {"score": pl.Float64(), "same": pl.Boolean()}


def most_wrong(wrong: int, answered: int, confidence: float = CONFIDENCE) -> float:
    """The highest share of errors that agrees with `wrong` among `answered`; 1 before any answer.

    >>> round(most_wrong(0, 300), 4), round(most_wrong(2, 300), 4)
    (0.0099, 0.0208)
    """
    if wrong >= answered:
        return 1.0
    return float(betaincinv(wrong + 1, answered - wrong, confidence))


def least_answers(at_most: float, confidence: float = CONFIDENCE) -> int:
    """How many answers without an error show that no more than `at_most` are wrong.

    >>> least_answers(0.001)
    2995
    """
    return ceil(log(1 - confidence) / log(1 - at_most))


def thresholds(labels: pl.DataFrame, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """For each score somebody answered about, lowest first: `score`, how many pairs of at least that score
    were `answered` and were `wrong` (not the same company), and `bound`, the share that may be wrong.
    """
    counted = (
        labels.group_by("score")
        .agg(pl.len().alias("answered"), (~pl.col("same")).sum().alias("wrong"))
        .sort("score")
        .with_columns(
            pl.col("answered", "wrong").cast(pl.Int64).cum_sum(reverse=True),
        )
    )
    bounds = [
        most_wrong(wrong, answered, confidence)
        for answered, wrong in counted.select("answered", "wrong").iter_rows()
    ]
    return counted.with_columns(pl.Series("bound", bounds, dtype=pl.Float64))


def earned(found: pl.DataFrame, at_most: float) -> float | None:
    """The lowest score of `thresholds` from which on no more than `at_most` are wrong; None if there is none."""
    enough = found.filter(pl.col("bound") <= at_most)
    return None if enough.is_empty() else float(enough["score"][0])
