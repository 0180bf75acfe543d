"""Matching on a cluster: real workers on loopback, the same identities, and whoever dies costs his part."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from config.connections import Connection
from config.settings import Settings
from config.trust import load_trust
from dedup.team import ALONE, Parts, Team
from flows import team as team_module
from flows.house import House
from flows.map import map_stream
from flows.run import running
from flows.sync import settle
from flows.team import done, each_of, team_at
from schemas.errors import ConfigError, Retryable
from schemas.records import Batch
from store import landing
from store.engine import open_store
from store.migrate import upgrade
from tests.flows.test_flows_mappers import STREAM, landed_rows
from tests.support.cluster import Cluster
from tests.support.state import assert_same_state, state_of

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose records wait to be matched."""
    folder = tmp_path_factory.mktemp("mapped")
    house = opened(folder)
    upgrade(house.store)
    with running(house, "test", "files") as run:
        with house.store.write() as writer:
            landing.land(writer, "files", run.id, [Batch(STREAM, landed_rows(), None)])
        map_stream(run, "files", house.mapping("files", STREAM))
    house.close()
    return folder


def opened(folder: Path, team: Team = ALONE) -> House:
    settings = Settings(home=folder, dask="tcp://given" if team is not ALONE else "")
    store = open_store(settings.database_url, settings.landing_dir)
    connection = Connection(name="files", kind="files")
    trust = load_trust(folder)
    return House(settings, store, {"files": connection}, trust, lambda _: team)


def settled(base: Path, folder: Path, team: Team) -> dict[str, pl.DataFrame]:
    """The end state of a copy of `base` that `team` has matched."""
    shutil.copytree(base, folder)
    house = opened(folder, team)
    try:
        settle(house)
        return state_of(house.store)
    finally:
        house.close()


def counting(file: Path, work: Any, part: int, *rows: Any) -> Any:
    """`work`, noted with the process that begins it."""
    with file.open("a") as notes:
        notes.write(f"{part} {os.getpid()}\n")
    time.sleep(0.3)
    return work(*rows)


def test_two_and_four_workers_find_what_one_process_does(
    cluster: Cluster, mapped: Path, tmp_path: Path
) -> None:
    states = [settled(mapped, tmp_path / "alone", ALONE)]
    assert states[0]["link"].height > 1000
    for workers in (2, 4):
        cluster.hire(workers)
        team = team_at(cluster.address)
        assert team.parts == 2 * workers
        states.append(settled(mapped, tmp_path / f"by {workers}", team))
    assert_same_state(states[0], states[1])
    assert_same_state(states[0], states[2])


def test_a_killed_worker_costs_its_own_part_alone(cluster: Cluster, tmp_path: Path) -> None:
    cluster.hire(2)
    notes = tmp_path / "notes"
    notes.touch()
    rows = pl.DataFrame({"n": range(8)})
    parts: Parts = [(notes, pl.DataFrame.clone, n, rows[n : n + 1]) for n in range(8)]
    killed: list[int] = []

    def kill_one() -> None:
        while not (lines := notes.read_text().splitlines()):
            time.sleep(0.01)
        killed.append(int(lines[0].split()[1]))
        cluster.kill(killed[0])

    killer = threading.Thread(target=kill_one)
    killer.start()
    found = each_of(cluster.client)(counting, parts)
    killer.join()
    assert pl.concat(found)["n"].to_list() == list(range(8))
    begun = [line.split() for line in notes.read_text().splitlines()]
    times = Counter(part for part, _ in begun)
    lost = {part for part, pid in begun if int(pid) == killed[0]}
    assert {part for part, n in times.items() if n > 1} == lost
    assert lost
    cluster.hire(2)


def test_a_cluster_without_workers_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_module, "PATIENCE_SECONDS", 0.2)
    empty = Cluster(tmp_path)
    try:
        with pytest.raises(Retryable, match=f"dask worker {empty.address}"):
            team_at(empty.address)
    finally:
        empty.close()
        team_module._client.cache_clear()


def test_no_scheduler_at_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_module, "_CONNECT_SECONDS", 0.2)
    with pytest.raises(Retryable, match="KANON_DASK"):
        team_at("tcp://127.0.0.1:9")


def test_a_worker_of_another_version_refuses(cluster: Cluster) -> None:
    cluster.hire(2)
    future = cluster.client.submit(done, "0.0", len, "abc", pure=False)
    with pytest.raises(ConfigError, match="install the same Kanon"):
        future.result()
