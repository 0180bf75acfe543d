"""Kill -9 at every stage boundary and inside every stage; started again, the end is the same (law 2)."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from flows.sync import refresh
from store import landing
from store.engine import Store
from store.tables import landing_batch, lease, run
from tests.faults.conftest import Workers
from tests.support.house import house_over, settings_over
from tests.support.state import assert_same_state, state_of

# Where each process dies: what it does, stage, side of a commit, number of the transaction (those of
# extract and map are many). Each goes on from what the one killed before it left; a refresh whose sources
# are read and mapped is what settling is.
KILLS = (
    ("refresh", "extract", "inside", 1), ("refresh", "extract", "after", 8),
    ("refresh", "map", "after", 1), ("refresh", "map", "inside", 5),
    ("refresh", "match", "inside", 1), ("settle", "match", "after", 1),
    ("settle", "merge", "inside", 1), ("settle", "merge", "after", 1),
    ("settle", "publish", "inside", 1), ("settle", "publish", "after", 1),
)  # fmt: skip


@pytest.mark.timeout(600)
def test_a_refresh_killed_inside_and_after_every_stage_ends_like_an_undisturbed_one(
    store: Store, world: Path, undisturbed: dict[str, pl.DataFrame], workers: Workers
) -> None:
    settings = settings_over(store, world)
    for act, *at in KILLS:
        assert workers.refresh(settings, *at, act=act) == -signal.SIGKILL, at
    assert failed(store) == []
    house = house_over(store, world)
    assert [outcome.error for outcome in refresh(house) if outcome.error] == []
    house.close()
    assert_same_state(undisturbed, state_of(store))
    with store.read() as reader:
        assert reader.rows(select(lease)) == []


@pytest.mark.timeout(300)
def test_a_file_whose_transaction_died_is_swept_or_written_again(
    sqlite_store: Store,
    world: Path,
    undisturbed: dict[str, pl.DataFrame],
    workers: Workers,
) -> None:
    settings = settings_over(sqlite_store, world)
    assert workers.refresh(settings, "extract", "inside", 3) == -signal.SIGKILL
    orphans = lying(sqlite_store) - manifested(sqlite_store)
    assert len(orphans) == 1
    assert landing.sweep(sqlite_store) == [], "a young file may belong to a living transaction"
    assert set(landing.sweep(sqlite_store, older_than=timedelta(0))) == orphans
    house = house_over(sqlite_store, world)
    assert [outcome.error for outcome in refresh(house) if outcome.error] == []
    house.close()
    assert lying(sqlite_store) == manifested(sqlite_store)
    assert_same_state(undisturbed, state_of(sqlite_store))


def failed(store: Store) -> list[tuple[str, str]]:
    """What went wrong in runs that ended by themselves: nobody heard them, being killed after."""
    with store.read() as reader:
        rows = reader.rows(select(run.c.connection, run.c.error_en).where(run.c.state == "failed"))
        return [(row.connection, row.error_en) for row in rows]


def lying(store: Store) -> set[str]:
    """The landed files there are."""
    return {file.relative_to(store.landing).as_posix() for file in store.landing.rglob("*.parquet")}


def manifested(store: Store) -> set[str]:
    """The landed files the store knows of."""
    with store.read() as reader:
        return {row.path for row in reader.rows(select(landing_batch.c.path))}
