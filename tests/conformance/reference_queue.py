"""A second reference: a queue that repeats a message until it is acknowledged, like a 1C exchange plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from connectors.base import Source
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, Batch, Cursor, Probe, Stream
from tests.conformance.behaviours_trouble import BEHAVIOURS
from tests.conformance.case import Bench, Case

ASKED = frozenset({"discover_is_stable", "check_passes", "acknowledged_is_over"})
NO_CLOCK = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class Queue:
    """Changed keys by the message they were first sent in; None: not sent yet."""

    waiting: dict[str, int | None] = field(default_factory=dict)
    received: int = 0

    def send(self) -> list[str]:
        number = self.received + 1
        self.waiting = {key: sent or number for key, sent in self.waiting.items()}
        return list(self.waiting)


class QueueSource:
    """An honest connector to a `Queue`."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def check(self) -> list[Probe]:
        return [Probe("address", True, "Адрес.", "Address.")]

    def discover(self) -> list[Stream]:
        return [Stream("changes", ("key",), "message", ordered=False)]

    def clock(self) -> datetime:
        return NO_CLOCK

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        keys = self.queue.send()
        size = len(keys)
        columns = {KEY: keys, CHANGED_AT: [None] * size, DELETED: [False] * size}
        message = Cursor({"message": self.queue.received + 1})
        yield Batch("changes", pl.DataFrame(columns, dict(ENVELOPE)), message)

    def acknowledge(self, stream: str, cursor: Cursor) -> None:
        number = int(str(cursor.expect(1)["message"]))
        if number > self.queue.received:
            self.queue.received = number
            self.queue.waiting = {
                key: sent
                for key, sent in self.queue.waiting.items()
                if sent is None or sent > number
            }


class QueueBench(Bench):
    """A queue with five changes waiting."""

    stream = "changes"

    def __init__(self, make: Callable[[Queue], Source] = QueueSource) -> None:
        self.queue = Queue(dict.fromkeys((f"k{n}" for n in range(5)), None))
        self.make = make

    def source(self) -> Source:
        return self.make(self.queue)

    def change_rows(self, n: int) -> list[str]:
        chosen = [f"k{number}" for number in range(n)]
        self.queue.waiting |= dict.fromkeys(chosen, None)
        return chosen


def bench(folder: Path) -> Bench:
    """A bench around the honest queue connector."""
    return QueueBench()


WHY = "второй образец: только подтверждения / the second reference: acknowledging only"
CASES = [
    Case(
        "reference-queue",
        "",
        bench,
        impossible={name: WHY for name in BEHAVIOURS if name not in ASKED},
    )
]
