"""A migration killed with -9 while it reads, maps and merges ends like one nobody touched (law 2)."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from flows.migrate.rollback import rollback
from flows.migrate.run import run
from flows.migrate.status import status
from simulators.legacy import write_crm
from simulators.world import World
from store.engine import Store, open_store
from store.migrate import upgrade
from store.tables import lease
from tests.faults.conftest import Workers
from tests.migrate.houses import night
from tests.migrate.test_migrate_rollback import living, records
from tests.support.house import settings_over
from tests.support.state import assert_same_state, state_of

# Around the commit that withdraws, in each stage that follows, and in the last transaction.
BACK = (
    ("withdraw", "inside", 1), ("withdraw", "after", 1), ("map", "inside", 1), ("map", "after", 1),
    ("match", "after", 1), ("merge", "inside", 1), ("withdraw", "inside", 1),
)  # fmt: skip
KILLS = (("extract", "inside", 3), ("map", "after", 1), ("merge", "inside", 1))


@pytest.fixture(scope="session")
def old_crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A legacy base; not to be changed."""
    return write_crm(World(seed=5, companies=60), tmp_path_factory.mktemp("crm") / "crm.db")


@pytest.fixture(scope="session")
def carried(old_crm: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The state a migration leaves when nobody kills it."""
    folder = tmp_path_factory.mktemp("carried")
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    upgrade(store)
    one = night(store, old_crm, folder)
    run(one.house, one.text, "anna")
    try:
        return state_of(store)
    finally:
        one.house.close()
        store.close()


@pytest.mark.timeout(600)
def test_a_migration_killed_on_its_way_ends_like_an_undisturbed_one(
    store: Store,
    old_crm: Path,
    carried: dict[str, pl.DataFrame],
    workers: Workers,
    tmp_path: Path,
) -> None:
    one = night(store, old_crm, tmp_path)
    (tmp_path / "plan.yaml").write_text(one.text, encoding="utf-8")
    for at in KILLS:
        killed = workers.refresh(settings_over(store, tmp_path), *at, act="migrate")
        assert killed == -signal.SIGKILL, at
        assert status(one.house, "legacy").migration.state == "running"
    assert run(one.house, one.text, "anna") == 1, "one migration, however often it was started"
    told = status(one.house, "legacy")
    assert told.migration.state == "done"
    assert [line.read for line in told.lines] == [line.rows for line in told.lines]
    one.house.close()
    assert_same_state(carried, state_of(store))
    with store.read() as reader:
        assert reader.rows(select(lease)) == []


@pytest.mark.timeout(600)
def test_a_rollback_killed_on_its_way_leaves_what_an_undisturbed_one_does(
    store: Store, old_crm: Path, workers: Workers, tmp_path: Path
) -> None:
    one = night(store, Path(shutil.copy(old_crm, tmp_path / "crm.db")), tmp_path)
    run(one.house, one.text, "anna")
    before, alive = records(store), living(store)
    one.change("UPDATE clients SET email = 'new@changed.example', name = '' WHERE id < 9")
    one.change("INSERT INTO contacts VALUES (9999, 3, 'Новый Иван Петрович', '', '', '', '')")
    run(one.house, one.text, "anna")
    for at in BACK:
        killed = workers.refresh(settings_over(store, tmp_path), *at, act="rollback")
        assert killed == -signal.SIGKILL, at
    assert rollback(one.house, "legacy", "anna") == 2
    after = records(store)
    assert [name for name, frame in before.items() if not frame.equals(after[name])] == []
    now = living(store)
    assert [entity for entity, frame in alive.items() if not frame.equals(now[entity])] == []
    assert status(one.house, "2").migration.state == "withdrawn"
    one.house.close()
