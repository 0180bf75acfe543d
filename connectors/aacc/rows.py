"""Rows of contact detail with what follows from them: instants in UTC, the outcome, the contact they belong to.

Columns as the view publishes them (handbook 5.6): stamps are local, lengths whole seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from connectors.window import DATE_FORMAT
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY

STAMP = "FinalDispositionStamp"
# Without these a row tells no call; any other column may be absent in a release.
NEEDED = (STAMP, "OriginatedStamp", "ContactTypeName")
_READ = (
    *NEEDED, "ContactOriginatedStamp", "ApplicationStartStamp", "SkillsetQueuedStamp", "ServiceStamp",
    "AgentID", "HandlingTime",
)  # fmt: skip
_NOBODY = ("", "0")
# Some releases write a stamp of long ago for none.
_EARLIEST = "1990"
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
        _utc(STAMP, zone).alias(CHANGED_AT),
        pl.coalesce(_utc("OriginatedStamp", zone), _utc("ContactOriginatedStamp", zone)).alias("@start"),
        _utc("SkillsetQueuedStamp", zone).alias("@queued"),
        _answer(zone).alias("@answer"),
        _end(zone).alias("@end"),
    )  # fmt: skip
    times = ("@start", "@queued", "@answer", "@end")
    return rows.with_columns(
        pl.when(pl.col(KEY).str.strip_chars("|") != "").then(KEY).alias(KEY),
        moments[CHANGED_AT].cast(ENVELOPE[CHANGED_AT]),
        pl.lit(value=False).alias(DELETED),
        *whole.select(
            pl.coalesce(_filled(name) for name in linked_by).alias("@linked"),
            _filled("AgentID").alias("@agent"),
            pl.when(_taken() | _by_machine()).then(pl.lit("answered"))
            .otherwise(pl.lit("no_answer")).alias("@outcome"),
        ),
        *moments.select(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ") for name in times),
        *moments.select(_disorder().alias("@disorder")),
    )  # fmt: skip


def _answer(zone: ZoneInfo) -> pl.Expr:
    """When the agent took it; when the application did, where nothing more came of the contact."""
    by_machine = pl.when(_by_machine()).then(_utc("ApplicationStartStamp", zone))
    return pl.when(_taken()).then(_utc("ServiceStamp", zone)).otherwise(by_machine)


def _end(zone: ZoneInfo) -> pl.Expr:
    """The end of the talk by the source's own length of it: the final stamp may come after the work on it."""
    length = pl.col("HandlingTime").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    talked = _utc("ServiceStamp", zone) + pl.duration(seconds=length)
    return pl.coalesce(pl.when(_taken() & (length > 0)).then(talked), _utc(STAMP, zone))


def _taken() -> pl.Expr:
    return _filled("AgentID").is_not_null() & _wall("ServiceStamp").is_not_null()


def _by_machine() -> pl.Expr:
    """A contact that neither a queue nor an agent got."""
    alone = _filled("AgentID").is_null() & _wall("SkillsetQueuedStamp").is_null()
    return alone & _wall("ApplicationStartStamp").is_not_null()


def _disorder() -> pl.Expr:
    """Which two times contradict each other, null if none do."""
    return pl.coalesce(
        pl.when(pl.col(later) < pl.col(earlier)).then(pl.lit(f"{second} < {first}"))
        for earlier, later, first, second in _ORDER
    )


def _filled(name: str) -> pl.Expr:
    bare = pl.col(name).str.strip_chars()
    return pl.when(~bare.is_in(_NOBODY)).then(bare)


def _wall(name: str) -> pl.Expr:
    text = pl.col(name).str.slice(0, 19).str.replace("T", " ")
    return pl.when(text >= _EARLIEST).then(text.str.to_datetime(DATE_FORMAT, strict=False))


def _utc(name: str, zone: ZoneInfo) -> pl.Expr:
    # An hour that summer time skipped never was; the clock then showed one hour more.
    moments = [
        _wall(name).dt.offset_by(shift).dt.replace_time_zone(
            zone.key, ambiguous="earliest", non_existent="null"
        )
        for shift in ("0h", "1h")
    ]  # fmt: skip
    return pl.coalesce(moments).dt.convert_time_zone("UTC")
