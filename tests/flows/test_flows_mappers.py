"""Processes that map a large load: the same end state, whoever dies, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from config.connections import Breaker, Connection
from config.settings import Settings
from config.trust import load_trust
from flows import map_plan, mappers
from flows.house import House
from flows.map import map_stream
from flows.map_pipe import told, understood
from flows.map_plan import partners
from flows.map_portion import mapped
from flows.mappers import Mapper, Mappers, processes_for
from flows.progress import Silent
from flows.run import Run
from flows.settled import Settled
from mappings.compile import CompiledMapping
from mappings.load import load_mapping, shipped_streams
from mappings.registry import Registry, shipped
from schemas.errors import Unbalanced
from schemas.records import CHANGED_AT, DELETED, KEY, Batch
from simulators.world import World
from store import landing, runs
from store.engine import Store, open_store
from store.migrate import upgrade
from tests.flows.site import Site
from tests.support.state import assert_same_state, state_of

STREAM, PORTIONS, PORTION = "counterparties", 8, 150
KINDS = ("ebs", "onec", "commerceml", "files", "hub")
HEADINGS = {"name": "Наименование", "inn": "ИНН", "kpp": "КПП", "ogrn": "ОГРН", "address": "Адрес",
            "phones": "Телефон", "emails": "E-mail"}  # fmt: skip


def landed_rows(refused: bool = False) -> pl.DataFrame:
    """Dirty counterparties of the world; or ones that no mapping takes, being of a broken encoding."""
    rows = World(seed=3, companies=700).flat(PORTIONS * PORTION)
    if refused:
        rows = rows.with_columns(name=pl.lit("Ð Ð¾Ð¼Ð°ÑˆÐºÐ°"))
    return rows.select(list(HEADINGS)).rename(HEADINGS).with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias(KEY),
        pl.lit(None, pl.Datetime("us", "UTC")).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )  # fmt: skip


def landed(store: Store, folder: Path, rows: pl.DataFrame, processes: int) -> Run:
    """A run over a house whose one stream has landed and waits to be mapped."""
    connection = Connection(name="files", kind="files", breaker=Breaker(rows=10, share=0.5))
    settings = Settings(home=folder, mappers=processes)
    house = House(settings, store, {"files": connection}, load_trust(folder))
    with store.write() as writer:
        run_id = runs.start(writer, "test")
        for start in range(0, rows.height, PORTION):
            landing.land(writer, "files", run_id, [Batch(STREAM, rows.slice(start, PORTION), None)])
    return Run(house, run_id, "test")


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_plan, "PORTION_ROWS", PORTION)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Mapper]:
    """Every process started during the test."""
    found: list[Mapper] = []

    class Noted(Mapper):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]  # handed on as it came
            found.append(self)

    monkeypatch.setattr(mappers, "Mapper", Noted)
    return found


@pytest.fixture
def by_itself(tmp_path: Path, small_portions: None) -> Iterator[Store]:
    """The store after the load was mapped in one process."""
    folder = tmp_path / "alone"
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    upgrade(store)
    map_it(landed(store, folder, landed_rows(), 0))
    yield store
    store.close()


def map_it(run: Run) -> None:
    assert map_stream(run, "files", run.house.mapping("files", STREAM)) == PORTIONS * PORTION


def assert_same(found: Settled, expected: Settled) -> None:
    for name in ("records", "rejects", "accepted", "dropped"):
        assert getattr(found, name).equals(getattr(expected, name)), name
    assert found.records.schema == expected.records.schema
    assert found.rejects.schema == expected.rejects.schema
    assert (found.canonical, found.ignored) == (expected.canonical, expected.ignored)


@pytest.mark.both_engines
def test_processes_leave_the_state_that_one_process_leaves(
    store: Store, tmp_path: Path, by_itself: Store, started: list[Mapper]
) -> None:
    map_it(landed(store, tmp_path, landed_rows(), 3))
    assert_same_state(state_of(by_itself), state_of(store))
    assert [mapper.process.returncode for mapper in started] == [0, 0]
    assert all(mapper.portions for mapper in started)


@pytest.mark.parametrize("when", ["before", "during"])
def test_portions_of_a_killed_process_are_neither_lost_nor_doubled(
    sqlite_store: Store,
    tmp_path: Path,
    by_itself: Store,
    started: list[Mapper],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    send = mappers.send

    def killing(pipe: object, words: object, frames: list[pl.DataFrame]) -> None:
        victim = started[0].process
        if when == "before":
            victim.kill()
            victim.wait()
        send(pipe, words, frames)  # type: ignore[arg-type]  # handed on as it came
        if when == "during" and not words:
            victim.kill()

    monkeypatch.setattr(mappers, "send", killing)
    map_it(landed(sqlite_store, tmp_path, landed_rows(), 3))
    assert_same_state(state_of(by_itself), state_of(sqlite_store))
    assert started[0].process.returncode == -signal.SIGKILL


def test_with_all_processes_killed_the_load_goes_on_here(
    sqlite_store: Store, tmp_path: Path, by_itself: Store, started: list[Mapper]
) -> None:
    class Killing(Silent):
        def advance(self, *_: object) -> None:
            for mapper in started:
                mapper.process.kill()

    run = landed(sqlite_store, tmp_path, landed_rows(), 3)
    run.progress = Killing()
    map_it(run)
    assert_same_state(state_of(by_itself), state_of(sqlite_store))


@pytest.mark.usefixtures("small_portions")
def test_a_breaker_that_stops_the_run_stops_the_processes(
    sqlite_store: Store, tmp_path: Path, started: list[Mapper]
) -> None:
    run = landed(sqlite_store, tmp_path, landed_rows(refused=True), 3)
    with pytest.raises(Unbalanced):
        map_it(run)
    assert len(started) == 2
    assert all(mapper.process.returncode is not None for mapper in started)


@pytest.mark.usefixtures("small_portions")
def test_ctrl_c_ends_the_processes_at_once(
    sqlite_store: Store, tmp_path: Path, started: list[Mapper]
) -> None:
    class Interrupting(Silent):
        def advance(self, *_: object) -> None:
            raise KeyboardInterrupt

    run = landed(sqlite_store, tmp_path, landed_rows(), 3)
    run.progress = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        map_it(run)
    assert all(mapper.process.returncode is not None for mapper in started)


def test_an_error_in_a_process_is_told_as_if_it_had_happened_here() -> None:
    """Rows without a landing id cannot be settled, wherever."""
    mapping = load_mapping("files", STREAM)
    rows = landed_rows().head(3)
    with pytest.raises(pl.exceptions.ColumnNotFoundError) as here:
        mapped(rows, mapping, "files", {})
    with Mappers(mapping, "files", {}, 1) as hands:
        with pytest.raises(pl.exceptions.ColumnNotFoundError) as there:
            hands.map(rows)
        assert hands.mappers[0].process.wait(10) == 1
    assert str(there.value).splitlines()[0] == str(here.value).splitlines()[0]


def test_every_stream_with_its_partners_and_override_is_mapped_there_as_here(
    light_site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From any folder, too: the process finds the code by itself."""
    monkeypatch.chdir(tmp_path)
    light_site.override("onec", "Catalog_Контрагенты", {"fields": {"inn": {"invalid": "drop"}}})
    house = light_site.house
    every = [(name, s) for name in house.connections for s in house.mapped_streams(name)]
    mappings = {(name, s): house.mapping(name, s) for name, s in every}
    chosen = [("onec", "Catalog_Контрагенты"), *(at for at in every if mappings[at].joins)]
    assert len(chosen) > 1
    for name, stream in chosen:
        mapping = mappings[name, stream]
        joined = partners(house, name, mapping)
        with house.store.read() as reader:
            rows = landing.latest(house.store, reader, name, stream)
        here = mapped(rows, mapping, name, joined)
        with monkeypatch.context() as patched, Mappers(mapping, name, joined, 1) as hands:
            patched.setattr(mappers, "mapped", None)
            assert_same(hands.map(rows), here)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mapping_told_to_another_process_is_the_same(kind: str) -> None:
    for stream in shipped_streams(kind):
        mapping = load_mapping(kind, stream)
        assert understood(told(mapping)) == mapping


