"""For each behaviour, a connector that breaks exactly it: a test that never fails proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import polars as pl

from schemas.errors import ContractBroken, Retryable
from schemas.records import Ack, Batch, Command, Cursor, Probe, Stream
from tests.conformance.case import Bench
from tests.conformance.reference import MemoryBench, MemorySource, Row
from tests.conformance.reference_queue import QueueBench, QueueSource


class DiscoversAtRandom(MemorySource):
    def discover(self) -> list[Stream]:
        return [Stream(f"rows{id(object())}", (), "timestamp")]


class ForgetsTheCursor(MemorySource):
    def batch(self, rows: list[Row], wanted: list[Row]) -> Batch:
        whole = super().batch(rows, wanted)
        return Batch(whole.stream, whole.rows, None)


class Drifts(MemorySource):
    """Reads another page each time, as paging by offset does under writes."""

    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        self.system.rows.pop(next(iter(self.system.rows)))
        return super().after(cursor, until)


class RepeatsKeys(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        rows = super().after(cursor, until)
        return [*rows, *rows[:1]]


class Unordered(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        return super().after(cursor, until)[::-1]


class RoundsTheCursorUp(MemorySource):
    """Stores a cursor a little later than the last row read."""

    def batch(self, rows: list[Row], wanted: list[Row]) -> Batch:
        made = super().batch(rows, wanted)
        later = rows[-1].at + timedelta(minutes=20)
        return Batch(made.stream, made.rows, Cursor({**made.cursor.value, "at": later.isoformat()}))


class StartsAgain(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        return super().after(None, until)


class SkipsTies(MemorySource):
    """Resumes after the time of the last row, ignoring its key."""

    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        rows = super().after(cursor, until)
        if cursor is None or cursor.value["done"]:
            return rows
        at = datetime.fromisoformat(str(cursor.value["at"]))
        return [row for row in rows if row.at > at]


class IgnoresCursorVersion(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        return super().after(None if cursor is None else Cursor(cursor.value), until)


class ReadsOnce(MemorySource):
    """Answers a resumed read with nothing."""

    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        return super().after(None, until) if cursor is None else []


class NoOverlap(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        rows = super().after(cursor, until)
        if cursor is None:
            return rows
        at = datetime.fromisoformat(str(cursor.value["at"]))
        return [row for row in rows if row.at > at]


class IgnoresUntil(MemorySource):
    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        yield from super().read(stream, cursor, until)
        yield from super().read(stream, None, until + timedelta(days=1))


class HidesDeletions(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        return [row for row in super().after(cursor, until) if not row.deleted]


class TrimsText(MemorySource):
    def batch(self, rows: list[Row], wanted: list[Row]) -> Batch:
        made = super().batch(rows, wanted)
        short = made.rows.with_columns(pl.col("text").str.slice(0, 4000))
        return Batch(made.stream, short, made.cursor)


class FailsOnNothing(MemorySource):
    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        rows = super().after(cursor, until)
        if not rows:
            raise ContractBroken("Пусто.", "Empty.")
        return rows


class Miscounts(MemorySource):
    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        return len(self.system.rows)


class FetchesOthers(MemorySource):
    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        return super().fetch(stream, list(self.system.rows)[-3:])


class SeeksTooFar(MemorySource):
    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        return super().cursor_at(stream, moment + timedelta(minutes=1))


class AlwaysHealthy(MemorySource):
    """Takes any failure for an empty answer, and calls it health."""

    def check(self) -> list[Probe]:
        return [Probe("address", True, "Всё хорошо.", "All is well.")]

    def knock(self) -> None:
        return None


class NeverHealthy(MemorySource):
    def check(self) -> list[Probe]:
        return [Probe("address", False, "Нет.", "No.")]


class RefusesOnOutage(MemorySource):
    def knock(self) -> None:
        if self.system.down:
            raise ContractBroken("Поток пуст.", "The stream is empty.")
        super().knock()


class HalfABatch(MemorySource):
    """Hands out what had arrived when the connection broke."""

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        try:
            yield from super().read(stream, cursor, until)
        except Retryable:
            wanted = self.after(cursor, until)
            yield self.batch(wanted[10:13], wanted)
            raise


class HurriesBack(MemorySource):
    def knock(self) -> None:
        if self.system.busy:
            raise Retryable("Занят.", "Busy.")
        super().knock()


class HoldsOn(MemorySource):
    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        self.system.handles += 1
        yield from super().read(stream, cursor, until)
        self.system.handles -= 1


class Tells(MemorySource):
    def __init__(self, system: object, password: str = "") -> None:
        super().__init__(system, password)  # type: ignore[arg-type]  # passed through unread
        self.url = f"http://user:{password}@host"


class AcknowledgesOnRead(QueueSource):
    """Marks a message received before anyone stored it."""

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        for batch in super().read(stream, cursor, until):
            self.acknowledge(stream, batch.cursor)
            yield batch


class WritesTwice(MemorySource):
    def write(self, stream: str, commands: Sequence[Command]) -> list[Ack]:
        self.system.done.clear()
        return super().write(stream, commands)


class StopsAtFailure(MemorySource):
    def write(self, stream: str, commands: Sequence[Command]) -> list[Ack]:
        for place, command in enumerate(commands):
            if command.payload.get("fails"):
                done = super().write(stream, commands[:place])
                return [*done, *(Ack(c.idempotency_key, False) for c in commands[place:])]
        return super().write(stream, commands)


BROKEN: dict[str, Callable[[], Bench]] = {
    name: (lambda make=make: MemoryBench(make))
    for name, make in {
        "discover_is_stable": DiscoversAtRandom,
        "envelope_is_complete": ForgetsTheCursor,
        "reading_is_repeatable": Drifts,
        "keys_are_unique": RepeatsKeys,
        "order_is_kept": Unordered,
        "every_cursor_resumes": RoundsTheCursorUp,
        "resuming_makes_progress": StartsAgain,
        "ties_survive_batch_edges": SkipsTies,
        "future_cursor_is_empty": StartsAgain,
        "strange_cursor_is_refused": IgnoresCursorVersion,
        "changes_are_read": ReadsOnce,
        "late_rows_are_read": NoOverlap,
        "until_is_respected": IgnoresUntil,
        "deletes_show_as_declared": HidesDeletions,
        "texts_arrive_unchanged": TrimsText,
        "none_and_one_are_ordinary": FailsOnNothing,
        "count_agrees_with_read": Miscounts,
        "fetch_agrees_with_read": FetchesOthers,
        "seeking_finds_the_moment": SeeksTooFar,
        "check_passes": NeverHealthy,
        "wrong_password_is_refused": AlwaysHealthy,
        "missing_right_is_refused": AlwaysHealthy,
        "outage_is_retryable": RefusesOnOutage,
        "cut_leaves_whole_batches": HalfABatch,
        "busy_system_is_waited_for": HurriesBack,
        "early_close_releases": HoldsOn,
        "secrets_stay_in": Tells,
        "command_once": WritesTwice,
        "command_failure_alone": StopsAtFailure,
    }.items()
} | {"acknowledged_is_over": lambda: QueueBench(AcknowledgesOnRead)}
