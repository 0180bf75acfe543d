"""Kill -9 at every stage boundary and inside every stage; started again, the end is the same (law 2)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from config.settings import Settings
from store.engine import Store
from tests.support.house import settings_over, small_world
from tests.support.state import assert_same_state, state_of

ROOT = Path(__file__).parents[2]
POINTS = [
    (stage, where, number)
    for stage, number in (("extract", 1), ("extract", 9), ("map", 1), ("map", 6), ("match", 1), ("merge", 1), ("publish", 1))
    for where in ("inside", "after")
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running small world."""
    folder = tmp_path_factory.mktemp("world")
    with small_world(folder):
        yield folder


@pytest.fixture(scope="module")
def undisturbed(world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The state a refresh leaves when nobody kills it."""
    home = tmp_path_factory.mktemp("undisturbed")
    settings = Settings(home=home, config=world / "config", landing=home / "landing")
    assert refresh(settings, "none", "after", 1) == 0
    from store import open_store

    store = open_store(settings.database_url, settings.landing_dir)
    try:
        return state_of(store)
    finally:
        store.close()


def refresh(settings: Settings, stage: str, where: str, number: int) -> int:
    environment = {
        **os.environ,
        "KANON_HOME": str(settings.home),
        "KANON_CONFIG": str(settings.config_dir),
        "KANON_DATABASE": settings.database_url,
        "KANON_LANDING": str(settings.landing_dir),
    }
    command = [sys.executable, "-m", "tests.faults.worker", stage, where, str(number)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode > 0:
        pytest.fail(done.stderr[-3000:])
    return done.returncode


@pytest.mark.parametrize(("stage", "where", "number"), POINTS)
def test_a_killed_refresh_ends_like_an_undisturbed_one(
    store: Store,
    world: Path,
    undisturbed: dict[str, pl.DataFrame],
    stage: str,
    where: str,
    number: int,
) -> None:
    settings = settings_over(store, world)
    assert refresh(settings, stage, where, number) == -signal.SIGKILL
    assert refresh(settings, "none", "after", 1) == 0
    assert_same_state(undisturbed, state_of(store))
