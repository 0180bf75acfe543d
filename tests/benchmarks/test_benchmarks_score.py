"""The scorer on clusterings small enough to count by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.score import PER_KIND, Scores, score


def _scored(
    true: list[int], found: list[int | None], kinds: list[list[str]] | None = None
) -> Scores:
    frame = pl.DataFrame(
        {"true": true, "found": found, "kinds": kinds or [[] for _ in true]},
        schema={"true": pl.Int64, "found": pl.Int64, "kinds": pl.List(pl.String)},
    )
    return score(frame)


def test_one_record_left_out_and_one_let_in() -> None:
    """Truth {a b c} {d e} {f}, found {a b} {c d} {e} {f}: of 4 true and 2 found pairs one is both."""
    scores = _scored([1, 1, 1, 2, 2, 3], [10, 10, 11, 11, 12, 13])
    assert (scores.pairs.both, scores.pairs.found, scores.pairs.true) == (1, 2, 4)
    assert scores.pairs.f1 == pytest.approx(2 * 0.5 * 0.25 / 0.75)
    assert scores.b3_precision == pytest.approx((1 + 1 + 0.5 + 0.5 + 1 + 1) / 6)
    assert scores.b3_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 0.5 + 0.5 + 1) / 6)
    assert scores.exact == pytest.approx(1 / 3)
    assert scores.mixed == 1


def test_kinds_count_their_own_records() -> None:
    """A kind's recall is over records that have others to be found with; singles do not count."""
    kinds = [["typo"], [], ["typo", "branch"], ["branch"], ["typo"]]
    scores = _scored([1, 1, 1, 2, 3], [7, 7, 8, 8, 9], kinds)
    rows = {row["kind"]: row for row in scores.kinds.to_dicts()}
    assert rows["typo"] == {
        "kind": "typo", "records": 3, "placed": 2, "recall": pytest.approx(0.25), "intruders": 1,
    }  # fmt: skip
    assert rows["branch"]["recall"] == pytest.approx(0.0)
    assert rows["branch"]["intruders"] == 2


def test_the_majority_of_a_mixed_cluster_is_not_the_intruder() -> None:
    scores = _scored([1, 1, 1, 2], [5, 5, 5, 5])
    assert (scores.mixed, scores.intruders) == (1, 1)


def test_records_that_were_refused_are_alone() -> None:
    """Two records without a found cluster are not found together."""
    scores = _scored([1, 1, 2], [None, None, 4])
    assert scores.pairs.found == 0
    assert scores.pairs.recall == 0.0
    assert scores.mixed == 0


def test_nothing_at_all_is_scored() -> None:
    scores = _scored([], [])
    assert scores.pairs.f1 == 1.0
    assert scores.kinds.schema == pl.Schema(PER_KIND)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40))
def test_the_truth_scores_one_and_names_of_clusters_do_not_matter(
    rows: list[tuple[int, int]],
) -> None:
    true, found = [row[0] for row in rows], [row[1] for row in rows]
    perfect = _scored(true, [100 - cluster for cluster in true])
    assert (perfect.pairs.f1, perfect.b3_f1, perfect.exact, perfect.mixed) == (1, 1, 1, 0)
    scores, renamed = _scored(true, list(found)), _scored(true, [9 - cluster for cluster in found])
    assert scores.pairs == renamed.pairs
    assert scores.b3_f1 == pytest.approx(renamed.b3_f1)
    assert (scores.mixed, scores.intruders) == (renamed.mixed, renamed.intruders)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=25))
def test_counts_equal_plain_counting(rows: list[tuple[int, int]]) -> None:
    """The same figures by going over every pair of records."""
    scores = _scored([true for true, _ in rows], [found for _, found in rows])
    pairs = [(left, right) for i, left in enumerate(rows) for right in rows[:i]]
    true = sum(left[0] == right[0] for left, right in pairs)
    found = sum(left[1] == right[1] for left, right in pairs)
    both = sum(left == right for left, right in pairs)
    assert (scores.pairs.both, scores.pairs.found, scores.pairs.true) == (both, found, true)
    clusters: dict[int, set[int]] = {}
    for owner, cluster in rows:
        clusters.setdefault(cluster, set()).add(owner)
    assert scores.mixed == sum(len(owners) > 1 for owners in clusters.values())
