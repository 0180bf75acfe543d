"""Landing → canonical for flat counterparties, beside reading and cleaning alone and plain loading.

One run holds all figures of one engine, alternating, so that they may be compared as ratios. The world's
rows are landed first; that is not timed. "read+clean" maps the same landed files and writes nothing;
"raw load" sends the uncleaned columns by the plainest means the engine has (COPY csv, executemany), and
"Core inserts" a tenth of them, or 100 000, by SQLAlchemy.
"""

from __future__ import annotations

import gc
import io
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg
import sqlalchemy as sa

from benchmarks.memory import forget_peak, peak_mb
from benchmarks.processor import server_seconds
from config.connections import Connection
from config.settings import Settings
from config.trust import load_trust
from flows.house import House
from flows.map import map_stream
from flows.map_plan import partners, plan
from flows.run import Run
from schemas.records import CHANGED_AT, DELETED, KEY, Batch
from simulators.world import World
from store import Store, landing, open_store, runs, upgrade
from tests.support.postgres import cluster, run_sql, server_binaries, url_of

BATCH_ROWS = 50_000
STREAM = "counterparties"
HEADINGS = {
    "name": "Наименование", "full_name": "Полное наименование", "inn": "ИНН", "kpp": "КПП",
    "ogrn": "ОГРН", "address": "Адрес", "phones": "Телефон", "emails": "E-mail",
}  # fmt: skip
# Rows a second on the machine the goals were set on, and times the raw load of the same run on any.
GOAL = {"postgresql": 100_000, "sqlite": 50_000}
GOAL_RATIO = {"postgresql": 2.1, "sqlite": 2.5}
GOAL_CPU = {"postgresql": " (goal ≤ 0.4)", "sqlite": ""}
RAW, CORE, CLEAN, WHOLE = "raw load", "Core inserts", "read+clean", "landing → canonical"
CORE_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and of processor time: of its own processes and of the database server's."""

    wall: float
    cpu: float
    peak_mb: float = 0


def run(rows: int, pairs: int, engines: list[str]) -> None:
    """Measure and print one table per engine."""
    raw = World(seed=1, companies=max(100, int(rows * 0.7))).flat(rows)
    for engine in engines:
        figures: dict[str, list[Took]] = {}
        for _ in range(pairs):
            for name, took in _measure(engine, raw).items():
                figures.setdefault(name, []).append(took)
        _print(engine, rows, figures)


