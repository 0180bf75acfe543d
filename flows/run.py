"""A run: its lease, its heartbeat, its counts, and whether they add up (design law 1)."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

import structlog

from config.logging import LISTENER
from flows.house import House
from flows.progress import Progress, Silent
from flows.said import Said
from flows.started import is_part, with_who
from schemas.errors import Conflict, Unbalanced
from store import leases, run_lines, runs
from store.engine import Reader, Writer

# A first load on SQLite writes for minutes in one transaction, and no heartbeat gets in between.
LEASE = timedelta(minutes=15)
SILENT_FOR = LEASE
HEARTBEAT_SECONDS = 20.0
# So long the page of a run lags behind it.
SAID_SECONDS = 2.0
POLL_SECONDS = 1.0
AT_ONCE = timedelta(0)
T = TypeVar("T")
log = structlog.get_logger()


class Stopped(Conflict):
    """A person stopped the run between two batches; nothing is lost, and it goes on another time."""


class Steps(Protocol):
    """How a unit of work is run: plainly, or as a Prefect task."""

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        """The result of `work`, known to people as `name`."""


def plainly(name: str, work: Callable[[], T]) -> T:  # noqa: ARG001  the name is for orchestrators
    """Run the work here and now."""
    return work()


@dataclass(frozen=True, slots=True)
class Held:
    """The lease of a run, and whether it has meanwhile gone to another."""

    house: House
    name: str
    owner: str
    lost: threading.Event = field(default_factory=threading.Event)

    def renew(self) -> None:
        """Put off the expiry; a lease that went to another is known as lost from then on."""
        try:
            leases.renew(self.house.store, self.name, self.owner, LEASE)
        except Conflict:
            self.lost.set()
            raise

    def require(self, reader: Reader) -> None:
        """Conflict if the lease is no longer ours."""
        if self.lost.is_set() or leases.holder(reader, self.name) != self.owner:
            self.lost.set()
            raise leases.gone(self.name)


@dataclass
class Run:
    """One execution of stages; `count` is called in the transaction that did what it counts.

    `steps` says how the parts of a stage are run, `held` is the lease it works under, if any; `part`: it is
    one of a migration.
    """

    house: House
    id: int
    flow: str
    progress: Progress = field(default_factory=Silent)
    steps: Steps = plainly
    held: Held | None = None
    part: bool = False

    def obey(self) -> None:
        """Stopped if a person asked the run to end. Call it where all that was done is committed."""
        with self.house.store.read() as reader:
            by = runs.asked_to_stop(reader, self.id)
        if by is not None:
            raise Stopped(
                f"Остановлен: попросил {by}. Всё принятое до этого цело, следующий запуск продолжит с этого места.",
                f"Stopped: {by} asked for it. What was done before is safe, the next run goes on from there.",
            )

    def worked_by(self, versions: Mapping[str, str]) -> None:
        """Keep by which versions it works, unless it is part of a migration."""
        if not self.part:
            with self.house.store.write() as writer:
                runs.tell(writer, self.id, versions)

    def count(
        self, writer: Writer, stage: str, connection: str, stream: str, **numbers: int
    ) -> None:
        """Add to the run's counts, inside `writer`'s transaction.

        Conflict, and so nothing of the transaction, once the run has lost its lease to another.
        """
        if self.held is not None:
            self.held.require(writer)
        runs.count(writer, self.id, stage, connection, stream, **numbers)


@contextmanager
def running(
    house: House,
    flow: str,
    what: str,
    *,
    progress: Progress | None = None,
    parameters: Mapping[str, str] | None = None,
    steps: Steps = plainly,
    wait: timedelta = AT_ONCE,
) -> Iterator[Run]:
    """A run that holds the lease of `what` and ends green only if it balances.

    Conflict if another living process holds the lease and keeps it for longer than `wait`. Any error
    ends the run red, with the sentence for the user in its row; the error goes on.
    """
    held = Held(house, _lease(what), _oneself())
    _take_within(held, wait)
    with house.store.write() as writer:
        runs.abandon(writer, SILENT_FOR)
        run_id = runs.start(writer, flow, connection=what, parameters=with_who(parameters))
    part = is_part(parameters)
    said = Said(progress or Silent())
    run = Run(house, run_id, flow, said, steps, held, part)
    stop = threading.Event()
    pulse = threading.Thread(target=_beat, args=(run_id, held, said, stop), daemon=True)
    pulse.start()
    heard = LISTENER.set(said.hear)
    try:
        yield run
        with house.store.read() as reader:
            held.require(reader)
            runs.require_balance(reader, run_id)
        _finish(house, run_id, "succeeded", None, said)
    except Unbalanced as error:
        _finish(house, run_id, "unbalanced", error, said)
        raise
    except Stopped as stopped:
        _finish(house, run_id, "cancelled", stopped, said)
        raise
    except BaseException as error:
        _finish(house, run_id, "failed", error, said)
        raise
    finally:
        LISTENER.reset(heard)
        stop.set()
        pulse.join()
        leases.release(house.store, held.name, held.owner)


def refuse_if_busy(house: House, what: str) -> None:
    """Conflict if a living process is at work on `what` now; what `running` would answer."""
    with house.store.read() as reader:
        busy = leases.conflict(reader, _lease(what))
        holder = leases.holder(reader, _lease(what))
    if busy is not None and holder is not None and not _is_dead(holder):
        raise busy


def _lease(what: str) -> str:
    return f"work:{what}"


def _oneself() -> str:
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def _take_within(held: Held, wait: timedelta) -> None:
    """Take the lease, asking again until `wait` is over; Conflict after that."""
    deadline = time.monotonic() + wait.total_seconds()
    while True:
        try:
            return _take(held.house, held.name, held.owner)
        except Conflict:
            left = deadline - time.monotonic()
            if left <= 0:
                raise
            time.sleep(min(POLL_SECONDS, left))


def _take(house: House, lease: str, owner: str) -> None:
    """Take the lease; one held by a dead process of this host is taken over at once."""
    try:
        leases.acquire(house.store, lease, owner, LEASE)
    except Conflict:
        with house.store.read() as reader:
            holder = leases.holder(reader, lease)
        if holder is not None and not _is_dead(holder):
            raise
        if holder is not None:
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


def _beat(run_id: int, held: Held, said: Said, stop: threading.Event) -> None:
    beaten = time.monotonic()
    while not stop.wait(SAID_SECONDS):
        _keep(run_id, held.house, said)
        if time.monotonic() - beaten < HEARTBEAT_SECONDS:
            continue
        beaten = time.monotonic()
        try:
            held.renew()
            with held.house.store.write() as writer:
                runs.heartbeat(writer, run_id)
        except Conflict:
            log.warning("lease lost", run=run_id, lease=held.name)
            return
        except Exception as error:  # noqa: BLE001  the next beat may succeed; a thread that ends never will
            # A missed beat is not the run's failure: the lease outlives many of them.
            log.debug("heartbeat missed", run=run_id, error=type(error).__name__)


def _keep(run_id: int, house: House, said: Said) -> None:
    """Save what the run said since; what a busy store does not take is saved the next time."""
    lines = said.taken()
    if not lines:
        return
    try:
        with house.store.write() as writer:
            run_lines.add(writer, run_id, lines)
    except Exception as error:  # noqa: BLE001  lines are not worth the run
        said.put_back(lines)
        log.debug("lines kept back", run=run_id, error=type(error).__name__)


def _finish(
    house: House, run_id: int, state: runs.State, error: BaseException | None, said: Said
) -> None:
    with house.store.write() as writer:
        said.save(writer, run_id)
        runs.finish(writer, run_id, state, error)
