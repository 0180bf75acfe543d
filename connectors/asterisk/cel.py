"""Channel events as rows, by the names of cel_custom as Asterisk ships it; the table's names are told as those."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl

from connectors.files.frames import Part, reject
from schemas.content import content_key
from schemas.records import CHANGED_AT, DELETED, KEY, no_rejects

FIELDS = (
    "eventtype", "eventtime", "cidname", "cidnum", "ani", "rdnis", "dnid", "exten", "context",
    "channame", "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "bridgepeer",
    "userfield", "userdeftype", "eventextra",
)  # fmt: skip
OF_TABLE: Mapping[str, str] = MappingProxyType(
    {
        "cid_name": "cidname", "cid_num": "cidnum", "cid_ani": "ani", "cid_rdnis": "rdnis",
        "cid_dnid": "dnid", "peer": "bridgepeer", "extra": "eventextra",
    }
)  # fmt: skip
_INSTANT = pl.Datetime("us", "UTC")
_STATUS = r'"dialstatus" *: *"([A-Z]+)"'


def parsed_cel(lines: Sequence[bytes], first: int, file: str, zone: ZoneInfo) -> Part:
    """The events of some lines; a line that is none is refused with its number and its text."""
    sound: list[list[str]] = []
    refused = []
    for number, line in enumerate(lines, first):
        text = line.decode(errors="backslashreplace")
        fields = _fields(text)
        if _is_event(fields):
            sound.append([*fields, *[""] * (len(FIELDS) - len(fields))][: len(FIELDS)])
        elif text.strip():
            refused.append(reject("line_unreadable", f"{file}:{number}", [text[:2000]]))
    rows = pl.DataFrame(sound, schema=dict.fromkeys(FIELDS, pl.String()), orient="row")
    return Part(enveloped_cel(rows, zone), pl.concat([no_rejects(), *refused]))


def _fields(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def _is_event(fields: Sequence[str]) -> bool:
    return (
        len(fields) >= FIELDS.index("linkedid") + 1 and bool(fields[0]) and fields[1][:1].isdigit()
    )


def enveloped_cel(rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Rows (text, `FIELDS` or the names of the table) with moment, status and envelope; equal rows are one."""
    named = rows.rename({name: ours for name, ours in OF_TABLE.items() if name in rows.columns})
    lacking = [pl.lit(None, pl.String).alias(name) for name in FIELDS if name not in named.columns]
    told = named.with_columns(lacking).select(FIELDS)
    told = told.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
    moment = _moment(pl.col("eventtime"), zone)
    data = pl.col("appdata").fill_null("")
    return told.with_columns(
        content_key(told.schema, FIELDS).alias(KEY),
        moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias("@at"),
        pl.col("eventextra").str.extract(_STATUS).alias("@status"),
        pl.concat_str("appname", pl.lit("("), data, pl.lit(")")).alias("@application"),
        moment.alias(CHANGED_AT),
        pl.lit(False).alias(DELETED),
    ).unique(KEY, keep="first", maintain_order=True)


def _moment(time: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    counted = (time.cast(pl.Float64, strict=False) * 1_000_000).round().cast(pl.Int64)
    since = counted.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    wall = time.str.to_datetime(strict=False, time_unit="us")
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return pl.coalesce(since, local.dt.convert_time_zone("UTC")).cast(_INSTANT)
