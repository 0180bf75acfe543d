"""A rehearsal is the same run and leaves nothing; an estimate follows from samples."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from flows.migrate.estimate import SETTLING, _fitted, estimate
from flows.migrate.rehearse import rehearse
from store import migrating
from store.engine import Store
from tests.migrate.houses import night
from tests.support.state import state_of


def test_a_rehearsal_shows_the_act_and_keeps_nothing(
    store: Store, crm: Path, tmp_path: Path
) -> None:
    one = night(store, crm, tmp_path)
    done, lines = rehearse(one.house, one.text, "anna")
    assert done.migration.state == "done"
    assert [(line.table, line.holds) for line in lines] == [("clients", True), ("contacts", True)]
    assert all(frame.is_empty() for frame in state_of(store).values())
    assert list(store.landing.rglob("*.parquet")) == []
    with store.read() as reader:
        assert migrating.recent(reader) == []
        if store.is_postgres:
            named = "SELECT count(*) FROM pg_database WHERE datname LIKE '%rehearsal%'"
            assert reader.scalar(text(named)) == 0
    one.house.close()


def test_an_estimate_is_measured_on_samples_and_told_for_the_whole(
    sqlite_store: Store, crm: Path, tmp_path: Path
) -> None:
    one = night(sqlite_store, crm, tmp_path)
    ticks = count()
    found = {e.table: e for e in estimate(one.house, one.plan, sizes=(20, 40), clock=lambda: next(ticks))}  # fmt: skip
    assert list(found) == ["clients", "contacts", SETTLING]
    clients = one.plan.table("clients")
    assert clients is not None
    assert (found["clients"].rows, found["clients"].measured) == (clients.rows, 40)
    assert all(e.low < e.seconds < e.high for e in found.values())
    assert all(frame.is_empty() for frame in state_of(sqlite_store).values())
    one.house.close()


def test_a_line_through_the_samples_tells_the_whole_and_its_range() -> None:
    straight = _fitted("t", 100_000, [(10_000, 3.0), (20_000, 5.0), (40_000, 9.0)], minutes=0.3)
    assert straight.seconds == pytest.approx(21)
    assert (straight.low, straight.over) == (pytest.approx(21 * 0.85), True)
    assert straight.high >= 21 * 1.15
    whole = _fitted("t", 40_000, [(10_000, 3.0), (20_000, 5.0), (40_000, 9.0)], minutes=None)
    assert (whole.seconds, whole.over) == (9.0, False)
