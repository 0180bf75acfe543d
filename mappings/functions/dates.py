"""Dates and times of 1C, Oracle EBS and Russian documents → instants in UTC (handbook 3.1, 4.1).

Sources write naive local time; the zone is configuration. Sentinels for "no date" become null: year 1
of 1C, and far futures such as 31.12.3999 (1C) and 31.12.4712 (Oracle).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome
from schemas.rows import change_where
from schemas.rowwise.through import through

MOSCOW = "Europe/Moscow"
INSTANT = pl.Datetime("us", "UTC")
_OUTCOME = pl.Struct({VALUE: INSTANT, REASON: pl.String, EVIDENCE: pl.String})
_FIRST_YEAR, _LAST_YEAR, _OPEN_END = 1900, 2200, 3000
_MONTHS = {
    **dict(zip(str.split("янв фев мар апр май мая июн июл авг сен сент окт ноя дек"),
               str.split("01 02 03 04 05 05 06 07 08 09 09 10 11 12"), strict=True)),
    **dict(zip(str.split("jan feb mar apr may jun jul aug sep oct nov dec"),
               str.split("01 02 03 04 05 06 07 08 09 10 11 12"), strict=True)),
}  # fmt: skip
_TIME = r"(?:[t ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:[.,]([0-9]{1,9}))?)?"
_ZONE = r" ?(z|[+-][0-9]{2}:?[0-9]{2})?"
_ISO = rf"^([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}{_ZONE}$"
_RUSSIAN = rf"^([0-9]{{1,2}})[./]([0-9]{{1,2}})[./]([0-9]{{4}}|[0-9]{{2}}){_TIME}{_ZONE}$"
_WORDED = rf"^([0-9]{{1,2}})[- ]([a-zа-я]+)\.?[- ]([0-9]{{4}}|[0-9]{{2}})(?: ?(?:г\.?|года))?{_TIME}{_ZONE}$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{3})?)?(z)?$"
_USUAL = (
    (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$", "%Y-%m-%dT%H:%M:%S"),
    (r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$", "%Y-%m-%d %H:%M:%S"),
)
_EPOCH = r"^/date\((-?[0-9]+)(?:[+-][0-9]{4})?\)/$"


def _year(text: pl.Expr) -> pl.Expr:
    number = text.cast(pl.Int32, strict=False)
    century = pl.when(number < 70).then(2000).otherwise(1900)
    return pl.when(text.str.len_bytes() == 2).then(number + century).otherwise(number)


def _month(text: pl.Expr) -> pl.Expr:
    worded = text.str.slice(0, 3).replace_strict(_MONTHS, default=None, return_dtype=pl.String)
    return pl.coalesce(text.cast(pl.Int8, strict=False), worded.cast(pl.Int8))


def _parts(text: pl.Expr, pattern: str, order: str) -> pl.Expr:
    """Struct y, m, d, H, M, S, us, zone; null where the pattern does not match."""
    groups = text.str.extract_groups(pattern)
    cell = {name: groups.struct.field(str(place)) for place, name in enumerate(order.split(), 1)}
    clock = [cell[n].cast(pl.Int8, strict=False).fill_null(0).alias(n) for n in ("H", "M", "S")]
    fraction = cell["f"].fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int32)
    parts = pl.struct(
        _year(cell["y"]).alias("y"),
        _month(cell["m"]).alias("m"),
        cell["d"].cast(pl.Int8, strict=False).alias("d"),
        *clock,
        fraction.alias("us"),
        cell["z"].alias("zone"),
        (cell["y"].str.len_bytes() == 2).alias("short"),
    )
    return pl.when(cell["y"].is_not_null()).then(parts)


_DAY_FIRST, _YEAR_FIRST = "d m y H M S f z", "y m d H M S f z"


def _local(zone: str) -> pl.Expr:
    wall = pl.col("wall")
    # A time skipped by the spring change of clocks is read an hour later, a repeated one as the first.
    exact = wall.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = wall.dt.offset_by("1h").dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(exact, later).dt.convert_time_zone("UTC")


def _offset_us(zone: pl.Expr) -> pl.Expr:
    digits = zone.str.replace("z", "+0000").str.replace(":", "")
    sign = pl.when(digits.str.starts_with("-")).then(-1).otherwise(1)
    hours, minutes = digits.str.slice(1, 2).cast(pl.Int64), digits.str.slice(3, 2).cast(pl.Int64)
    return sign * (hours * 3600 + minutes * 60) * 1_000_000


def _instant(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Column value from column parts; parts that make no calendar date give null."""
    field = pl.col("parts").struct.field
    valid_clock = (field("H") < 24) & (field("M") < 60) & (field("S") < 60)
    in_range = field("m").is_between(1, 12) & field("d").is_between(1, 31) & valid_clock
    days = field("y").is_between(_FIRST_YEAR, _LAST_YEAR) & in_range
    y, m, d = (pl.when(days).then(field(n)).cast(pl.Int32) for n in ("y", "m", "d"))
    text = pl.format("{}-{}-{}", y, m, d).str.to_date("%Y-%m-%d", strict=False)
    clock = pl.duration(
        hours=field("H"), minutes=field("M"), seconds=field("S"), microseconds=field("us")
    )
    frame = frame.with_columns(wall=text.cast(pl.Datetime("us")) + clock, zone=field("zone"))
    stated = (pl.col("wall").cast(pl.Int64) - _offset_us(pl.col("zone"))).cast(INSTANT)
    value = pl.when(pl.col("zone").is_not_null()).then(stated).otherwise(_local(zone))
    return frame.with_columns(value=value)


