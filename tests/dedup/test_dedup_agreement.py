"""Pairwise precision and recall on clusters small enough to count by hand."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.agreement import agreement


def test_one_wrong_join_and_one_missed_pair() -> None:
    labelled = pl.DataFrame({"found": ["a", "a", "a", "b", "c"], "true": ["x", "x", "y", "z", "z"]})
    score = agreement(labelled, "found", "true")
    assert (score.both, score.found, score.true) == (1, 3, 2)
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 2)


def test_a_record_without_a_cluster_makes_no_pair() -> None:
    labelled = pl.DataFrame({"found": [None, None, "a"], "true": ["x", "x", "x"]})
    score = agreement(labelled, "found", "true")
    assert (score.both, score.found, score.true) == (0, 0, 3)
    assert score.precision == 1.0
