"""Lines of cdr_csv and cdr_custom as rows: fields by Asterisk's names, times also as instants in UTC."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from connectors.asterisk.settings import BY_WIDTH
from connectors.files.frames import Part, reject
from schemas.content import content_key
from schemas.records import CHANGED_AT, DELETED, KEY, no_rejects

TIMES = ("start", "answer", "end", "queued")
_FORMAT = "%Y-%m-%d %H:%M:%S"
_INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a line in order, empty where their number tells them, and the zone of the times."""

    columns: tuple[str, ...]
    zone: ZoneInfo


def parsed(lines: Sequence[bytes], first: int, file: str, layout: Layout) -> Part:
    """The call records of some lines; a line that is none is refused with its number and its text."""
    whole = _at_once(lines, layout)
    if whole is not None:
        return Part(_enveloped(whole, layout.zone))
    rows, refused = [], []
    for number, line in enumerate(lines, first):
        text = line.decode(errors="backslashreplace")
        fields = _fields(text)
        names = _names(layout, len(fields))
        if names is not None and _is_call(row := dict(zip(names, fields, strict=True))):
            rows.append(row)
        elif text.strip():
            refused.append(reject("line_unreadable", f"{file}:{number}", [text[:2000]]))
    return Part(_enveloped(_frame(rows), layout.zone), pl.concat([no_rejects(), *refused]))


def _at_once(lines: Sequence[bytes], layout: Layout) -> pl.DataFrame | None:
    """All lines as one table; None if any of them is not like the others."""
    try:
        frame = pl.read_csv(
            io.BytesIO(b"\n".join(lines)),
            has_header=False,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    names = _names(layout, frame.width)
    if names is None or frame.height != len(lines):
        return None
    frame.columns = list(names)
    calls = frame.select(
        pl.col("start").str.to_datetime(_FORMAT, strict=False).is_not_null()
        & pl.col("end").str.to_datetime(_FORMAT, strict=False).is_not_null()
    ).to_series()
    return frame if calls.all() else None


def _names(layout: Layout, width: int) -> tuple[str, ...] | None:
    if layout.columns:
        return layout.columns if len(layout.columns) == width else None
    return BY_WIDTH.get(width)


def _fields(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def _is_call(row: dict[str, str]) -> bool:
    return all(_is_moment(row[name]) for name in ("start", "end"))


def _is_moment(text: str) -> bool:
    parsed = pl.Series([text]).str.to_datetime(_FORMAT, strict=False)
    return parsed.null_count() == 0


def _frame(rows: Sequence[dict[str, str]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(BY_WIDTH[16])
    table = {name: [row.get(name) for row in rows] for name in names}
    return pl.DataFrame(table, schema=dict.fromkeys(names, pl.String()))


def _enveloped(frame: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    told = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
    keyed = told.with_columns(_key(told).alias(KEY))
    times = [name for name in TIMES if name in keyed.columns]
    timed = keyed.with_columns(_utc(name, zone).alias(f"@{name}") for name in times)
    end = pl.col("@end").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us")
    return timed.with_columns(
        end.dt.replace_time_zone("UTC").cast(_INSTANT).alias(CHANGED_AT),
        pl.lit(False).alias(DELETED),
    ).unique(maintain_order=True)


def told_by_table(rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Rows of a `cdr` table as rows of a log: what its columns leave out follows from the others.

    `calldate` is the start; the end is the start and `duration`, the answer the end less `billsec`.
    """
    begun = pl.coalesce([name for name in ("start", "calldate") if name in rows.columns])
    told = rows.with_columns(_wall(begun).alias("start"))
    start = pl.col("start").str.to_datetime(_FORMAT, strict=False)
    length = pl.col("duration").cast(pl.Int64, strict=False)
    spoken = pl.col("billsec").cast(pl.Int64, strict=False)
    ended = (start + pl.duration(seconds=length)).dt.strftime(_FORMAT)
    taken = (start + pl.duration(seconds=length - spoken)).dt.strftime(_FORMAT)
    taken = pl.when(pl.col("disposition") == "ANSWERED").then(taken)
    for name, follows in (("end", ended), ("answer", taken)):
        own = _wall(pl.col(name)) if name in told.columns else pl.lit(None, pl.String)
        told = told.with_columns(pl.coalesce(own, follows).alias(name))
    return _enveloped(told.drop("calldate", "id", strict=False), zone)


def told_live(rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Records heard of the manager interface, by the names of a log, with envelope."""
    return _enveloped(rows, zone)


def _wall(time: pl.Expr) -> pl.Expr:
    """A moment to the second; a date of zeros is none."""
    return pl.when(~time.str.starts_with("0000")).then(time.str.slice(0, 19).str.replace("T", " "))


def _key(frame: pl.DataFrame) -> pl.Expr:
    """uniqueid, linkedid and sequence; without a sequence the content, for one call has several rows.

    Per-account files repeat rows of Master.csv: equal keys make them one record.
    """
    numbered = all(name in frame.columns for name in ("uniqueid", "sequence"))
    names = ("uniqueid", "linkedid", "sequence") if numbered else ("uniqueid",)
    parts = [pl.col(name) for name in names if name in frame.columns]
    hashed = content_key(frame.schema, frame.columns)
    return pl.concat_str(parts if numbered else [*parts, hashed], separator="|", ignore_nulls=True)


def _utc(name: str, zone: ZoneInfo) -> pl.Expr:
    wall = pl.col(name).str.to_datetime(_FORMAT, strict=False, time_unit="us")
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    later = wall.dt.offset_by("1h").dt.replace_time_zone(
        zone.key, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(local, later).dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
