"""SMDR records as rows: one per segment of a call, each with the moments at which it began and ended.

All segments of a call tell the start of the call; the second begins when the first is over. Until a record
says that nothing continues it, how far its call has come is carried on to the next lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from connectors.avaya.cutting import LINE, STAMP, as_lines
from connectors.avaya.ipoffice.settings import NEEDED
from connectors.avaya.records import instant
from connectors.files.frames import Part, reject
from schemas.content import content_hash
from schemas.records import CHANGED_AT, DELETED, KEY, no_rejects

LINKED = "@linked"
_CLOCK = r"^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])$"
_UTC = "%Y-%m-%dT%H:%M:%SZ"
_LENGTHS = ("Ring Time", "Connected Time", "Hold Time", "Park Time")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a line, how the start of a call is written, and the office's zone."""

    columns: tuple[str, ...]
    start: str
    zone: ZoneInfo


def segments(
    raw: Sequence[bytes], first: int, file: str, form: Form, carried: str
) -> tuple[Part, str]:
    """The segments of some lines, and what is to be carried on of calls that are not over."""
    frame = as_lines(raw).with_columns(pl.int_range(pl.len()).alias("number"))
    cut = _cut(frame.filter(pl.col(LINE) != ""), form)
    header = pl.col("Call Start") == "Call Start"
    misfits = cut.filter(~pl.col("fits") & ~header.fill_null(value=False))
    placed, carry = _placed(cut.filter("fits"), json.loads(carried or "{}"))
    refused = [
        reject("layout_misfit", f"{file}:{first + number}", [line[:2000]])
        for number, line in misfits.select("number", LINE).iter_rows()
    ]
    return Part(_rows(placed, form), pl.concat([no_rejects(), *refused])), carry


def _cut(frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    parts = pl.col(LINE).str.split(",")
    cells = [
        parts.list.get(at, null_on_oob=True).str.strip_chars(' "').alias(name)
        for at, name in enumerate(form.columns)
    ]
    told = frame.with_columns(parts.list.len().alias("parts"), *cells)
    begun = pl.col("Call Start").str.to_datetime(form.start, strict=False, time_unit="us")
    lengths = [_seconds(name).alias(f"s:{name}") for name in _LENGTHS]
    told = told.with_columns(begun.alias("begun"), *lengths)
    fits = pl.all_horizontal(
        pl.col("parts").is_between(len(NEEDED), len(form.columns)),
        pl.col("begun").is_not_null(),
        *(pl.col(f"s:{name}").is_not_null() for name in _LENGTHS),
        pl.col("Direction").is_in(["I", "O", "L"]),
        pl.col("Call ID").str.contains(r"^[0-9]+$"),
        pl.col("Continuation").is_in(["0", "1"]),
        ~pl.col(LINE).str.contains(r"[\x00-\x08\x0b-\x1f]"),
    )
    return told.with_columns(fits.fill_null(value=False).alias("fits"))


def _seconds(name: str) -> pl.Expr:
    """Whole seconds of H:MM:SS or of a number; an empty cell is none."""
    cell = pl.col(name).fill_null("")
    parts = [cell.str.extract(_CLOCK, n).cast(pl.Int64) for n in (1, 2, 3)]
    clock = parts[0] * 3600 + parts[1] * 60 + parts[2]
    plain = pl.when(cell == "").then(0).otherwise(cell.cast(pl.Int64, strict=False))
    return pl.coalesce(clock, plain)


def _placed(frame: pl.DataFrame, before: Mapping[str, int]) -> tuple[pl.DataFrame, str]:
    """`frame` with `from`, the seconds into its call at which a segment begins, and what is carried on."""
    whole = pl.sum_horizontal(f"s:{name}" for name in _LENGTHS)
    told = frame.with_columns(
        pl.concat_str("Call ID", "Call Start", separator="|").alias(LINKED), whole.alias("whole")
    ).unique([LINE], keep="first", maintain_order=True)
    known = pl.col(LINKED).replace_strict(dict(before), default=0, return_dtype=pl.Int64)
    ends = pl.col("whole").cum_sum().over(LINKED) + known
    placed = told.with_columns((ends - pl.col("whole")).alias("from"), ends.alias("to"))
    last = placed.unique(LINKED, keep="last", maintain_order=True)
    over = last.filter(pl.col("Continuation") == "0")[LINKED]
    open_ = last.filter(pl.col("Continuation") == "1").select(LINKED, "to").rows()
    carry = {name: at for name, at in before.items() if name not in set(over)} | dict(open_)
    return placed, json.dumps(carry, separators=(",", ":")) if carry else ""


def _rows(frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    begun = pl.col("begun") + pl.duration(seconds=pl.col("from"))
    rung = begun + pl.duration(seconds=pl.col("s:Ring Time"))
    answered = pl.col("s:Connected Time") > 0
    end = pl.col("begun") + pl.duration(seconds=pl.col("to"))
    moments = {"@start": begun, "@answer": pl.when(answered).then(rung), "@end": end}
    hashed = content_hash(frame.schema, [LINE]).reinterpret(signed=False)
    held = pl.col("s:Hold Time") + pl.col("s:Park Time")
    return frame.select(
        LINE,
        pl.col(STAMP).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"),
        *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in form.columns),
        LINKED,
        *(instant(at, form.zone).dt.strftime(_UTC).alias(name) for name, at in moments.items()),
        pl.when(answered).then(pl.lit("answered")).otherwise(pl.lit("no_answer")).alias("@outcome"),
        held.cast(pl.String).alias("@hold"),
        *_ends(),
        pl.format("{}|{}", LINKED, hashed).alias(KEY),
        instant(end, form.zone).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )


def _ends() -> list[pl.Expr]:
    """Who took part: the line to the outside, who was rung, and which way it went.

    Voice mail and conferences (V) are no persons: nobody was reached.
    """
    inward = pl.col("Direction") == "I"
    inside = (pl.col("Is Internal") == "1") | (pl.col("Direction") == "L")
    device = pl.when(inward).then("Party1Device").otherwise("Party2Device")
    number = device.str.extract(r"^(?:E|Extn)([0-9]+)$")
    trunk = pl.when(inward).then("Party2Device").otherwise("Party1Device")
    called = pl.coalesce(number, "Called Number", "Dialled Number")
    reached = ~device.str.starts_with("V").fill_null(value=False)
    way = (
        pl.when(inside).then(pl.lit("internal")).when(inward).then(pl.lit("inbound"))
        .otherwise(pl.lit("outbound"))
    )  # fmt: skip
    return [
        pl.when(reached).then(called).alias("@to"),
        pl.when(inward & ~inside).then(trunk).when(~inside).then("Party2Device").alias("@trunk"),
        way.alias("@way"),
        pl.when(reached & inward).then(number).alias("@agent"),
    ]