def _other_spellings(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    epoch = text.str.extract(_EPOCH, 1).cast(pl.Int64, strict=False) * 1000
    return frame.with_columns(
        parts=pl.coalesce(
            _parts(text, _RUSSIAN, _DAY_FIRST),
            _parts(text, _COMPACT, _YEAR_FIRST),
            _parts(text, _WORDED, _DAY_FIRST),
        ),
        epoch=epoch.cast(INSTANT),
    )


def _solve(cells: pl.Series, zone: str) -> pl.DataFrame:
    """Columns cell, instant, reason, evidence for distinct cells in other than the usual spellings."""
    text = pl.col("text")
    clean = text.str.strip_chars().str.to_lowercase().replace("", None)
    frame = pl.DataFrame({"cell": cells, "text": cells}).with_columns(clean)
    frame = frame.with_columns(
        parts=_parts(text, _ISO, _YEAR_FIRST), epoch=pl.lit(None, dtype=INSTANT)
    )
    odd = frame["text"].is_not_null() & frame["parts"].is_null()
    frame = _instant(change_where(frame, odd, _other_spellings), zone)
    part = pl.col("parts").struct.field
    sentinel = (part("y") <= 1) | (part("y") >= _OPEN_END)
    value = pl.coalesce("value", "epoch")
    missing = text.is_not_null() & value.is_null() & ~sentinel.fill_null(False)
    return frame.select(
        "cell",
        instant=value,
        reason=pl.when(missing).then(pl.lit("date_unreadable")),
        evidence=pl.when(part("short") & value.is_not_null()).then(pl.lit("two_digit_year")),
    )


def _usual(cell: pl.Expr) -> pl.Expr:
    """Wall time of the usual spellings, null for the rest and for years out of range."""
    wall = pl.coalesce(
        pl.when(cell.str.contains(pattern)).then(cell).str.to_datetime(spelling, strict=False)
        for pattern, spelling in _USUAL
    )
    return pl.when(wall.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)).then(wall)


def _read(cells: pl.Series, zone: str) -> pl.Series:
    frame = cells.alias("cell").to_frame().with_columns(wall=_usual(pl.col("cell")))
    frame = frame.with_columns(usual=_local(zone))
    unread = frame.filter(pl.col("usual").is_null() & pl.col("cell").is_not_null())["cell"]
    solved = _solve(unread.unique(maintain_order=True), zone)
    frame = frame.join(solved, on="cell", how="left", maintain_order="left")
    value = pl.coalesce("usual", "instant")
    answer = outcome(value, pl.col(REASON), pl.col(EVIDENCE)).cast(_OUTCOME)
    return frame.select(answer).to_series()


def timestamp(cell: pl.Expr, zone: str = MOSCOW) -> pl.Expr:
    """The instant (UTC) that the text names in `zone`, unless it states an offset of its own.

    Reads ISO, 31.01.2026 12:00, 31 января 2026 г., 31-JAN-26, 20260131120000 and /Date(ms)/.

    >>> pl.select(timestamp(pl.lit("31.01.2026 12:00"))).item()["value"].isoformat()
    '2026-01-31T09:00:00+00:00'
    >>> pl.select(timestamp(pl.lit("0001-01-01T00:00:00"))).item()["value"] is None
    True
    """
    return through(cell.cast(pl.String), lambda cells: _read(cells, zone), _OUTCOME)


def date_1c(cell: pl.Expr, zone: str = MOSCOW) -> pl.Expr:
    """The instant (UTC) of a 1C date; the empty date 0001-01-01 is null.

    >>> pl.select(date_1c(pl.lit("2026-01-31T00:00:00"))).item()["value"].isoformat()
    '2026-01-30T21:00:00+00:00'
    """
    return timestamp(cell, zone)


FUNCTIONS: Mapping[str, Function] = {"timestamp": timestamp, "date_1c": date_1c}
