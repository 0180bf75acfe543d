"""The most memory that a step of a benchmark held, of this process and those it started (Linux)."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

_OWN = Path("/proc/self")


class _Watch:
    peak = 0
    thread: threading.Thread | None = None


def forget_peak() -> None:
    """From now on only what is held from here counts."""
    _Watch.peak = 0
    if _Watch.thread is None and _OWN.exists():
        _Watch.thread = threading.Thread(target=_look, daemon=True)
        _Watch.thread.start()


def peak_mb() -> float:
    """The highest sum of resident memory seen since then, looked at ten times a second; 0 elsewhere."""
    return _Watch.peak / 2**20


def _look() -> None:
    while True:
        _Watch.peak = max(_Watch.peak, _held(os.getpid()))
        time.sleep(0.1)


def _held(process: int) -> int:
    """Bytes of a process and of the Python processes it started; a database server is not counted."""
    folder, held = Path(f"/proc/{process}"), 0
    # A process may end while it is looked at.
    with suppress(OSError, IndexError):
        if "python" in (folder / "comm").read_text():
            held = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for thread in (folder / "task").iterdir():
            held += sum(map(_held, map(int, (thread / "children").read_text().split())))
    return held
