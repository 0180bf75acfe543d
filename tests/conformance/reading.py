"""Small readings that behaviours are written in."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import polars as pl

from connectors.base import Source
from schemas.records import CHANGED_AT, DELETED, KEY, Batch, Cursor, Stream


def batches(
    source: Source, stream: str, cursor: Cursor | None = None, until: datetime | None = None
) -> list[Batch]:
    """All batches up to `until`, by default the source's own time."""
    return list(source.read(stream, cursor, until or source.clock()))


def keys(found: list[Batch], stream: str | None = None) -> list[str]:
    """The keys of the rows that are not deleted, in order of reading."""
    return [
        key
        for batch in found
        if stream is None or batch.stream == stream
        for key in batch.rows.filter(~pl.col(DELETED))[KEY].to_list()
    ]


def latest(found: list[Batch]) -> dict[str, tuple[object, ...]]:
    """The last version of each row by key, its values in order of column name."""
    versions: dict[str, tuple[object, ...]] = {}
    for batch in found:
        rows = batch.rows.select(sorted(batch.rows.columns)).rows()
        versions |= dict(zip(batch.rows[KEY].to_list(), rows, strict=True))
    return versions


def last_cursor(found: list[Batch]) -> Cursor:
    """The cursor after everything read; reading must end with one."""
    assert found, "nothing was read"
    cursor = found[-1].cursor
    assert cursor is not None, "the last batch has no cursor: nothing could ever be resumed"
    return cursor


def described(source: Source, name: str) -> Stream:
    """What `discover` says of a stream."""
    return next(stream for stream in source.discover() if stream.name == name)


def change_times(found: list[Batch]) -> list[datetime]:
    """When the rows were changed, in order of reading, unknown times left out."""
    return [at for batch in found for at in batch.rows[CHANGED_AT].drop_nulls().to_list()]


def rising(values: list[datetime]) -> bool:
    """Whether no value is smaller than the one before it."""
    return all(left <= right for left, right in pairwise(values))
