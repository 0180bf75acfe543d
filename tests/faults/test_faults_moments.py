"""A migration killed with -9 at moments nobody chose ends like one nobody touched, on either database (law 2)."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from flows.migrate.run import run
from flows.migrate.status import status
from simulators.legacy import write_crm
from simulators.world import World
from store import migrating
from store.engine import Store, open_store
from store.migrate import upgrade
from tests.faults.conftest import Workers
from tests.migrate.houses import Night, night
from tests.support.engines import IS_THOROUGH
from tests.support.house import settings_over
from tests.support.postgres import copy_database, run_sql, url_of
from tests.support.state import assert_same_state, state_of

# Every run draws other moments; the seed is told by whatever fails.
SEED = random.randrange(1_000_000)  # noqa: S311  no secret
MOMENTS = 50 if IS_THOROUGH else 5
LONGEST_MS = 2_500
Opened = Callable[[str], Store]

pytestmark = pytest.mark.both_engines


@pytest.fixture(scope="module")
def small_crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A legacy base; not to be changed."""
    return write_crm(World(seed=7, companies=40), tmp_path_factory.mktemp("crm") / "crm.db")


@pytest.fixture(scope="module")
def untouched(small_crm: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The state a migration leaves when nobody kills it."""
    folder = tmp_path_factory.mktemp("untouched")
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    upgrade(store)
    one = night(store, small_crm, folder)
    run(one.house, one.text, "anna")
    one.house.close()
    try:
        return state_of(store)
    finally:
        store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Makes an empty store by its number, on each engine in turn."""
    stores: list[Store] = []
    names: list[str] = []

    def on_postgres(number: str) -> str:
        socket = request.getfixturevalue("postgres_socket")
        names.append(f"kanon_moments_{number}")
        copy_database(socket, names[-1], request.getfixturevalue("postgres_template"))
        return url_of(socket, names[-1])

    def another(number: str) -> Store:
        folder = tmp_path / number
        folder.mkdir()
        plain = request.param == "sqlite"
        url = f"sqlite:///{folder / 'kanon.db'}" if plain else on_postgres(number)
        stores.append(open_store(url, folder / "landing"))
        upgrade(stores[-1])
        return stores[-1]

    yield another
    for store in stores:
        store.close()
    for name in names:
        run_sql(request.getfixturevalue("postgres_socket"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.timeout(1800)
def test_a_migration_killed_at_any_moments_ends_like_an_undisturbed_one(
    opened: Opened,
    small_crm: Path,
    untouched: dict[str, pl.DataFrame],
    workers: Workers,
    tmp_path: Path,
) -> None:
    chance, killed, rounds = random.Random(SEED), 0, 0  # noqa: S311  no secret
    while killed < MOMENTS:
        rounds += 1
        folder = tmp_path / str(rounds)
        store = opened(str(rounds))
        one = night(store, small_crm, folder)
        (folder / "plan.yaml").write_text(one.text, encoding="utf-8")
        ended = False
        while not ended:
            at = chance.randint(20, LONGEST_MS)
            code = workers.refresh(settings_over(store, folder), "clock", "", at, act="migrate")
            assert code in (0, -signal.SIGKILL), (SEED, rounds, at)
            killed += code != 0
            # Killed after its last commit it has ended too; another start would be another migration.
            ended = code == 0 or _has_ended(one)
        assert status(one.house, "legacy").migration.id == 1, (SEED, rounds)
        one.house.close()
        assert_same_state(untouched, state_of(store))


def _has_ended(one: Night) -> bool:
    with one.house.store.read() as reader:
        row = migrating.of_name(reader, "legacy")
    return row is not None and row.state == "done"
