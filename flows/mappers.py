"""Who maps the portions of a large load: this process, which reads and writes the store, and others.

On two processors one process of two threads is ahead: it uses both, and telling another one its work costs
a quarter more of them. On more, steps that keep to the interpreter's lock leave some idle. A process is told
its work through pipes (`flows.map_pipe`); started by `multiprocessing` it would import the caller's main
module, too.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

import polars as pl
import structlog

from flows.map_pipe import can_be_told, receive_settled, send, told
from flows.map_portion import Joined, mapped
from flows.settled import Settled
from mappings.compile import CompiledMapping

# A process takes as long to start as it then saves on one portion.
WORTH_PORTIONS = 2
_MOST = 3
# So many processors one process keeps busy where rows are cleaned as columns.
_THREADS = 2
_PATIENCE_SECONDS = 5
_Message = tuple[Mapping[str, Any], Sequence[pl.DataFrame]]
log = structlog.get_logger()


class Gone(Exception):
    """The mapper has ended without an answer."""


class Mapper:
    """One process that maps portions of one stream."""

    def __init__(self, words: Mapping[str, Any], frames: Sequence[pl.DataFrame]) -> None:
        folders = os.pathsep.join(dict.fromkeys(path for path in sys.path if path))
        # Its own session: Ctrl-C is for the process that people see; that one tells the others.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.map_worker"],
            env={**os.environ, "PYTHONPATH": folders, "POLARS_MAX_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.portions = 0
        self._begin: _Message | None = (words, frames)

    def map(self, rows: pl.DataFrame) -> Settled:
        """What to store of a portion; Gone if the process has ended."""
        try:
            # Told only now: joined frames fill the pipe, and a process that is starting reads nothing.
            if self._begin is not None:
                send(self._orders, *self._begin)
                self._begin = None
            send(self._orders, {}, [rows])
            found = receive_settled(self._answers)
        except (OSError, EOFError, ValueError) as error:
            raise Gone from error
        self.portions += 1
        return found

    def close(self, *, at_once: bool) -> None:
        """End the process; it is not asked first if `at_once`."""
        if at_once:
            self.process.kill()
        with suppress(OSError):
            self._orders.close()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._answers.close()

    @property
    def _orders(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101  a pipe was asked for
        return self.process.stdin

    @property
    def _answers(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101  a pipe was asked for
        return self.process.stdout


class Mappers:
    """Maps portions in those processes that live and have nothing to do, and else in this one.

    As a context it ends them with the block, and at once if that ends by an error or Ctrl-C.
    """

    def __init__(
        self, mapping: CompiledMapping, connection: str, joined: Joined, processes: int
    ) -> None:
        self._work = (mapping, connection, joined)
        self._free: queue.SimpleQueue[Mapper] = queue.SimpleQueue()
        self._closed = False
        self.mappers: list[Mapper] = []
        if not processes:
            return
        words = {**told(mapping), "connection": connection, "aliases": list(joined)}
        # A machine with no room for another process has room for the work in this one.
        with suppress(OSError):
            for _ in range(processes):
                self.mappers.append(Mapper(words, list(joined.values())))
                self._free.put(self.mappers[-1])

    def map(self, rows: pl.DataFrame) -> Settled:
        """What to store of a portion; several threads may ask at once.

        A portion whose process dies, be it of an error, is mapped here: the same error then tells itself.
        """
        if self._closed:
            raise Gone
        try:
            mapper = self._free.get_nowait()
        except queue.Empty:
            return mapped(rows, *self._work)
        try:
            found = mapper.map(rows)
        except Gone:
            if self._closed:
                raise
            log.warning("mapping process gone", code=mapper.process.poll(), rows=rows.height)
            return mapped(rows, *self._work)
        self._free.put(mapper)
        return found

    def close(self, *, at_once: bool) -> None:
        """End the processes, `at_once` without letting them finish their portions."""
        self._closed = True
        for mapper in self.mappers:
            mapper.close(at_once=at_once)

    def __enter__(self) -> Mappers:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.close(at_once=error is not None)


def processes_for(portions: int, mapping: CompiledMapping, wanted: int | None) -> int:
    """How many processes such a load is worth beside this one; `wanted` is the setting."""
    many = _worth(mapping, _cores()) if wanted is None else wanted
    if many < 2 or portions < WORTH_PORTIONS or not can_be_told(mapping):
        return 0
    return many - 1


def _worth(mapping: CompiledMapping, cores: int) -> int:
    """As many as leave none idle; letters are read under the interpreter's lock from beginning to end."""
    return min(_MOST, cores if mapping.letters else cores // _THREADS)


def _cores() -> int:
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
