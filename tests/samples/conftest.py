"""Houses over the real files, loaded once and read by many tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.house import House
from store import open_store
from tests.samples.real_house import Loaded, load, real_house


@pytest.fixture(scope="session")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Gives the house of some connections, loaded and settled on SQLite; for tests that only read it."""
    houses: dict[tuple[str, ...], House] = {}

    def of(*connections: str) -> House:
        if connections not in houses:
            folder = tmp_path_factory.mktemp("site")
            shutil.copy(sqlite_template, folder / "kanon.db")
            store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
            houses[connections] = real_house(store, folder, *connections)
            store.close()
            load(houses[connections])
        return houses[connections]

    yield of
    for house in houses.values():
        house.close()
