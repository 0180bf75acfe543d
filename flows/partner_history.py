"""Joined streams as they were: a record may have to be mapped again because of a partner it lost."""

from __future__ import annotations

import polars as pl

from flows.house import House
from schemas.records import KEY
from store import landing
from store.landing import LANDING_ID


def as_they_were(
    house: House, connection: str, stream: str, now: pl.DataFrame, until: int
) -> pl.DataFrame:
    """The latest rows of `stream` when landing had come to batch `until`; `now` are those of today."""
    unchanged = now.filter(pl.col(LANDING_ID) <= until)
    wanted = now.filter(pl.col(LANDING_ID) > until)[KEY]
    parts = [unchanged]
    with house.store.read() as reader:
        batches = [b for b in landing.pending(reader, connection, stream) if b.id <= until]
    for batch in reversed(batches):
        if wanted.is_empty():
            break
        rows = landing.read_batch(house.store, batch).filter(pl.col(KEY).is_in(wanted.implode()))
        wanted = wanted.filter(~wanted.is_in(rows[KEY].implode()))
        parts.append(rows)
    return pl.concat(parts, how="diagonal_relaxed")
