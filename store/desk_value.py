"""What hangs on a company: the measure by which waiting pairs are valued."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
from sqlalchemy import select

from store.by_ref import of_values
from store.engine import Reader
from store.tables import golden, link

Measure = Callable[[Reader, Sequence[str]], pl.DataFrame]


def source_records(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """(id, points): one for each source record of a company."""
    wanted = select(link.c.golden_id.label("id"), link.c.entity)
    found = of_values(reader, wanted, link.c.golden_id, ids).filter(pl.col("entity") == "party")
    return found.group_by("id").agg(pl.len().cast(pl.Int64).alias("points"))


def people(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """(id, points): one for each person who acts for a company."""
    contact = golden["contact"].c
    wanted = select(contact.legal_entity_id.label("id")).where(contact.state == "active")
    found = of_values(reader, wanted, contact.legal_entity_id, ids)
    return found.group_by("id").agg(pl.len().cast(pl.Int64).alias("points"))


# Orders, turnover and open documents join here when they are in the store.
MEASURES: tuple[Measure, ...] = (source_records, people)


def points(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """(id, points): what hangs on each of these companies, all measures together."""
    every = pl.concat([measure(reader, ids) for measure in MEASURES])
    return every.group_by("id").agg(pl.col("points").sum())