def _measure(engine: str, raw: pl.DataFrame) -> dict[str, Took]:
    with tempfile.TemporaryDirectory() as folder, _store(engine, Path(folder)) as store:
        house = _house(store, Path(folder))
        work = _landed(house, raw)
        mapping = house.mapping("bench", STREAM)
        todo = plan(house, "bench", mapping, partners(house, "bench", mapping))

        gc.freeze()  # as `kanon` does before its work; the made-up world would weigh here, too

        def clean_only() -> None:
            for portion in todo.portions:
                mapping.apply(portion.read(), "bench")

        def timed(step: Callable[[], object]) -> Took:
            return _timed(step, Path(store.url.query.get("host", "") or folder))

        raw_load = _copy_csv if engine == "postgresql" else _executemany
        some = raw.head(min(CORE_ROWS, max(1, raw.height // 10)))
        return {
            RAW: timed(lambda: raw_load(store, Path(folder), raw)),
            CORE: _times(timed(lambda: _core(store, Path(folder), some)), raw.height / some.height),
            CLEAN: timed(clean_only),
            WHOLE: timed(lambda: map_stream(work, "bench", mapping)),
        }


def _timed(work: Callable[[], object], server: Path) -> Took:
    def spent() -> float:
        return sum(os.times()[:4]) + server_seconds(server)

    forget_peak()
    started, busy = time.perf_counter(), spent()
    work()
    return Took(time.perf_counter() - started, spent() - busy, peak_mb())


def _times(took: Took, factor: float) -> Took:
    """What so many times the rows would have taken: inserts one by one do not get dearer."""
    return Took(took.wall * factor, took.cpu * factor, took.peak_mb)


@contextmanager
def _store(engine: str, folder: Path) -> Iterator[Store]:
    if engine == "sqlite":
        store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
        upgrade(store)
        yield store
        store.close()
        return
    binaries = server_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL server binaries on this machine (apt: postgresql)")
    with cluster(binaries) as socket:
        run_sql(socket, "CREATE DATABASE bench")
        store = open_store(url_of(socket, "bench"), folder / "landing")
        upgrade(store)
        yield store
        store.close()


def _house(store: Store, folder: Path) -> House:
    connection = Connection(name="bench", kind="files")
    return House(Settings(home=folder), store, {"bench": connection}, load_trust(folder))


def _landed(house: House, raw: pl.DataFrame) -> Run:
    rows = raw.rename(HEADINGS).with_columns(
        pl.concat_str("source", "source_id", separator=":").alias(KEY),
        pl.col("updated_at").cast(pl.Datetime("us", "UTC"), strict=False).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )
    with house.store.write() as writer:
        run_id = runs.start(writer, "bench")
        for start in range(0, rows.height, BATCH_ROWS):
            batch = Batch(STREAM, rows.slice(start, BATCH_ROWS), None)
            landing.land(writer, "bench", run_id, [batch])
    return Run(house, run_id, "bench")


def _copy_csv(store: Store, folder: Path, raw: pl.DataFrame) -> None:
    del folder
    columns = ", ".join(f"{name} text" for name in raw.columns)
    with psycopg.connect(store.url.set(drivername="postgresql").render_as_string(False)) as session:
        session.execute(f"CREATE TABLE raw ({columns})".encode())
        with session.cursor().copy("COPY raw FROM STDIN (FORMAT csv)") as copy:
            for start in range(0, raw.height, BATCH_ROWS):
                buffer = io.BytesIO()
                raw.slice(start, BATCH_ROWS).write_csv(buffer, include_header=False)
                copy.write(buffer.getvalue())


def _core(store: Store, folder: Path, raw: pl.DataFrame) -> None:
    """Insert the rows as people who use SQLAlchemy Core do: a list of dicts, one transaction."""
    server = store.url.get_backend_name() == "postgresql"
    url = (
        store.url.set(drivername="postgresql+psycopg") if server else f"sqlite:///{folder}/core.db"
    )
    table = sa.Table("core", sa.MetaData(), *(sa.Column(name, sa.Text) for name in raw.columns))
    engine = sa.create_engine(url)
    with engine.begin() as session:
        table.create(session)
        for part in raw.cast(pl.String).iter_slices(10_000):
            session.execute(table.insert(), part.to_dicts())
    engine.dispose()


def _executemany(store: Store, folder: Path, raw: pl.DataFrame) -> None:
    del store
    session = sqlite3.connect(folder / "raw.db")
    session.execute("PRAGMA journal_mode=WAL")
    session.execute(f"CREATE TABLE raw ({', '.join(raw.columns)})")
    places = ", ".join("?" * raw.width)
    with session:
        session.executemany(f"INSERT INTO raw VALUES ({places})", raw.cast(pl.String).iter_rows())  # noqa: S608  our own column names
    session.close()


def _print(engine: str, rows: int, figures: dict[str, list[Took]]) -> None:
    print(f"\n{engine}, {rows:,} counterparties, median of {len(figures[CLEAN])}")
    print(
        f"{'step':<22}{'seconds':>9}{'min..max':>16}{'cpu s':>9}{'cpu µs/row':>12}{'rows/s':>12}"
        f"{'peak MB':>9}"
    )
    for name, taken in figures.items():
        walls = [took.wall for took in taken]
        wall, cpu = statistics.median(walls), statistics.median(took.cpu for took in taken)
        spread = f"{min(walls):.1f}..{max(walls):.1f}"
        print(
            f"{name:<22}{wall:>9.1f}{spread:>16}{cpu:>9.1f}{cpu / rows * 1e6:>12.1f}"
            f"{rows / wall:>12,.0f}{max(took.peak_mb for took in taken):>9,.0f}"
        )
    print(
        f"{WHOLE} is {_ratio(figures, RAW):.2f}× {RAW} (goal ≤ {GOAL_RATIO[engine]}; "
        f"{GOAL[engine]:,} rows/s on the reference machine), "
        f"{_ratio(figures, CLEAN):.2f}× {CLEAN} (goal ≤ 3), "
        f"{_cpu_ratio(figures, CORE):.2f}× the processor time of {CORE}{GOAL_CPU[engine]}"
    )


def _ratio(figures: dict[str, list[Took]], beside: str) -> float:
    """The median of the ratios within one run: both sides then had the same machine."""
    pairs = zip(figures[WHOLE], figures[beside], strict=True)
    return statistics.median(whole.wall / other.wall for whole, other in pairs)


def _cpu_ratio(figures: dict[str, list[Took]], beside: str) -> float:
    pairs = zip(figures[WHOLE], figures[beside], strict=True)
    return statistics.median(whole.cpu / other.cpu for whole, other in pairs)
