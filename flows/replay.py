"""Replay: quarantined records go through the real stage again, with today's mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.corrected import Corrections
from flows.house import House
from flows.map_plan import STAGE, partners
from flows.map_portion import storable
from flows.progress import Progress
from flows.run import Run, running
from mappings.verdict import Mapped
from schemas.records import KEY
from store import canonical, landing, quarantine


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many records passed now, were refused again, or cannot be replayed from here.

    `waiting` are records their connector refused: nothing of them is landed, so they come again when
    the source is mended and read.
    """

    passed: int
    refused: int
    waiting: int


def replay(house: House, ids: Sequence[int], *, progress: Progress | None = None) -> Replayed:
    """Send open quarantine rows through mapping again; repeating it is harmless."""
    with house.store.read() as reader:
        rows = quarantine.chosen(reader, ids)
    rows = rows.filter(pl.col("state") == "open")
    mappable = rows.filter(pl.col("stage") == STAGE)
    passed = refused = 0
    for (connection, stream), part in mappable.group_by(
        ["connection", "stream"], maintain_order=True
    ):
        with running(house, "replay", str(connection), progress=progress) as run:
            good, bad = _replay_stream(run, str(connection), str(stream), part["key"])
            passed, refused = passed + good, refused + bad
    return Replayed(passed, refused, rows.height - mappable.height)


def _replay_stream(run: Run, connection: str, stream: str, keys: pl.Series) -> tuple[int, int]:
    mapping = run.house.mapping(connection, stream)
    joined = partners(run.house, connection, mapping)
    told = Corrections.of(run.house, connection, [stream])
    with run.house.store.read() as reader:
        rows = landing.latest(run.house.store, reader, connection, stream, keys.to_list())
    rows = storable(told.apply(stream, rows).rows)
    mapped = mapping.apply(rows, connection, joined)
    _save(run, connection, stream, mapping.target, mapped, rows[KEY])
    return mapped.records.height + mapped.ignored.height, mapped.rejects.height


def _save(
    run: Run, connection: str, stream: str, target: str, mapped: Mapped, keys: pl.Series
) -> None:
    accepted = keys.filter(~keys.is_in(mapped.rejects["key"].implode()))
    left_out = mapped.ignored.select(
        pl.lit(connection).alias("connection"), pl.lit(stream).alias("stream"), "key"
    )
    place = quarantine.Place(STAGE, connection, stream)
    with run.house.store.write() as writer:
        canonical.save(writer, target, mapped.records)
        canonical.remove(writer, target, left_out)
        quarantine.put(writer, place, mapped.rejects, run.id)
        quarantine.resolve(writer, place, accepted)
        run.count(
            writer, STAGE, connection, stream,
            read=keys.len(), canonical=mapped.records.height,
            quarantined=mapped.rejects.height, ignored=mapped.ignored.height,
        )  # fmt: skip
