"""Processes a test has started, and how they end."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

_GRACE_SECONDS = 15


def see_out(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process told to end; one that does not go is killed: no test waits for it for ever."""
    try:
        process.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def children(of: int) -> list[int]:
    """The processes that a process has begun and that have not ended; none of a process that is gone."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == of and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)
