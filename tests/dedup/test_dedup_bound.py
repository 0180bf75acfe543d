"""Bounds on errors hold what they promise, and a threshold is earned by answers alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from dedup.bound import LABELS, earned, least_answers, most_wrong, thresholds


@given(
    answered=st.integers(1, 400),
    share=st.floats(0, 1),
    confidence=st.sampled_from([0.8, 0.95, 0.99]),
)
def test_so_few_errors_are_improbable_above_the_bound(
    answered: int, share: float, confidence: float
) -> None:
    wrong = min(int(answered * share), answered - 1)
    bound = most_wrong(wrong, answered, confidence)
    assert wrong / answered < bound < 1
    assert binom.cdf(wrong, answered, bound) == pytest.approx(1 - confidence, abs=1e-6)


def test_nothing_is_known_before_an_answer_or_where_all_were_wrong() -> None:
    assert most_wrong(0, 0) == most_wrong(3, 3) == 1


@given(at_most=st.floats(0.0005, 0.2))
def test_so_many_answers_without_an_error_are_just_enough(at_most: float) -> None:
    enough = least_answers(at_most)
    assert most_wrong(0, enough) <= at_most < most_wrong(0, enough - 1)


def _labels(*told: tuple[float, bool, int]) -> pl.DataFrame:
    rows = [(score, same) for score, same, times in told for _ in range(times)]
    return pl.DataFrame(rows, schema=LABELS, orient="row")


def test_the_lowest_score_that_is_sure_enough_is_earned() -> None:
    found = thresholds(_labels((0.6, False, 10), (0.9, True, 200), (0.99, True, 400)))
    assert found.select("score", "answered", "wrong").rows() == [
        (0.6, 610, 10), (0.9, 600, 0), (0.99, 400, 0),
    ]  # fmt: skip
    assert earned(found, 0.005) == 0.9
    assert earned(found, 0.001) is None


def test_errors_high_up_count_for_every_threshold_below() -> None:
    found = thresholds(_labels((0.9, True, 300), (0.999, False, 3)))
    assert earned(found, 0.01) is None
    assert earned(found, 0.05) == 0.9


def test_without_answers_nothing_is_earned() -> None:
    assert earned(thresholds(_labels()), 0.5) is None
