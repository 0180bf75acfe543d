"""The benchmark itself: sets made, contestants raced in turn, figures printed and, if asked, kept."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.rounds import ROOT, missing, race
from benchmarks.russian_counterparties.page import write_page
from benchmarks.tables import sections

PAIRED = ("kanon", "splink_peer")
# It takes about a millisecond a row; more rows would only take longer.
SMALL = 10_000


def run(
    rows: int, seeds: Sequence[int], pairs: int, *, write: bool, only: str | None = None
) -> None:
    """Race on one set per seed, each pair of contestants `pairs` times in turn; print all tables."""
    figures = Figures()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            _make(Path(folder), rows, seed)
            place: dict[str, object] = {"rows": rows, "seed": seed}
            for pair in range(pairs):
                # Who goes first changes, so that neither always finds the machine warm.
                order = PAIRED if pair % 2 == 0 else PAIRED[::-1]
                _race(figures, {**place, "pair": pair}, order, Path(folder), only)
            _race(figures, {**place, "pair": 0}, ("rules",), Path(folder), only)
            figures.add_ceiling(place, Path(folder))
    small = Figures()
    if only in (None, "recordlinkage_peer"):
        _race_small(small, min(rows, SMALL), seeds[0])
    for heading, text in [
        *sections(figures),
        *(("At 10 000 rows", t) for _, t in sections(small)[:1]),
    ]:
        print(f"\n{heading}\n{text}")
    if write:
        write_page(figures, small)


def _race_small(figures: Figures, rows: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), rows, seed)
        place: dict[str, object] = {"rows": rows, "seed": seed, "pair": 0}
        _race(
            figures,
            place,
            ("kanon", "splink_peer", "recordlinkage_peer", "rules"),
            Path(folder),
            None,
        )


def _make(folder: Path, rows: int, seed: int) -> None:
    print(f"seed {seed}: {rows:,} rows", flush=True)
    module = "benchmarks.russian_counterparties.make"
    subprocess.run(
        [sys.executable, "-m", module, str(folder), str(rows), str(seed)], cwd=ROOT, check=True
    )


def _race(
    figures: Figures, place: dict[str, object], names: Sequence[str], folder: Path, only: str | None
) -> None:
    for name in names:
        if only not in (None, name):
            continue
        reason = missing(name)
        if reason:
            print(f"{name} left out: {reason}")
            continue
        took = race(name, folder)
        figures.add_speed(place, name, took)
        print(
            f"  {name}: " + ", ".join(f"{phase} {wall:.1f} s" for phase, wall in took.wall.items()),
            flush=True,
        )
        if place["pair"] == 0:
            figures.add_quality({key: place[key] for key in ("rows", "seed")}, name, folder)
