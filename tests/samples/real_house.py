"""A house over the real files: the connections and mappings of `site`, written for one store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol

import polars as pl
import pytest
from sqlalchemy import select

from flows.house import House
from flows.sync import settle, sync
from store import canonical, runs
from store.engine import Store
from store.tables import golden, quarantine
from tests.support.house import house_over
from tests.support.state import assert_same_state, state_of

SITE = Path(__file__).with_name("site")
DEFAULT = Path(__file__).parents[2].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("KANON_SAMPLES", DEFAULT)).absolute()

need_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no folder of real samples (set KANON_SAMPLES)"
)


class Loaded(Protocol):
    """How a test asks for a house that is already loaded."""

    def __call__(self, *connections: str) -> House:
        """The loaded house of these connections."""


def real_house(store: Store, folder: Path, *connections: str, samples: Path = SAMPLES) -> House:
    """A house with these connections of the site; their paths lead into `samples`."""
    for name in connections:
        file = folder / "config" / "connections" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (SITE / "connections" / f"{name}.yaml").read_text(encoding="utf-8")
        file.write_text(text.replace("SAMPLES", samples.as_posix()), encoding="utf-8")
        own = SITE / "mappings" / name
        if own.is_dir():
            shutil.copytree(own, folder / "config" / "mappings" / name, dirs_exist_ok=True)
    return house_over(store, folder)


def load(house: House, *, again: bool = False) -> None:
    """The whole way of every connection; fails if any run's balance is off by one record.

    A run that read something must have counted it, unless everything was read `again`.
    """
    done = [sync(house, name) for name in house.connections]
    done.append(settle(house))
    with house.store.read() as reader:
        for run_id in done:
            lines = runs.balance(reader, run_id)
            assert lines or again, f"run {run_id} counted nothing"
            assert [line for line in lines if not line.holds] == []


def load_again(house: House) -> None:
    """Load once more; fails unless the second run leaves everything as it was."""
    before = state_of(house.store)
    load(house, again=True)
    assert_same_state(before, state_of(house.store))


def records(house: House, entity: str, connection: str, stream: str) -> pl.DataFrame:
    """The canonical records of a stream, in key order."""
    with house.store.read() as reader:
        return canonical.load(reader, entity, connection=connection, stream=stream)


def refused(house: House) -> pl.DataFrame:
    """Open quarantine, in order of stage, stream and key."""
    statement = select(quarantine).where(quarantine.c.state == "open")
    with house.store.read() as reader:
        return reader.frame(statement).sort("stage", "connection", "stream", "key")


def golden_of(house: House, entity: str) -> pl.DataFrame:
    """All golden records of an entity, by id."""
    with house.store.read() as reader:
        return reader.frame(select(golden[entity])).sort("id")
