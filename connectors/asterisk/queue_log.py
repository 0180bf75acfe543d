"""The queue log as rows: fields by the names of Asterisk's table, what they mean beside them.

`time|callid|queue|agent|EVENT|data1|…`: which of the data are seconds of what depends on the event
(handbook 5.2), so the meaning stands in columns that begin with `@`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from connectors.files.frames import Part, reject
from schemas.content import content_key
from schemas.records import CHANGED_AT, DELETED, KEY, no_rejects

DATA = ("data1", "data2", "data3", "data4", "data5")
FIELDS = ("time", "callid", "queuename", "agent", "event", *DATA)
_LINE = re.compile(rb"[0-9]{9,11}(?:\.[0-9]+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z]+(?:\||$)")
_INSTANT = pl.Datetime("us", "UTC")
# Which field of which event holds it; ring times are milliseconds where they stand alone.
WAITED: Mapping[str, str] = MappingProxyType(
    {
        "CONNECT": "data1", "ABANDON": "data3", "EXITWITHTIMEOUT": "data3", "EXITEMPTY": "data3",
        "EXITWITHKEY": "data4", "COMPLETEAGENT": "data1", "COMPLETECALLER": "data1",
        "BLINDTRANSFER": "data3", "ATTENDEDTRANSFER": "data3",
    }
)  # fmt: skip
TALKED: Mapping[str, str] = MappingProxyType(
    {"COMPLETEAGENT": "data2", "COMPLETECALLER": "data2", "BLINDTRANSFER": "data4", "ATTENDEDTRANSFER": "data4"}
)  # fmt: skip
_PAUSES = ("PAUSE", "PAUSEALL", "UNPAUSE", "UNPAUSEALL")


def parsed_queue_log(lines: Sequence[bytes], first: int, file: str) -> Part:
    """The events of some lines; a line that is none is refused with its number and its text."""
    sound = [line for line in lines if _LINE.match(line)]
    refused = [
        reject(
            "line_unreadable", f"{file}:{number}", [line.decode(errors="backslashreplace")[:2000]]
        )
        for number, line in enumerate(lines, first)
        if line.strip() and not _LINE.match(line)
    ]
    text = pl.Series("line", [line.decode(errors="backslashreplace") for line in sound], pl.String)
    parts = text.str.split("|").list
    rows = pl.DataFrame(
        [parts.get(n, null_on_oob=True).alias(name) for n, name in enumerate(FIELDS)]
    )
    return Part(enveloped(rows), pl.concat([no_rejects(), *refused]))


def enveloped(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `FIELDS` (text) with their meaning and the envelope; equal rows are one."""
    told = rows.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
    moment = _moment(pl.col("time"))
    event = pl.col("event")
    return told.with_columns(
        content_key(told.schema, FIELDS).alias(KEY),
        moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias("@at"),
        _by_event(WAITED).alias("@waited"),
        _by_event(TALKED).alias("@talked"),
        _rang().alias("@rang"),
        _unless(pl.col("callid"), "NONE", "REALTIME", "MANAGER").alias("@call"),
        _unless(pl.col("queuename"), "NONE").alias("@queue"),
        _unless(pl.col("agent"), "NONE").alias("@agent"),
        pl.when(event.is_in(_PAUSES)).then("data1").alias("@reason"),
        pl.when(event == "ENTERQUEUE").then("data2").alias("@number"),
        moment.alias(CHANGED_AT),
        pl.lit(False).alias(DELETED),
    ).unique(KEY, keep="first", maintain_order=True)


def _moment(time: pl.Expr) -> pl.Expr:
    """Seconds since 1970 in the file, a date in UTC or seconds in the table."""
    seconds = time.cast(pl.Float64, strict=False)
    counted = (
        (seconds * 1_000_000)
        .round()
        .cast(pl.Int64)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    written = time.str.to_datetime(strict=False, time_unit="us", time_zone="UTC")
    return pl.coalesce(counted, written).cast(_INSTANT)


def _by_event(places: Mapping[str, str]) -> pl.Expr:
    chosen = [pl.when(pl.col("event") == event).then(place) for event, place in places.items()]
    return pl.coalesce(chosen)


def _rang() -> pl.Expr:
    """Milliseconds of a phone that rang in vain, seconds of one that was answered; told in seconds."""
    vain = (pl.col("data1").cast(pl.Int64, strict=False) // 1000).cast(pl.String)
    taken = pl.when(pl.col("event") == "CONNECT").then("data3")
    return (
        pl.when(pl.col("event").is_in(["RINGNOANSWER", "RINGCANCELED"])).then(vain).otherwise(taken)
    )


def _unless(value: pl.Expr, *nobody: str) -> pl.Expr:
    return pl.when(~value.is_in(list(nobody))).then(value)


def table_fields(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table, whatever of it the site has, with the columns of `FIELDS`.

    An older table holds the data of an event in one column, `data`, divided by `|`.
    """
    told = rows
    if "data" in rows.columns and "data1" not in rows.columns:
        parts = pl.col("data").str.split("|").list
        told = rows.with_columns(
            parts.get(n, null_on_oob=True).alias(d) for n, d in enumerate(DATA)
        )
    lacking = [pl.lit(None, pl.String).alias(name) for name in FIELDS if name not in told.columns]
    return told.with_columns(lacking).select(FIELDS)
