"""Runs and their balance sheet, checkpoints, leases."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from schemas.errors import Conflict, ContractBroken, Refused, Unbalanced
from schemas.records import Cursor
from store import Store, checkpoints, leases, runs
from store.tables import checkpoint, stream_state
from tests.support.records import NOON

_MINUTE = timedelta(minutes=1)


def test_a_run_from_start_to_end(store: Store) -> None:
    with store.write() as writer:
        run_id = runs.start(writer, "sync", "erp", "parties", {"limit": 5, "а": "б"}, NOON)
        runs.heartbeat(writer, run_id, NOON + _MINUTE)
        error = Refused("нет права", "no right", detail="403")
        runs.finish(writer, run_id, "failed", error, NOON + 2 * _MINUTE)
        row = runs.get(writer, run_id)
        assert runs.get(writer, 99) is None
    assert row is not None
    assert (row.state, row.error_kind, row.error_ru, row.detail) == (
        "failed",
        "Refused",
        "нет права",
        "403",
    )
    assert (row.started_at, row.heartbeat_at, row.finished_at) == (
        NOON,
        NOON + _MINUTE,
        NOON + 2 * _MINUTE,
    )
    assert row.parameters == '{"limit": 5, "а": "б"}'


def test_text_of_an_unexpected_error_is_not_kept(store: Store) -> None:
    """It may hold personal data."""
    with store.write() as writer:
        run_id = runs.start(writer, "sync")
        runs.finish(writer, run_id, "failed", ValueError("Иванов Иван"))
        row = runs.get(writer, run_id)
    assert row is not None
    assert row.error_kind == "ValueError"
    assert "Иванов" not in str(row)


def test_counts_accumulate_and_balance(store: Store) -> None:
    with store.write() as writer:
        run_id = runs.start(writer, "sync")
        runs.count(writer, run_id, "extract", "erp", "s", received=3, landed=2)
        runs.count(writer, run_id, "extract", "erp", "s", received=2, unchanged=1, quarantined=2)
        runs.count(writer, run_id, "other", "erp", "s", anything=1)
        assert runs.balance(writer, run_id) == [runs.Line("extract", "erp", "s", 5, 5)]
        runs.require_balance(writer, run_id)
        runs.count(writer, run_id, "map", "erp", "s", read=2, canonical=1)
        with pytest.raises(Unbalanced, match=r"map, erp/s .* 2 given, 1"):
            runs.require_balance(writer, run_id)


def test_runs_are_paged_newest_first(store: Store) -> None:
    with store.write() as writer:
        for number in range(5):
            runs.start(writer, "sync", "erp" if number % 2 else "onec")
        assert runs.page(writer, limit=2)["id"].to_list() == [5, 4]
        assert runs.page(writer, before=4, limit=2, connection="onec")["id"].to_list() == [3, 1]


def test_silent_runs_are_abandoned(store: Store) -> None:
    with store.write() as writer:
        silent = runs.start(writer, "sync", now=NOON)
        runs.start(writer, "sync", now=NOON + 9 * _MINUTE)
        assert runs.abandon(writer, 5 * _MINUTE, NOON + 10 * _MINUTE) == 1
        row = runs.get(writer, silent)
    assert row is not None
    assert row.state == "failed"


def test_new_columns_of_a_known_stream_are_drift(store: Store) -> None:
    with store.write() as writer:
        known = pl.Schema({"a": pl.String})
        assert runs.note_columns(writer, "erp", "s", known) == []
        assert runs.note_columns(writer, "erp", "s", known) == []
        assert runs.note_columns(
            writer, "erp", "s", pl.Schema({"a": pl.String, "b": pl.Int64})
        ) == ["b"]
        runs.note_stream(writer, "erp", "s", 1, 10, timedelta(hours=2), NOON)
        runs.note_stream(writer, "erp", "s", 2, 11, None, NOON)
        row = writer.rows(stream_state.select())[0]
    assert (row.last_run, row.last_rows, row.last_at, row.lag) == (2, 11, NOON, None)


def test_a_checkpoint_is_written_once_per_value(store: Store) -> None:
    cursor = Cursor({"at": "2026-03-01", "key": 7}, version=2)
    with store.write() as writer:
        assert checkpoints.get(writer, "extract", "erp", "s") is None
        assert checkpoints.put(writer, "extract", "erp", "s", cursor)
        assert not checkpoints.put(writer, "extract", "erp", "s", cursor, run_id=9)
        assert checkpoints.put(writer, "extract", "erp", "s", Cursor({"at": None}), name="backfill")
        assert checkpoints.get(writer, "extract", "erp", "s") == cursor
        assert checkpoints.forget(writer, "extract", "erp", "s")
        assert not checkpoints.forget(writer, "extract", "erp", "s")


def test_positions_of_inner_stages(store: Store) -> None:
    with store.write() as writer:
        assert checkpoints.position(writer, "merge") == 0
        assert checkpoints.advance(writer, "merge", 5)
        assert not checkpoints.advance(writer, "merge", 5)
        assert checkpoints.position(writer, "merge") == 5


def test_a_damaged_cursor_is_named_not_ignored(store: Store) -> None:
    with store.write() as writer:
        checkpoints.put(writer, "extract", "erp", "s", Cursor({}))
        writer.execute(checkpoint.update().values(cursor="{"))
        with pytest.raises(ContractBroken, match="rewind"):
            checkpoints.get(writer, "extract", "erp", "s")


def test_a_lease_is_held_by_one_until_it_expires(store: Store) -> None:
    leases.acquire(store, "erp/s", "first", _MINUTE, NOON)
    with pytest.raises(Conflict, match=r"held by first until 2026-03-01 12:01"):
        leases.acquire(store, "erp/s", "second", _MINUTE, NOON)
    leases.acquire(store, "erp/s", "first", _MINUTE, NOON)
    leases.renew(store, "erp/s", "first", 3 * _MINUTE, NOON)
    with pytest.raises(Conflict):
        leases.acquire(store, "erp/s", "second", _MINUTE, NOON + 2 * _MINUTE)
    leases.acquire(store, "erp/s", "second", _MINUTE, NOON + 3 * _MINUTE)
    with pytest.raises(Conflict, match="lost"):
        leases.renew(store, "erp/s", "first", _MINUTE, NOON)
    assert not leases.release(store, "erp/s", "first")
    assert leases.release(store, "erp/s", "second")


def test_a_held_lease_is_given_back_after_an_error(store: Store) -> None:
    def work() -> None:
        with leases.held(store, "erp/s", "first"):
            leases.acquire(store, "erp/s", "second")

    with pytest.raises(Conflict):
        work()
    leases.acquire(store, "erp/s", "second")
