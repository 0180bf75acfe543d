"""Settling a few changed counterparties among many known ones, beside settling all: same machine, same run.

The world's rows are canonical records already; a part of them is held back, and then comes, together with
edits and deletions. Two copies of the settled store take the same changes: one has all it needs to match
and merge what changed, the other has lost its snapshot and must do everything. Both must end equal.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import select

from benchmarks.linkage_set import cleaned
from config.settings import Settings
from config.trust import load_trust
from flows.house import House
from flows.match import match
from flows.merge import merge
from flows.publish import publish
from flows.run import Run, running
from schemas.content import content_hash
from schemas.entities import content_columns
from simulators.world import World
from store import canonical, checkpoints, open_store, snapshots, upgrade
from store.tables import golden, identity, link, review_pair

STAGES: dict[str, Callable[[Run], object]] = {"match": match, "merge": merge, "publish": publish}
_NEW, _EDITED, _GONE = 83, 331, 997  # one of so many rows


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of processor time."""

    wall: float
    cpu: float


def run(rows: int) -> None:
    """Measure and print one table."""
    records = _records(rows).with_row_index("nth")
    late = pl.col("nth") % _NEW == 0
    known, told = records.filter(~late).drop("nth"), _changes(records, late)
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        house = _house(first)
        _put(house, known)
        gc.freeze()
        first_load = _settled(house)
        house.store.close()
        part, whole = (_copy(first, Path(folder) / name) for name in ("part", "whole"))
        _forget(whole)
        for one in (part, whole):
            _put(one, told)
        figures = {
            "first load": first_load,
            "changes": _settled(part),
            "everything": _settled(whole),
        }
        if not _same(part, whole):
            raise SystemExit("the part did not end as the whole")
        _print(known.height, told.height, figures)
        for one in (part, whole):
            one.store.close()


def _records(rows: int) -> pl.DataFrame:
    raw = World(seed=1, companies=max(100, int(rows * 0.7))).flat(rows)
    moment = pl.col("updated_at").dt.to_string("%Y-%m-%d %H:%M:%S")
    return cleaned(raw.with_columns(moment)).drop("row")


def _changes(records: pl.DataFrame, late: pl.Expr) -> pl.DataFrame:
    """New records, records with another phone, and deleted ones."""
    held = records.filter(~late)
    edited = held.filter(pl.col("nth") % _EDITED == 1).with_columns(pl.col("phones").shift(1))
    gone = held.filter(pl.col("nth") % _GONE == 2).with_columns(pl.lit(value=True).alias("deleted"))
    told = pl.concat([records.filter(late), edited, gone]).drop("nth")
    told = told.unique(["connection", "stream", "key"], maintain_order=True)
    return told.with_columns(content_hash(told.schema, content_columns("party")).alias("hash"))


def _house(folder: Path) -> House:
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    upgrade(store)
    return House(Settings(home=folder), store, {}, load_trust(folder))


def _copy(first: Path, folder: Path) -> House:
    shutil.copytree(first, folder)
    return _house(folder)


def _put(house: House, records: pl.DataFrame) -> None:
    with house.store.write() as writer:
        canonical.save(writer, "party", records)


def _forget(house: House) -> None:
    shutil.rmtree(snapshots.folder(house.store.landing))
    with house.store.write() as writer:
        checkpoints.forget(writer, "merge", "", "")


def _settled(house: House) -> dict[str, Took]:
    took = {}
    with running(house, "settle", "identity") as work:
        for name, stage in STAGES.items():
            wall, cpu = time.perf_counter(), time.process_time()
            stage(work)
            took[name] = Took(time.perf_counter() - wall, time.process_time() - cpu)
    return took


def _same(part: House, whole: House) -> bool:
    for table in (link, identity, review_pair, *golden.values()):
        frames = []
        for house in (part, whole):
            with house.store.read() as reader:
                frame = reader.frame(select(table)).drop("seq", "born", strict=False)
            frames.append(frame.sort(frame.columns[:8]))
        if not frames[0].equals(frames[1]):
            return False
    return True


def _print(known: int, told: int, figures: dict[str, dict[str, Took]]) -> None:
    print(f"\n{told:,} changed counterparties among {known:,} known (SQLite)")
    print(f"{'':<12}" + "".join(f"{name + ', cpu s':>18}{'s':>8}" for name in figures))
    for stage in STAGES:
        taken = [took[stage] for took in figures.values()]
        print(f"{stage:<12}" + "".join(f"{t.cpu:>18.1f}{t.wall:>8.1f}" for t in taken))
    sums = [
        Took(sum(t.wall for t in took.values()), sum(t.cpu for t in took.values()))
        for took in figures.values()
    ]
    print(f"{'together':<12}" + "".join(f"{t.cpu:>18.1f}{t.wall:>8.1f}" for t in sums))
