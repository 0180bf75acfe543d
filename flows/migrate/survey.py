"""Looking a source over before anything is read for good: some rows of each table, from all over it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from connectors.base import Counted, Linked, Source, Surveyed
from schemas.errors import KanonError
from schemas.records import ENVELOPE


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of one table as text. `rows` is how many it has, None if that could not be learnt in time.

    `whole`: `frame` is all of them. `fault` is why it could not be read.
    """

    name: str
    key: tuple[str, ...]
    frame: pl.DataFrame
    rows: int | None
    whole: bool
    fault: KanonError | None = None


def survey(source: Source, sample: int, seconds: float) -> Iterator[Seen]:
    """Every table of a source, about `sample` rows of each; no table takes much longer than `seconds`.

    A table that cannot be read does not keep the others from being seen.
    """
    if isinstance(source, Surveyed):
        tables = source.every()
    else:
        tables = {stream.name: stream.key for stream in source.discover()}
    for name, key in tables.items():
        own = tuple(one for one in key if one not in ENVELOPE)
        try:
            frame, rows = _rows(source, name, sample, seconds)
        except KanonError as error:
            yield Seen(name, own, pl.DataFrame(), None, whole=False, fault=error)
            continue
        yield Seen(name, own, _texts(frame), rows, whole=rows == frame.height)


def _rows(
    source: Source, name: str, sample: int, seconds: float
) -> tuple[pl.DataFrame, int | None]:
    if isinstance(source, Surveyed):
        return source.spread(name, sample, seconds)
    return _thinned(source, name, sample, seconds)


def declared(source: Source) -> list[Linked]:
    """The references the source declares itself; none if it cannot."""
    return source.links() if isinstance(source, Surveyed) else []


def _thinned(
    source: Source, stream: str, sample: int, seconds: float
) -> tuple[pl.DataFrame, int | None]:
    """A reading in which every other kept row is dropped whenever there are twice too many.

    So the rows left are from all over what was read, whatever its length, in the memory of two samples.
    """
    deadline = time.monotonic() + seconds
    kept: list[pl.DataFrame] = []
    step, read, held = 1, 0, 0
    ended = True
    for batch in source.read(stream, None, source.clock()):
        if batch.stream != stream or not batch.rows.height:
            continue
        part = batch.rows.gather_every(step, offset=-read % step)
        read += batch.rows.height
        kept.append(part)
        held += part.height
        while held > 2 * sample:
            step *= 2
            kept = [pl.concat(kept, how="diagonal_relaxed").gather_every(2)]
            held = kept[0].height
        if time.monotonic() > deadline:
            ended = False
            break
    frame = pl.concat(kept, how="diagonal_relaxed") if kept else pl.DataFrame()
    payload = frame.drop(list(ENVELOPE), strict=False)
    if ended:
        return payload, read
    counted = source.count(stream, None, source.clock()) if isinstance(source, Counted) else None
    return payload, counted


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    plain = [n for n, kind in frame.schema.items() if not isinstance(kind, pl.List | pl.Struct)]
    return frame.select(pl.col(plain).cast(pl.String))
