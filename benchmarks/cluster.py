"""Matching one base by this process and by the workers of a cluster: what each further worker saves.

Scheduler and workers are processes of this machine, one thread each, so nothing is learnt about a network;
more workers than cores only share them. Every answer must equal that of one process.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.contestants.kanon import KNOWN
from benchmarks.linkage_set import cleaned
from benchmarks.russian_counterparties.make import COMPANIES_PER_ROW
from benchmarks.tables import table
from dedup.model import default_model
from dedup.resolve import resolve_parties, worked_by
from dedup.team import ALONE, Team
from flows.team import team_at
from simulators.world import World
from tests.support.cluster import Cluster

SEED = 1
HEADS = ("matched by", "parts", "in parts, s", "once, s", "whole, s")


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of what is done in parts and of what is done once, and the links found."""

    parted: float
    once: float
    links: pl.DataFrame


def run(rows: int, workers: Sequence[int]) -> None:
    """Print a line for this process alone and one for each number of workers."""
    base = _base(rows)
    alone = _timed(base, ALONE)
    told = [_line("one process", ALONE, alone)]
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            for number in sorted(workers):
                cluster.hire(number)
                team = team_at(cluster.address)
                worked_by(team, base.head(1000), default_model())  # libraries are imported once
                found = _timed(base, team)
                if not found.links.equals(alone.links):
                    raise SystemExit(f"{number} workers: other identities than one process finds")
                told.append(_line(f"{number} workers", team, found))
        finally:
            cluster.close()
    print(f"{rows:,} rows, seed {SEED}; all answers equal".replace(",", " "))
    print(table(HEADS, told))


def _base(rows: int) -> pl.DataFrame:
    raw = World(SEED, max(100, int(rows * COMPANIES_PER_ROW))).flat(rows)
    return cleaned(raw.with_columns(pl.col("updated_at").dt.strftime("%Y-%m-%d %H:%M:%S")))


def _timed(base: pl.DataFrame, team: Team) -> Timed:
    started = time.perf_counter()
    work = worked_by(team, base, default_model())
    parted = time.perf_counter()
    links = resolve_parties(base, pl.DataFrame(schema=KNOWN), work=work).links
    return Timed(parted - started, time.perf_counter() - parted, links)


def _line(name: str, team: Team, found: Timed) -> list[str]:
    seconds = (found.parted, found.once, found.parted + found.once)
    return [name, str(team.parts), *(f"{one:.1f}" for one in seconds)]
