"""One contestant in a process of its own: `python -m benchmarks.contestants NAME FOLDER`.

Writes NAME.parquet into the folder and prints wall and cpu seconds by phase and peak memory as JSON.
"""

from __future__ import annotations

import importlib
import json
import re
import resource
import sys
from pathlib import Path

from benchmarks.contestants.clock import Clock

_STATUS = Path("/proc/self/status")


def main(name: str, folder: Path) -> None:
    """Run it and tell what it took."""
    clock = Clock()
    found = importlib.import_module(f"benchmarks.contestants.{name}").run(folder, clock)
    peak = peak_mb()
    found.write_parquet(folder / f"{name}.parquet")
    print(json.dumps({"wall": clock.wall, "cpu": clock.cpu, "peak_mb": peak}))


def peak_mb() -> float:
    """Peak resident memory of this process in MB.

    Where the system tells it apart, not that of the process it was started from, which getrusage keeps.
    """
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
