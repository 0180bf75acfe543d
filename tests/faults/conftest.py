"""A world, what an undisturbed refresh makes of it, and processes that wait to be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from config.settings import Settings
from flows.house import open_house
from flows.sync import refresh
from tests.flows.site import built_world, loaded_sqlite
from tests.support.house import small_world
from tests.support.state import state_of

__all__ = ["built_world", "loaded_sqlite"]
ROOT = Path(__file__).parents[2]


class Workers:
    """Processes to kill, forked from one that has everything imported: most of their time is that."""

    def __init__(self, said: Path) -> None:
        self._said = said
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def refresh(
        self,
        settings: Settings,
        stage: str,
        where: str,
        number: int,
        act: str = "refresh",
        only: tuple[str, ...] = (),
    ) -> int:
        """The exit code of a work that is killed at a point; fails if it ends by an error."""
        # As it is now: the parent may have begun before the world whose passwords stand in it.
        inherited = {k: v for k, v in os.environ.items() if k.startswith("KANON_")}
        environment = inherited | {
            "KANON_HOME": str(settings.home),
            "KANON_CONFIG": str(settings.config_dir),
            "KANON_DATABASE": settings.database_url,
            "KANON_LANDING": str(settings.landing_dir),
        }
        point = {"stage": stage, "where": where, "number": number}
        order = {"environment": environment, "act": act, "only": only, **point}
        code = self._ordered(order | {"said": str(self._said)})
        if code > 0:
            pytest.fail(self._said.read_text()[-3000:])
        return code

    def _ordered(self, order: dict[str, object]) -> int:
        if self._parent.stdin is None or self._parent.stdout is None:
            raise TypeError("both are pipes")
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def dismiss(self) -> None:
        """Send the parent home."""
        self._parent.communicate()


@pytest.fixture(scope="session")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Processes to kill."""
    found = Workers(tmp_path_factory.mktemp("workers") / "said")
    yield found
    found.dismiss()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running small world, which nothing changes."""
    folder = tmp_path_factory.mktemp("world")
    with small_world(folder, companies=40):
        yield folder


@pytest.fixture(scope="session")
def undisturbed(world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The state a refresh leaves when nobody kills it."""
    home = tmp_path_factory.mktemp("undisturbed")
    house = open_house(Settings(home=home, config=world / "config"), create=True)
    try:
        assert [o.error for o in refresh(house) if o.error] == []
        return state_of(house.store)
    finally:
        house.close()