ORPHANING = """
import os, signal, sys
from flows.mappers import Mappers
from mappings.load import load_mapping
hands = Mappers(load_mapping("files", "counterparties"), "files", {}, 2)
print(*(mapper.process.pid for mapper in hands.mappers), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_do_not_outlive_the_one_that_started_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHANING], capture_output=True, text=True, cwd=Path(__file__).parents[2],
        timeout=120,
    )  # fmt: skip
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    assert eventually(lambda: not any(map(is_alive, pids)))


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def own_function() -> CompiledMapping:
    mapping = load_mapping("files", STREAM)
    registry = Registry({**shipped().functions, "own": lambda text: text})
    return CompiledMapping(mapping.spec, mapping.version, registry)


@pytest.mark.parametrize(
    ("portions", "wanted", "expected"),
    [(1, 2, 0), (2, 2, 1), (30, 2, 1), (30, 0, 0), (30, 1, 0), (30, 5, 4)],
)
def test_only_a_large_load_is_worth_processes(portions: int, wanted: int, expected: int) -> None:
    assert processes_for(portions, load_mapping("files", STREAM), wanted) == expected


def test_functions_of_ones_own_stay_in_this_process() -> None:
    assert processes_for(30, own_function(), 2) == 0


@pytest.mark.parametrize(
    ("cores", "stream", "expected"),
    [
        (1, ("files", STREAM), 0), (2, ("files", STREAM), 0), (4, ("files", STREAM), 1), (64, ("files", STREAM), 2),
        (1, ("exchange", "letters"), 0), (2, ("exchange", "letters"), 1), (64, ("exchange", "letters"), 2),
    ],
)  # fmt: skip
def test_without_a_setting_there_are_as_many_as_keep_the_processors_busy(
    cores: int, stream: tuple[str, str], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert processes_for(30, load_mapping(*stream), None) == expected
