"""Zero rows where there always were some is an error, not an empty success."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from flows.run import Run
from schemas.errors import Unbalanced
from schemas.records import Stream
from store import runs

ALWAYS_FROM = 10  # runs it takes to say that an incremental stream always had rows
WHOLE = ("version", "snapshot")


def refuse_silence(run: Run, connection: str, streams: Iterable[Stream]) -> None:
    """Unbalanced, naming the streams that gave nothing although every run before gave something.

    Called after all streams are read and mapped: one silent stream must not stop the others.
    """
    with run.house.store.read() as reader:
        counts = runs.counts(reader, run.id).filter(
            pl.col("stage") == "extract", pl.col("name") == "received"
        )
        received = dict(counts.select("stream", "value").iter_rows())
        silent = [
            stream.name
            for stream in streams
            if received.get(stream.name) == 0
            and _always_spoke(runs.received_before(reader, connection, stream.name, run.id), stream)
        ]
    if silent:
        named = ", ".join(silent)
        raise Unbalanced(
            f"{connection}: ни одной записи в {named}, хотя раньше они были всегда. Проверьте права и фильтры в источнике.",
            f"{connection}: no record at all in {named} where there always were some. Check rights and filters.",
        )


def _always_spoke(history: list[int], stream: Stream) -> bool:
    enough = 1 if stream.cursor_kind in WHOLE else ALWAYS_FROM
    return len(history) >= enough and all(history)
