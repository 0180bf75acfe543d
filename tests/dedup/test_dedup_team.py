"""Into how many parts matching is cut, and who does them in which order, changes nothing of its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.model import default_model
from dedup.resolve import Resolution, resolve_parties, worked_by
from dedup.team import Parts, Team
from mappings.load import load_mapping
from schemas.records import CHANGED_AT, DELETED, KEY
from simulators.world import World
from tests.dedup.test_dedup_again import NOBODY, ROW, parties
from tests.support.examples import examples


def backwards(work: Callable[..., Any], parts: Parts) -> list[Any]:
    """Every part twice, the last one first: what a cluster that loses workers does."""
    for part in parts:
        work(*part)
    return [work(*part) for part in reversed(parts)][::-1]


@lru_cache(maxsize=1)
def base() -> pl.DataFrame:
    raw = World(seed=5, companies=600).flat(1500)
    landed = raw.with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias(KEY),
        pl.lit(None, pl.Datetime("us", "UTC")).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
        pl.lit(0, pl.Int64).alias("_landing_id"),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("_landing_row"),
    )
    return load_mapping("hub", "dedupe").apply(landed, "crm").records


def by(team: Team, records: pl.DataFrame) -> Resolution:
    return resolve_parties(records, NOBODY, work=worked_by(team, records, default_model()))


def assert_same(one: Resolution, other: Resolution) -> None:
    assert one.links.equals(other.links)
    assert one.review.equals(other.review)
    assert one.capped.equals(other.capped)
    assert one.work is not None
    assert other.work is not None
    compared, again = one.work.compared, other.work.compared
    assert compared is not None
    assert again is not None
    assert compared.scored.pairs.equals(again.scored.pairs)


@pytest.mark.parametrize("parts", [2, 7])
def test_a_base_matched_in_parts(parts: int) -> None:
    whole = resolve_parties(base(), NOBODY)
    assert whole.work is not None
    assert whole.work.compared is not None
    assert whole.work.compared.scored.pairs.height > 100
    assert_same(whole, by(Team(backwards, parts), base()))


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(ROW, max_size=8), st.integers(2, 5))
def test_any_few_records_in_parts(rows: list[dict[str, Any]], parts: int) -> None:
    records = parties(rows)
    assert_same(resolve_parties(records, NOBODY), by(Team(backwards, parts), records))
