"""Processor time of a database server that works for a step of a benchmark (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _CHILDREN_END = 11, 15


def server_seconds(folder: Path) -> float:
    """Seconds of a PostgreSQL in `folder` and its processes so far, those that have ended among them."""
    with suppress(OSError, ValueError):
        main = int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return _spent(main) + sum(map(_spent, map(int, children)))
    return 0.0


def _spent(process: int) -> float:
    """Seconds of a process and of those it started that have ended; 0 of one that is gone."""
    with suppress(OSError):
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, told[_USER:_CHILDREN_END])) / _TICKS
    return 0.0
