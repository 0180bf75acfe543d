"""A legacy list carried whole: read, cleaned, matched, golden with lineage, fed; then the same list again.

One run holds all figures, alternating, so that they may be compared as ratios. The list lies in one Parquet
file. "raw load" sends its columns as they are by the plainest means the engine has (COPY csv, executemany);
"Core inserts" a tenth of them, or 100 000, by SQLAlchemy. "first" carries the list into an empty store,
"again" a newer dump that says the same, "1 % changed" one in which every hundredth record has another phone.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
from pathlib import Path

import polars as pl
from sqlalchemy import func, select

from benchmarks.landing_to_canonical import (
    CORE_ROWS,
    HEADINGS,
    STREAM,
    Took,
    _copy_csv,
    _core,
    _executemany,
    _store,
    _timed,
    _times,
)
from config.connections import Connection
from config.settings import Settings
from config.trust import load_trust
from flows.house import House
from flows.sync import settle, sync
from simulators.world import World
from store import Store
from store.tables import canonical, change

NAME = "legacy"
RAW, CORE, FIRST, AGAIN, CHANGED = "raw load", "Core inserts", "first", "again", "1 % changed"
_KEY = "Ключ"
# Times what stands beside it in the same run, by the clock or of processor time.
GOALS = (
    (FIRST, RAW, "wall", {"postgresql": "≤ 5", "sqlite": "≤ 2.5"}),
    (FIRST, CORE, "cpu", {"postgresql": "≤ 0.4", "sqlite": "—"}),
    (AGAIN, FIRST, "wall", dict.fromkeys(("postgresql", "sqlite"), "≤ 0.35")),
    (CHANGED, FIRST, "wall", dict.fromkeys(("postgresql", "sqlite"), "≤ 0.45")),
)


def run(rows: int, pairs: int, engines: list[str]) -> None:
    """Measure and print one table per engine."""
    raw = World(seed=1, companies=max(100, int(rows * 0.7))).flat(rows)
    for engine in engines:
        figures: dict[str, list[Took]] = {}
        for _ in range(pairs):
            for name, took in _measured(engine, raw).items():
                figures.setdefault(name, []).append(took)
        _print(engine, rows, figures)


def _measured(engine: str, raw: pl.DataFrame) -> dict[str, Took]:
    with tempfile.TemporaryDirectory() as place, _store(engine, Path(place)) as store:
        folder = Path(place)
        house, told = _house(store, folder), _dump(raw)
        server = Path(str(store.url.query.get("host", "")) or folder)
        gc.freeze()
        raw_load = _copy_csv if engine == "postgresql" else _executemany
        some = raw.head(min(CORE_ROWS, max(1, raw.height // 10)))
        took = {
            RAW: _timed(lambda: raw_load(store, folder, raw), server),
            CORE: _times(
                _timed(lambda: _core(store, folder, some), server), raw.height / some.height
            ),
        }
        for name, dump in (
            (FIRST, told),
            (AGAIN, told.sample(fraction=1, shuffle=True, seed=1)),
            (CHANGED, _changed(told)),
        ):
            dump.write_parquet(_file(folder))
            before = _written(store)
            took[name] = _timed(lambda: _carry(house), server)
            _expect(
                name,
                dump.height,
                tuple(b - a for a, b in zip(before, _written(store), strict=True)),
            )
        return took


def _house(store: Store, folder: Path) -> House:
    _file(folder).parent.mkdir()
    layout = {"patterns": ["*.parquet"], "format": "parquet", "key": [_KEY]}
    settings = {"path": str(_file(folder).parent), "streams": {STREAM: layout}}
    connection = Connection(name=NAME, kind="files", settings=settings)
    return House(Settings(home=folder), store, {NAME: connection}, load_trust(folder))


def _file(folder: Path) -> Path:
    return folder / "dumps" / "list.parquet"


def _dump(raw: pl.DataFrame) -> pl.DataFrame:
    key = pl.concat_str("source", "source_id", separator=":").alias(_KEY)
    return raw.select(key, *HEADINGS).rename(HEADINGS)


def _changed(told: pl.DataFrame) -> pl.DataFrame:
    number = pl.int_range(pl.len())
    other = pl.format("+7 916 {}", 1_000_000 + number)
    return told.with_columns(
        pl.when(number % 100 == 0).then(other).otherwise("Телефон").alias("Телефон")
    )


def _carry(house: House) -> None:
    sync(house, NAME)
    settle(house)


def _written(store: Store) -> tuple[int, int]:
    """How many canonical records there are, and how much was told to those who follow."""
    with store.read() as reader:
        tables = (canonical["party"], change)
        return tuple(
            int(reader.scalar(select(func.count()).select_from(one)) or 0) for one in tables
        )  # type: ignore[return-value]  as many as tables


def _expect(name: str, rows: int, written: tuple[int, int]) -> None:
    """SystemExit if a step did not do its work: a list carried anew writes nothing, a changed one adds no record."""
    records, told = written
    wrong = {
        FIRST: records < rows * 0.9 or not told,
        AGAIN: records or told,
        CHANGED: records or not told,
    }
    if wrong[name]:
        raise SystemExit(f"{name}: {records} records and {told} changes were written")


def _print(engine: str, rows: int, figures: dict[str, list[Took]]) -> None:
    print(f"\n{engine}, {rows:,} counterparties, median of {len(figures[FIRST])}")
    print(
        f"{'step':<14}{'seconds':>9}{'min..max':>16}{'cpu µs/row':>12}{'rows/s':>12}{'peak MB':>9}"
    )
    for name, taken in figures.items():
        walls = [took.wall for took in taken]
        wall, cpu = statistics.median(walls), statistics.median(took.cpu for took in taken)
        print(
            f"{name:<14}{wall:>9.1f}{f'{min(walls):.1f}..{max(walls):.1f}':>16}{cpu / rows * 1e6:>12.1f}"
            f"{rows / wall:>12,.0f}{max(took.peak_mb for took in taken):>9,.0f}"
        )
    for step, beside, what, goals in GOALS:
        pairs = zip(figures[step], figures[beside], strict=True)
        ratio = statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs)
        print(f"{step} is {ratio:.2f}× {beside} ({what}; goal {goals[engine]})")
