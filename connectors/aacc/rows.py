"""Rows of contact detail with what follows from them: instants in UTC, the outcome, the contact they belong to.

Columns as the view publishes them (handbook 5.6): stamps are local, lengths whole seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from connectors.aacc.stamps import filled, text_of, utc, wall
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY

STAMP = "FinalDispositionStamp"
# Without these a row tells no call; any other column may be absent in a release.
NEEDED = (STAMP, "OriginatedStamp", "ContactTypeName")
_READ = (
    *NEEDED, "ContactOriginatedStamp", "ApplicationStartStamp", "SkillsetQueuedStamp", "ServiceStamp",
    "AgentID", "HandlingTime",
)  # fmt: skip
# The times of a segment in the order in which they come.
_ORDER = (
    ("@start", "@queued", "OriginatedStamp", "SkillsetQueuedStamp"),
    ("@start", "@answer", "OriginatedStamp", "ServiceStamp"),
    ("@queued", "@answer", "SkillsetQueuedStamp", "ServiceStamp"),
    ("@start", "@end", "OriginatedStamp", STAMP),
)


def told(rows: pl.DataFrame, linked_by: Sequence[str], zone: ZoneInfo) -> pl.DataFrame:
    """`rows` (text, with their key) with envelope and the columns `@…` that the mapping reads."""
    absent = [name for name in (*_READ, *linked_by) if name not in rows.columns]
    whole = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in dict.fromkeys(absent))
    moments = whole.select(
        utc(STAMP, zone).alias(CHANGED_AT),
        pl.coalesce(utc("OriginatedStamp", zone), utc("ContactOriginatedStamp", zone)).alias("@start"),
        utc("SkillsetQueuedStamp", zone).alias("@queued"),
        _answer(zone).alias("@answer"),
        _end(zone).alias("@end"),
    )  # fmt: skip
    times = ("@start", "@queued", "@answer", "@end")
    return rows.with_columns(
        pl.when(pl.col(KEY).str.strip_chars("|") != "").then(KEY).alias(KEY),
        moments[CHANGED_AT].cast(ENVELOPE[CHANGED_AT]),
        pl.lit(value=False).alias(DELETED),
        *whole.select(
            pl.coalesce(filled(name) for name in linked_by).alias("@linked"),
            filled("AgentID").alias("@agent"),
            pl.when(_taken() | _by_machine()).then(pl.lit("answered"))
            .otherwise(pl.lit("no_answer")).alias("@outcome"),
        ),
        *moments.select(text_of(pl.col(name)) for name in times),
        *moments.select(_disorder().alias("@disorder")),
    )  # fmt: skip


def _answer(zone: ZoneInfo) -> pl.Expr:
    """When the agent took it; when the application did, where nothing more came of the contact."""
    by_machine = pl.when(_by_machine()).then(utc("ApplicationStartStamp", zone))
    return pl.when(_taken()).then(utc("ServiceStamp", zone)).otherwise(by_machine)


def _end(zone: ZoneInfo) -> pl.Expr:
    """The end of the talk by the source's own length of it: the final stamp may come after the work on it."""
    length = pl.col("HandlingTime").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    talked = utc("ServiceStamp", zone) + pl.duration(seconds=length)
    return pl.coalesce(pl.when(_taken() & (length > 0)).then(talked), utc(STAMP, zone))


def _taken() -> pl.Expr:
    return filled("AgentID").is_not_null() & wall("ServiceStamp").is_not_null()


def _by_machine() -> pl.Expr:
    """A contact that neither a queue nor an agent got."""
    alone = filled("AgentID").is_null() & wall("SkillsetQueuedStamp").is_null()
    return alone & wall("ApplicationStartStamp").is_not_null()


def _disorder() -> pl.Expr:
    """Which two times contradict each other, null if none do."""
    return pl.coalesce(
        pl.when(pl.col(later) < pl.col(earlier)).then(pl.lit(f"{second} < {first}"))
        for earlier, later, first, second in _ORDER
    )
