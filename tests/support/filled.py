"""Hubs without sources that are filled and settled once, and copied for each test that changes one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from store import open_store
from tests.flows.judged import Judged, judged_over
from tests.flows.site import NUMBERS, copied_database
from tests.support.postgres import copy_database, url_of

Fill = Callable[[Judged], object]
HubOf = Callable[[Fill], Judged]
_BESIDE = ("landing", "snapshots")


class Hubs:
    """What `Fill`s made of an empty store, by them and their engine; nothing of it is open."""

    def __init__(self, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> None:
        self._request, self._folders = request, folders
        self._made: dict[tuple[Fill, str], tuple[Path, str]] = {}

    @contextmanager
    def copy(self, fill: Fill, folder: Path, engine: str) -> Iterator[Judged]:
        """A hub of one's own in `folder`, as `fill` left it."""
        with ExitStack() as kept:
            if (fill, engine) not in self._made:
                self._made[fill, engine] = self._make(fill, engine)
            source, url = self._made[fill, engine]
            for name in _BESIDE:
                shutil.copytree(source / name, folder / name)
            own = kept.enter_context(copied_database(url, folder, self._socket(engine)))
            store = open_store(own, folder / "landing")
            kept.callback(store.close)
            yield judged_over(store, folder)

    def _make(self, fill: Fill, engine: str) -> tuple[Path, str]:
        folder = self._folders.mktemp("filled")
        url = self._empty(folder, engine)
        store = open_store(url, folder / "landing")
        for name in _BESIDE:
            (folder / name).mkdir(exist_ok=True)
        fill(judged_over(store, folder))
        store.close()
        return folder, url

    def _socket(self, engine: str) -> str | None:
        return None if engine == "sqlite" else str(self._request.getfixturevalue("postgres_socket"))

    def _empty(self, folder: Path, engine: str) -> str:
        """The URL of an empty database; one in PostgreSQL goes with the cluster."""
        socket = self._socket(engine)
        if socket is None:
            shutil.copy(self._request.getfixturevalue("sqlite_template"), folder / "kanon.db")
            return f"sqlite:///{folder / 'kanon.db'}"
        name = f"kanon_filled_{next(NUMBERS)}"
        template = self._request.getfixturevalue("postgres_template")
        copy_database(socket, name, template)
        return url_of(socket, name)


@pytest.fixture(scope="session")
def hubs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hubs:
    """The hubs of this process."""
    return Hubs(request, tmp_path_factory)


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_of(request: pytest.FixtureRequest, hubs: Hubs, tmp_path: Path) -> Iterator[HubOf]:
    """Makes a hub as a `Fill` leaves it, on each engine in turn."""
    with ExitStack() as open_now:
        yield lambda fill: open_now.enter_context(hubs.copy(fill, tmp_path, request.param))


@pytest.fixture
def sqlite_hub_of(hubs: Hubs, tmp_path: Path) -> Iterator[HubOf]:
    """Makes a hub as a `Fill` leaves it, on SQLite."""
    with ExitStack() as open_now:
        yield lambda fill: open_now.enter_context(hubs.copy(fill, tmp_path, "sqlite"))
