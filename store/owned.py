"""The records that point at given ones: people of a counterparty, contact points and addresses of either."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import select

from schemas import entities
from store.by_ref import of_values
from store.engine import Reader
from store.tables import canonical


def owned(reader: Reader, entity: str, column: str, refs: Sequence[str]) -> pl.DataFrame:
    """The records of an entity whose `column` names a key that one of `refs` bears, maybe in another stream.

    No index serves this; it is for one company under a person's eyes.
    """
    parts = [ref.split("/", 2) for ref in refs]
    names = sorted({key for _, _, key in parts} | {f"{stream}:{key}" for _, stream, key in parts})
    table = canonical[entity]
    columns = (table.c[name] for name in (*entities.columns(entity), "hash", "seq"))
    return of_values(reader, select(*columns), table.c[column], names)
