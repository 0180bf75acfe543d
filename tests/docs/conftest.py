"""Fixtures of the documentation's tests: a loaded small demo, and a folder where README was followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.settings import Settings
from flows.house import House, open_house
from tests.docs.fences import README, fences, follow
from tests.flows.site import Loaded, built_world, loaded_sqlite

__all__ = ["built_world", "loaded_sqlite"]


@dataclass(frozen=True)
class Walk:
    """A folder after README was followed in it, and what each block printed."""

    folder: Path
    outputs: Mapping[str, str]


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """README followed from an empty folder."""
    folder = tmp_path_factory.mktemp("reader")
    return Walk(folder, follow(fences(README), folder))


@pytest.fixture(scope="session")
def demo_house(loaded_sqlite: Loaded) -> Iterator[House]:
    """The small demo after its first refresh; for reading only."""
    house = open_house(Settings(home=loaded_sqlite.folder, database=loaded_sqlite.url))
    yield house
    house.close()
