"""Fixtures every folder may use: an empty, upgraded store on SQLite and on PostgreSQL.

`sqlite_store` and `postgres_store` are of one engine, `store` is of each in turn: see `tests.support.engines`
for which tests run on both. PostgreSQL is started once per session from the server binaries on this
machine; without them its tests are skipped, and fail where the environment variable CI is set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from store import Store, open_store, upgrade
from tests.support import domain
from tests.support.engines import BOTH, IS_THOROUGH, one_engine_each
from tests.support.postgres import (
    cluster,
    copy_database,
    in_memory,
    run_sql,
    server_binaries,
    url_of,
)

_TEMPLATE = "kanon_template"
_numbers = count(1)
# Folders whose files take minutes begin first, or one worker is left with them at the end.
_SLOW = (
    "faults",
    "scenarios",
    "benchmarks",
    "browser",
    "flows",
    "cli",
    "docs",
    "dedup",
    "connectors",
)


def pytest_configure(config: pytest.Config) -> None:
    """The marks of this suite."""
    config.addinivalue_line("markers", f"{BOTH}: what is tested depends on the database")


def pytest_sessionfinish() -> None:
    """What a process of the run has shared ends with it."""
    domain.end()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One engine where one does; slow folders first, each in the order it had."""
    if not IS_THOROUGH:
        left_out = one_engine_each(items)
        items[:] = [item for item in items if item.nodeid not in left_out]
        config.hook.pytest_deselected(items=list(left_out.values()))
    items.sort(key=lambda item: _place(item.path.parent.name))


def _place(folder: str) -> int:
    return _SLOW.index(folder) if folder in _SLOW else len(_SLOW)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """The socket folder of a running PostgreSQL."""
    binaries = server_binaries()
    if binaries is None:
        reason = "no PostgreSQL server binaries on this machine (apt: postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with cluster(binaries, in_memory()) as socket:
        yield socket


@pytest.fixture(scope="session")
def postgres_template(postgres_socket: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an upgraded, empty database to copy from."""
    run_sql(postgres_socket, f"CREATE DATABASE {_TEMPLATE}")
    store = open_store(url_of(postgres_socket, _TEMPLATE), tmp_path_factory.mktemp("landing"))
    upgrade(store)
    store.close()
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database file to copy from."""
    folder = tmp_path_factory.mktemp("template")
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    upgrade(store)
    store.close()
    return folder / "kanon.db"


@pytest.fixture
def empty_postgres_url(postgres_socket: str) -> Iterator[str]:
    """A database without tables."""
    name = f"kanon_{next(_numbers)}"
    run_sql(postgres_socket, f"CREATE DATABASE {name}")
    yield url_of(postgres_socket, name)
    run_sql(postgres_socket, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_store(postgres_socket: str, postgres_template: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    name = f"kanon_{next(_numbers)}"
    copy_database(postgres_socket, name, postgres_template)
    store = open_store(url_of(postgres_socket, name), tmp_path / "landing")
    yield store
    store.close()
    run_sql(postgres_socket, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite."""
    shutil.copy(sqlite_template, tmp_path / "kanon.db")
    store = open_store(f"sqlite:///{tmp_path / 'kanon.db'}", tmp_path / "landing")
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store, on each engine in turn."""
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    found: Store = request.getfixturevalue(name)
    return found


@pytest.fixture
def open_again(store: Store) -> Iterator[Callable[[], Store]]:
    """Opens the same store once more, with connections of its own."""
    opened: list[Store] = []

    def again() -> Store:
        url = store.url.render_as_string(hide_password=False)
        opened.append(open_store(url, store.landing))
        return opened[-1]

    yield again
    for other in opened:
        other.close()
