"""A process that refreshes a house and kills itself, without a chance to clean up, where it is told.

It is started ahead of its turn and waits for one line of JSON: the environment of the house, and
`stage`, `where`, `number`. `inside` is after all writes of the transaction that stores STAGE's NUMBERth
checkpoint and before its commit, `after` is right after that commit, `never` lets it live.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from config.settings import Settings
from flows.house import open_house
from flows.sync import refresh
from store import checkpoints
from store.engine import Store, Writer


def main(stage: str, where: str, number: int) -> int:
    """Exit code 0 if the refresh lived to its end and every source was green."""
    if where != "never":
        _arm(stage, where, number)
    house = open_house(Settings())
    outcomes = refresh(house)
    house.close()
    for outcome in outcomes:
        if outcome.error is not None:
            sys.stderr.write(f"{outcome.connection}: {outcome.error.en} {outcome.error.detail}\n")
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _arm(stage: str, where: str, number: int) -> None:
    put, write = checkpoints.put, Store.write
    seen: dict[str, Any] = {"stage": "", "count": 0}

    def noting_put(writer: Writer, at: str, *arguments: Any, **named: Any) -> bool:
        seen["stage"] = at
        return put(writer, at, *arguments, **named)

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
    Store.write = deadly_write  # type: ignore[method-assign]  # the fault this process is for


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    order = json.loads(sys.stdin.readline() or "null")
    if order is None:
        raise SystemExit(0)
    os.environ.update(order["environment"])
    raise SystemExit(main(order["stage"], order["where"], order["number"]))
