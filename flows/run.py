"""A run: its lease, its heartbeat, its counts, and whether they add up (design law 1)."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from flows.house import House
from flows.progress import Progress, Silent
from schemas.errors import Conflict, KanonError, Unbalanced
from store import leases, runs
from store.engine import Writer

LEASE = timedelta(seconds=120)
HEARTBEAT_SECONDS = 20.0
SILENT_FOR = timedelta(minutes=5)
log = structlog.get_logger()


@dataclass
class Run:
    """One execution of stages; `count` is called in the transaction that did what it counts."""

    house: House
    id: int
    flow: str
    progress: Progress = field(default_factory=Silent)

    def count(
        self, writer: Writer, stage: str, connection: str, stream: str, **numbers: int
    ) -> None:
        """Add to the run's counts, inside `writer`'s transaction."""
        runs.count(writer, self.id, stage, connection, stream, **numbers)


@contextmanager
def running(
    house: House,
    flow: str,
    what: str,
    *,
    progress: Progress | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Iterator[Run]:
    """A run that holds the lease `flow:what` and ends green only if it balances.

    Conflict if another living process holds the lease. Any error ends the run red, with the sentence
    for the user in its row; the error goes on.
    """
    owner = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
    lease = f"work:{what}"
    _take(house, lease, owner)
    with house.store.write() as writer:
        runs.abandon(writer, SILENT_FOR)
        run_id = runs.start(writer, flow, connection=what, parameters=parameters)
    run = Run(house, run_id, flow, progress or Silent())
    stop = threading.Event()
    pulse = threading.Thread(target=_beat, args=(house, run_id, lease, owner, stop), daemon=True)
    pulse.start()
    try:
        yield run
        with house.store.read() as reader:
            runs.require_balance(reader, run_id)
        _finish(house, run_id, "succeeded", None)
    except Unbalanced as error:
        _finish(house, run_id, "unbalanced", error)
        raise
    except BaseException as error:
        _finish(house, run_id, "failed", error)
        raise
    finally:
        stop.set()
        pulse.join()
        leases.release(house.store, lease, owner)


def _take(house: House, lease: str, owner: str) -> None:
    """Take the lease; one held by a dead process of this host is taken over at once."""
    try:
        leases.acquire(house.store, lease, owner, LEASE)
    except Conflict:
        with house.store.read() as reader:
            holder = leases.holder(reader, lease)
        if holder is None or not _is_dead(holder):
            raise
        leases.release(house.store, lease, holder)
        leases.acquire(house.store, lease, owner, LEASE)


def _is_dead(owner: str) -> bool:
    host, pid, *_ = [*owner.split("/"), "", ""]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _beat(house: House, run_id: int, lease: str, owner: str, stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT_SECONDS):
        try:
            leases.renew(house.store, lease, owner, LEASE)
            with house.store.write() as writer:
                runs.heartbeat(writer, run_id)
        except KanonError as error:
            # A missed beat is not the run's failure: the lease outlives several of them.
            log.debug("heartbeat missed", run=run_id, error=type(error).__name__)


def _finish(house: House, run_id: int, state: runs.State, error: BaseException | None) -> None:
    with house.store.write() as writer:
        runs.finish(writer, run_id, state, error)
