"""A process that works on a house and kills itself, without a chance to clean up, where it is told.

Its parent has everything imported, works on nothing itself, and forks such a process for each line of
JSON: the environment of the house, what to do (`refresh`, `settle`, `sweep`, `replay`, `migrate`
by the plan.yaml of the house, `rollback` of it) with which connections, the file for what it says, and `stage`, `where`, `number`. `inside` is after all writes of the
transaction that stores STAGE's NUMBERth checkpoint and before its commit, `after` is right after that
commit. Transactions without a checkpoint go by the names `deletions`, `replay` and `withdraw`; `acknowledge` is the
call that tells 1C of a commit, `inside` being before it. With `clock` as STAGE its parent kills it after NUMBER
milliseconds, wherever it is. The exit code is answered, one a line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from config.settings import Settings
from connectors.onec.source import CHANGES, OneC
from flows.house import House, open_house
from flows.migrate.rollback import rollback
from flows.migrate.run import run as migrate
from flows.replay import replay
from flows.sync import refresh, settle
from schemas.errors import KanonError
from schemas.records import Cursor
from store import checkpoints, migrating, quarantine, runs
from store.engine import Store, Writer


def main(act: str, only: list[str], stage: str, where: str, number: int) -> int:
    """Exit code 0 if the work lived to its end and every source was green."""
    _arm(stage, where, number)
    _arm_acknowledge(stage, where, number)
    house = open_house(Settings())
    if act in ALONE:
        ALONE[act](house)
        house.close()
        return 0
    outcomes = refresh(house, connections=only, sweep=act == "sweep")
    house.close()
    for outcome in outcomes:
        if outcome.error is not None:
            sys.stderr.write(f"{outcome.connection}: {outcome.error.en} {outcome.error.detail}\n")
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _replay(house: House) -> None:
    with house.store.read() as reader:
        waiting = quarantine.page(reader, limit=10_000, state="open")
    replay(house, waiting["id"].to_list())
    settle(house)


def _migrate(house: House) -> None:
    plan = house.settings.home / "plan.yaml"
    migrate(house, plan.read_text(encoding="utf-8"), "worker")


def _rollback(house: House) -> None:
    rollback(house, "legacy", "worker")


# Works that end by an error of their own rather than by outcomes.
ALONE: dict[str, Callable[[House], object]] = {
    "replay": _replay,
    "settle": settle,
    "migrate": _migrate,
    "rollback": _rollback,
}


def _arm_acknowledge(stage: str, where: str, number: int) -> None:
    if stage != "acknowledge":
        return
    tell, calls = OneC.acknowledge, count(1)

    def deadly_tell(source: OneC, stream: str, cursor: Cursor) -> None:
        deadly = stream == CHANGES and next(calls) == number
        if deadly and where == "inside":
            _die()
        tell(source, stream, cursor)
        if deadly:
            _die()

    OneC.acknowledge = deadly_tell  # type: ignore[assignment, method-assign]  # the fault this process is for


def _arm(stage: str, where: str, number: int) -> None:
    put, add, write = checkpoints.put, runs.count, Store.write
    end = migrating.end
    seen: dict[str, Any] = {"stage": "", "count": 0}

    def noting_put(writer: Writer, at: str, *arguments: Any, **named: Any) -> bool:
        seen["stage"] = at
        return put(writer, at, *arguments, **named)

    def noting_count(
        writer: Writer, run_id: int, stage: str, connection: str, stream: str, **values: int
    ) -> None:
        add(writer, run_id, stage, connection, stream, **values)
        bare = "deletions" if "vanished" in values else "replay" if stage == "map" else ""
        seen["stage"] = seen["stage"] or bare

    def noting_end(
        writer: Writer, number: int, state: str, error: KanonError | None = None
    ) -> None:
        end(writer, number, state, error)
        if state.startswith("withdraw"):
            seen["stage"] = "withdraw"

    @contextmanager
    def deadly_write(self: Store) -> Iterator[Writer]:
        seen["stage"] = ""
        with write(self) as writer:
            yield writer
            armed = seen["stage"] == stage
            seen["count"] += armed
            deadly = armed and seen["count"] == number
            if deadly and where == "inside":
                _die()
        if deadly and where == "after":
            _die()

    checkpoints.put = noting_put  # type: ignore[assignment]  # the fault this process is for
    runs.count = noting_count
    migrating.end = noting_end
    Store.write = deadly_write  # type: ignore[method-assign]  # the fault this process is for


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_later(pid: int, seconds: float) -> None:
    """Kill a child after that time, unless it has ended by then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)


def _forked(order: dict[str, Any]) -> int:
    """The exit code of a process of its own."""
    pid = os.fork()
    if pid:
        if order["stage"] == "clock":
            _kill_later(pid, order["number"] / 1000)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with Path(order["said"]).open("w") as said:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(said.fileno(), stream.fileno())
    os.environ.update(order["environment"])
    at = order["stage"], order["where"], order["number"]
    raise SystemExit(main(order["act"], order["only"], *at))


if __name__ == "__main__":
    for line in sys.stdin:
        code = _forked(json.loads(line))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()
