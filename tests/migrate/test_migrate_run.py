"""A migration runs layer by layer under one number, stops before harm, and goes on where it was."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows import extract
from flows.migrate.drift import drift
from flows.migrate.layers import order
from flows.migrate.run import pause, resume, run
from flows.migrate.status import status
from flows.run import Stopped
from schemas.errors import ConfigError, Conflict, Retryable, Unbalanced
from store import canonical, feed, landing, runs
from store.engine import Store
from store.tables import canonical as canonical_tables
from store.tables import landing_batch
from tests.migrate.houses import Night, night
from tests.support.state import assert_same_state, state_of


@pytest.fixture
def ready(sqlite_store: Store, crm: Path, tmp_path: Path) -> Iterator[Night]:
    """A night on SQLite."""
    made = night(sqlite_store, crm, tmp_path)
    yield made
    made.house.close()


def canonicals(one: Night, entity: str) -> int:
    with one.house.store.read() as reader:
        return canonical.load(reader, entity, ["key"]).height


def test_a_base_is_carried_and_a_newer_dump_adds_nothing_twice(
    store: Store, crm: Path, tmp_path: Path
) -> None:
    one = night(store, crm, tmp_path)
    number = run(one.house, one.text, "anna")
    told = status(one.house, "legacy")
    assert (told.migration.id, told.migration.state) == (number, "done")
    lines = {line.table: line for line in told.lines}
    for name, entity in (("clients", "party"), ("contacts", "person")):
        table = one.plan.table(name)
        assert table is not None
        assert lines[name].rows == lines[name].read == table.rows
        assert canonicals(one, entity) + lines[name].quarantined == table.rows
    before = state_of(store)
    assert run(one.house, one.text, "anna") == number + 1
    assert_same_state(before, state_of(store))
    with store.read() as reader:
        files = len(reader.rows(select(landing_batch.c.id)))
        told_before = feed.newest(reader)
    one.change("UPDATE clients SET email = 'new@changed.example' WHERE id = 7")
    run(one.house, one.text, "anna")
    with store.read() as reader:
        assert len(reader.rows(select(landing_batch.c.id))) == files + 1
        assert landing.pending(reader, "legacy", "clients")[-1].rows == 1
        assert feed.newest(reader) > told_before
    one.house.close()


def test_tables_that_refer_to_each_other_are_one_layer_and_named(ready: Night) -> None:
    found = order(ready.plan)
    assert found.layers == (("clients", "contacts"),)
    assert found.circles == (("clients", "contacts"),)
    clients = ready.plan.tables[0].model_copy(update={"references": ()})
    straight = ready.plan.model_copy(update={"tables": (clients, *ready.plan.tables[1:])})
    assert order(straight).layers == (("clients",), ("contacts",))
    assert order(straight).circles == ()


def test_a_table_of_garbage_stops_the_run_before_any_of_it_is_told_to_anybody(ready: Night) -> None:
    ready.change("UPDATE clients SET name = '', inn = '', ogrn = '' WHERE id % 5 < 2")
    strict = {"breaker": ready.plan.breaker.model_copy(update={"rows": 20, "share": 0.3})}
    with pytest.raises(Unbalanced, match="were rejected"):
        run(ready.house, ready.planned(**strict), "anna")
    told = status(ready.house, "legacy")
    assert told.migration.state == "stopped"
    assert "rejected" in str(told.migration.error_en)
    with ready.house.store.read() as reader:
        assert feed.newest(reader) == 0
        assert not any(reader.rows(select(t)) for t in canonical_tables.values())
    loose = {"breaker": ready.plan.breaker.model_copy(update={"rows": 20, "share": 0.9})}
    number = run(ready.house, ready.planned(**loose), "anna")
    assert number == told.migration.id, "the same migration goes on by the mended plan"
    assert status(ready.house, "legacy").migration.state == "done"


def test_a_pause_stops_after_a_batch_and_resume_ends_as_if_undisturbed(
    ready: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, done = extract._commit, list[Any]()

    def pausing(*args: Any) -> Any:
        done.append(commit(*args))
        if len(done) == 2:
            pause(ready.house, "legacy", "окно закрыто", "anna")
        return done[-1]

    monkeypatch.setattr(extract, "_commit", pausing)
    with pytest.raises(Stopped):
        run(ready.house, ready.text, "anna")
    told = status(ready.house, "legacy")
    assert (told.migration.state, told.lines[0].read) == ("paused", 50)
    with pytest.raises(Conflict):
        run(ready.house, ready.text, "anna")
    resume(ready.house, "legacy", "anna")
    told = status(ready.house, "1")
    assert told.migration.state == "done"
    assert [line.read for line in told.lines] == [line.rows for line in told.lines]
    with pytest.raises(Conflict, match="has ended"):
        resume(ready.house, "legacy", "anna")


def test_its_run_is_stopped_after_a_batch_and_goes_on_where_it_was(
    ready: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, done = extract._commit, list[Any]()

    def stopping(*args: Any) -> Any:
        done.append(commit(*args))
        if len(done) == 2:
            with ready.house.store.write() as writer:
                number = status(ready.house, "legacy").migration.run_id
                assert number is not None
                assert runs.ask_stop(writer, number, "anna")
        return done[-1]

    monkeypatch.setattr(extract, "_commit", stopping)
    with pytest.raises(Stopped, match="anna"):
        run(ready.house, ready.text, "anna")
    told = status(ready.house, "legacy")
    assert (told.migration.state, told.lines[0].read) == ("paused", 50)
    resume(ready.house, "legacy", "anna")
    told = status(ready.house, "legacy")
    assert told.migration.state == "done"
    assert [line.read for line in told.lines] == [line.rows for line in told.lines]


def test_a_full_disk_and_a_base_that_goes_away_are_told_and_gone_on_from(
    ready: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    land = landing.land

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(landing, "land", full)
    with pytest.raises(Retryable, match="disk is full"):
        run(ready.house, ready.text, "anna")
    assert status(ready.house, "legacy").migration.state == "stopped"
    monkeypatch.setattr(landing, "land", land)
    waited = list[float]()

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if sum(waited) >= 60:
            ready.crm.with_suffix(".away").rename(ready.crm)

    def leaving(*args: Any) -> Any:
        done = commit(*args)
        if ready.crm.exists() and not waited:
            ready.crm.rename(ready.crm.with_suffix(".away"))
        return done

    commit = extract._commit
    monkeypatch.setattr(extract, "_commit", leaving)
    monkeypatch.setattr(extract.time, "sleep", sleep)
    run(ready.house, ready.text, "anna")
    assert sum(waited) >= 60
    assert status(ready.house, "legacy").migration.state == "done"


def test_a_source_that_is_no_more_what_was_planned_is_not_loaded(ready: Night) -> None:
    source = ready.house.source("legacy")
    assert drift(ready.plan, source) == []
    later = ready.plan.model_copy(update={"profiled": date(2999, 1, 1)})
    assert [one.en for one in drift(later, source)] == [
        f"the clock went back: profiled on 2999-01-01, and now it is {source.clock():%Y-%m-%d}"
    ]
    ready.change("ALTER TABLE clients RENAME COLUMN inn TO tax_no")
    ready.change("DELETE FROM contacts WHERE id > 10")
    told = {(one.table, one.grave): one.en for one in drift(ready.plan, source)}
    assert told["clients", True] == "lacks columns inn"
    assert told["clients", False] == "has new columns tax_no"
    assert told["contacts", False].endswith("has 10")
    with pytest.raises(ConfigError, match="clients: lacks columns inn"):
        run(ready.house, ready.text, "anna")
    with ready.house.store.read() as reader:
        assert reader.rows(select(landing_batch)) == []


def test_a_table_without_a_mapping_is_refused_by_name(ready: Night) -> None:
    deals = ready.plan.tables[3].model_copy(update={"carry": True})
    tables = (*ready.plan.tables[:3], deals, *ready.plan.tables[4:])
    with pytest.raises(ConfigError, match="Tables deals have no mapping"):
        run(ready.house, ready.planned(tables=tables), "anna")
