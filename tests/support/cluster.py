"""A Dask scheduler and workers as real processes on loopback, any of which may be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from distributed import Client

from tests.support.processes import see_out

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60


class Cluster:
    """One scheduler; `hire` starts workers and waits until they are known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._scheduler = self._started("dask_scheduler", "--port", "0", "--no-show")
        self.workers: list[subprocess.Popen[bytes]] = []
        _until(self._file.exists)
        self.client = Client(scheduler_file=str(self._file), set_as_default=False)

    @property
    def address(self) -> str:
        return str(self.client.scheduler.address)

    def hire(self, number: int) -> None:
        """See to it that so many workers are there."""
        while len(self.workers) < number:
            how = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
            self.workers.append(self._started("dask_worker", *how))
        self.client.wait_for_workers(number, timeout=_PATIENCE_SECONDS)

    def kill(self, pid: int) -> None:
        """End the worker with this process id at once, as a machine that goes dark."""
        worker = next(one for one in self.workers if one.pid == pid)
        worker.kill()
        worker.wait()
        self.workers.remove(worker)

    def close(self) -> None:
        """End all of them; a worker told to go just as its scheduler goes may wait for it for ever."""
        self.client.close()
        for process in (*self.workers, self._scheduler):
            process.terminate()
        for process in (*self.workers, self._scheduler):
            see_out(process)

    def _started(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{program}.log").open("ab")
        place = ("--scheduler-file", str(self._file), "--host", "127.0.0.1")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *place, *options],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"},
                stdout=log,
                stderr=log,
            )


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < end, "the scheduler did not come up"
        time.sleep(0.1)
