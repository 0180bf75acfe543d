"""Lines of Communication Manager as rows: fields by the switch's names, times also as instants in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from connectors.avaya import codes
from connectors.avaya.clock import END, IS_DATE, WRONG, Clock, DateOrder, ended, marked
from connectors.avaya.cutting import FITS, LINE, STAMP, as_lines, caller_fields, cut, seconds
from connectors.avaya.layout import Layout
from connectors.files.frames import Part, reject
from schemas.content import content_hash
from schemas.records import CHANGED_AT, DELETED, KEY, no_rejects

_UTC = "%Y-%m-%dT%H:%M:%SZ"
# Numbers of people outside have so many digits.
_LONG = 7
_NUMBER, _WHY = "number", "why"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the lines of one switch are read."""

    layout: Layout
    date_order: DateOrder
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of one log: the number of the first, what is known of the time, a day near to them."""

    raw: Sequence[bytes]
    first: int
    file: str
    clock: Clock | None
    anchor: date


def parsed(lines: Lines, how: Reading) -> tuple[Part, Clock | None]:
    """The calls of some lines, and the clock after them; a line that is none is refused with its text."""
    layout = how.layout
    frame = as_lines(lines.raw).with_columns(pl.int_range(pl.len()).alias(_NUMBER))
    frame = cut(marked(frame.filter(pl.col(LINE) != ""), how.date_order), layout)
    header = pl.lit(layout.header) & (pl.col(_NUMBER) + lines.first == 1)
    misfits = frame.filter(~pl.col(FITS) & ~pl.col(IS_DATE) & ~header)
    sound = frame.filter(pl.col(FITS) | pl.col(IS_DATE))
    told, clock = ended(sound, layout, lines.clock, lines.anchor, how.zone)
    told = told.with_columns(seconds(layout).alias(codes.SECONDS))
    judged = told.with_columns(_why().alias(_WHY))
    calls = judged.filter(pl.col(_WHY).is_null() & ~pl.col(IS_DATE))
    refused = [_refused(misfits, pl.lit("layout_misfit"), lines)]
    refused.append(_refused(judged.filter(pl.col(_WHY).is_not_null()), pl.col(_WHY), lines))
    return Part(_rows(calls, how), pl.concat(refused)), clock


def _why() -> pl.Expr:
    """Why a line of the right shape is no call that can be told; null for calls and date records."""
    return (
        pl.when(pl.col(IS_DATE)).then(pl.when(pl.col(WRONG)).then(pl.lit("date_record_odd")))
        .when(pl.col(codes.SECONDS).is_null()).then(pl.lit("length_unknown"))
        .when(pl.col(END).is_null()).then(pl.lit("date_unknown"))
    )  # fmt: skip


def _refused(frame: pl.DataFrame, why: pl.Expr, lines: Lines) -> pl.DataFrame:
    told = frame.select(_NUMBER, LINE, why.alias(_WHY)).iter_rows()
    found = [
        reject(reason, f"{lines.file}:{lines.first + number}", [line[:2000]])
        for number, line, reason in told
    ]
    return pl.concat([no_rejects(), *found])


def _rows(frame: pl.DataFrame, how: Reading) -> pl.DataFrame:
    begun = pl.col(END) - pl.duration(seconds=pl.col(codes.SECONDS))
    told = frame.with_columns(codes.code(how.layout).alias(codes.CODE)).with_columns(
        codes.outcome().alias(codes.OUTCOME), begun.alias("@start")
    )
    ring = pl.col(codes.CODE) == codes.RING
    answer = pl.when(ring).then(END).otherwise("@start")
    told = told.with_columns(
        pl.when(pl.col(codes.OUTCOME) == "answered").then(answer).alias("@answer")
    )
    told = told.with_columns(_caller(how.layout).alias("@caller"))
    told = told.with_columns(_devices(how.layout))
    end = instant(pl.col(END), how.zone)
    return told.select(
        LINE,
        pl.col(STAMP).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"),
        *how.layout.columns,
        codes.CODE,
        codes.OUTCOME,
        pl.col(codes.SECONDS).cast(pl.String),
        _linked(how.layout).alias("@linked"),
        "@caller",
        "@from",
        "@to",
        "@trunk",
        "@way",
        *(instant(pl.col(n), how.zone).dt.strftime(_UTC).alias(n) for n in ("@start", "@answer")),
        end.dt.strftime(_UTC).alias("@end"),
        _key(frame).alias(KEY),
        end.alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    ).unique(subset=KEY, keep="first", maintain_order=True)


def _linked(layout: Layout) -> pl.Expr:
    """The universal call id, which all records of a call share; zeros say that there is none."""
    if "ucid" not in layout.columns:
        return pl.lit(None, pl.String)
    return pl.when(pl.col("ucid").str.contains("[1-9]")).then("ucid")


def _key(frame: pl.DataFrame) -> pl.Expr:
    """When the call ended and what its line says: a line that came twice is one record."""
    hashed = content_hash(frame.schema, [LINE]).reinterpret(signed=False)
    return pl.format("{}-{}", pl.col(END).dt.strftime("%Y%m%dT%H%M"), hashed)


def _devices(layout: Layout) -> list[pl.Expr]:
    """`@from` and `@to`: what stood at the two ends, a line or an extension; the line and the way.

    The name of a line ends in a mark that is the same for all calls between the same numbers on it: by
    that the parts of one call find each other.
    """
    caller = pl.col("@caller")
    from_outside, to_outside = _ways(layout)
    inner = _circuit(layout, "in-trk-code", "in-crt-id")
    outer = _circuit(layout, "code-used", "out-crt-id")
    between = pl.Schema({"@caller": pl.String(), "dialed-num": pl.String()})
    number = content_hash(between, list(between)).reinterpret(signed=False) % 10**8
    mark = number.cast(pl.String).str.zfill(8)
    return [
        pl.when(from_outside).then(_line(inner, mark)).otherwise(caller).alias("@from"),
        pl.when(to_outside).then(_line(outer, mark)).otherwise("dialed-num").alias("@to"),
        pl.when(from_outside).then(inner).when(to_outside).then(outer).alias("@trunk"),
        pl.when(to_outside & ~from_outside).then(pl.lit("outbound")).alias("@way"),
    ]


def _ways(layout: Layout) -> tuple[pl.Expr, pl.Expr]:
    """Whether a call came through a line, and whether it left through one.

    Codes that tell neither leave it to the circuits and to which of the numbers is long.
    """
    code, caller = pl.col(codes.CODE), pl.col("@caller")
    neither = code.is_in(codes.EITHER_WAY)
    circuits = {
        name: pl.col(name).is_not_null() if name in layout.columns else pl.lit(value=False)
        for name in ("in-crt-id", "out-crt-id")
    }
    came = neither & (caller.str.len_chars() >= _LONG)
    left = neither & ~came & (pl.col("dialed-num").str.len_chars() >= _LONG)
    return (
        (code.is_in(codes.FROM_OUTSIDE) | came | circuits["in-crt-id"]).fill_null(value=False),
        (code.is_in(codes.TO_OUTSIDE) | left | circuits["out-crt-id"]).fill_null(value=False),
    )


def _line(circuit: pl.Expr, mark: pl.Expr) -> pl.Expr:
    return pl.concat_str([pl.lit("trunk/"), circuit, pl.lit("-"), mark])


def _caller(layout: Layout) -> pl.Expr:
    """The calling number; where a field tells the number or else the trunk, a trunk is nobody."""
    told = [pl.lit(None, pl.String), *(pl.col(name) for name in caller_fields(layout))]
    found = pl.coalesce(told)
    trunk = found.str.contains(r"^[#*]")
    if "in-trk-code" in layout.columns:
        trunk = trunk | (found == pl.col("in-trk-code")).fill_null(value=False)
    return pl.when(~trunk).then(found)


def _circuit(layout: Layout, trunk: str, circuit: str) -> pl.Expr:
    parts = [
        pl.col(name).fill_null("") if name in layout.columns else pl.lit("")
        for name in (trunk, circuit)
    ]
    return pl.concat_str(parts, separator=":")


def instant(wall: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """A local time as an instant; one that clocks set forward leave out is taken an hour later."""
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    later = wall.dt.offset_by("1h").dt.replace_time_zone(
        zone.key, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(local, later).dt.convert_time_zone("UTC")
