"""When a call was: the switch writes HHMM of its end, and the date only now and then (handbook 5.4).

A date record comes when a link is made and at midnight. What follows it belongs to that date; a time that
jumps back by more than half a day without one belongs to the next day, one that jumps forward by almost a
day is a late record of the day before. The year is the one that brings a date nearest to the last known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from connectors.avaya.cutting import LINE, STAMP
from connectors.avaya.layout import Layout

DateOrder = Literal["month_first", "day_first"]
IS_DATE, END, WRONG = "is_date", "@ended", "wrong_date"
_WITH_TIME = r"^ *(\d\d):(\d\d) (\d\d)/(\d\d)$"
_BARE = r"^ *(\d\d)(\d\d)$"
# A record may come this many minutes after its call ended.
_HALF, _DAY, _LATE = 720, 1440, 15
_FORMAT = "%Y%m%dT%H%M"


@dataclass(frozen=True, slots=True)
class Clock:
    """What a link knows of the time: a date, and the minute of the day if any (-1: not known)."""

    day: date
    minute: int = -1

    @classmethod
    def loads(cls, note: str) -> Clock | None:
        """The clock that `str` wrote; None of an empty text."""
        if not note:
            return None
        day, _, minute = note.partition("T")
        return cls(date.fromisoformat(day), int(minute or -1))

    def __str__(self) -> str:
        return f"{self.day:%Y%m%d}" + (f"T{self.minute}" if self.minute >= 0 else "")


def marked(frame: pl.DataFrame, order: DateOrder) -> pl.DataFrame:
    """`frame` with `is_date` and the parts of date records: `month`, `day`, `minute` (-1: not told)."""
    line = pl.col(LINE)
    timed = line.str.extract_groups(_WITH_TIME)
    bare = line.str.extract_groups(_BARE)
    parts = [pl.coalesce(timed.struct[n + 2], bare.struct[n]).cast(pl.Int64) for n in (0, 1)]
    first, second = parts if order == "month_first" else parts[::-1]
    hours, minutes = (timed.struct[n].cast(pl.Int64) for n in (0, 1))
    return frame.with_columns(
        first.is_not_null().alias(IS_DATE),
        first.alias("month"),
        second.alias("day"),
        (hours * 60 + minutes).fill_null(-1).alias("minute"),
    )


def ended(
    frame: pl.DataFrame, layout: Layout, clock: Clock | None, anchor: date, zone: ZoneInfo
) -> tuple[pl.DataFrame, Clock | None]:
    """`frame` (marked and cut) with `@ended`, the local end of each call, and the clock after it.

    `@ended` is null where no date is known. `anchor` is a day near to which the year is sought.
    """
    if layout.dated:
        at = pl.col("time").str.to_time(layout.time, strict=False)
        day = pl.col("date").str.to_date(layout.date, strict=False)
        wrong = pl.lit(value=False).alias(WRONG)
        return frame.with_columns(day.dt.combine(at).alias(END), wrong), clock
    if frame.is_empty():
        nothing = pl.lit(None, pl.Datetime("us")).alias(END)
        return frame.with_columns(nothing, pl.lit(value=False).alias(WRONG)), clock
    if "time" not in layout.columns:
        local = pl.col(STAMP).dt.convert_time_zone(zone.key).dt.replace_time_zone(None)
        return frame.with_columns(local.alias(END), pl.lit(value=False).alias(WRONG)), clock
    return _by_state(frame, layout, clock, anchor, zone)


def _by_state(
    frame: pl.DataFrame, layout: Layout, clock: Clock | None, anchor: date, zone: ZoneInfo
) -> tuple[pl.DataFrame, Clock | None]:
    at = pl.col("time").str.to_time(layout.time, strict=False)
    timed = frame.with_columns(
        (at.dt.hour().cast(pl.Int64) * 60 + at.dt.minute()).alias("clock"),
        pl.col(IS_DATE).cum_sum().alias("part"),
        pl.col(STAMP).dt.convert_time_zone(zone.key).dt.replace_time_zone(None).alias("local"),
    )
    begins, wrong = _begins(timed, clock, anchor)
    told = _unwrapped(timed.join(begins, on="part", how="left", maintain_order="left"))
    by_arrival = _by_arrival()
    moment = pl.col("from").cast(pl.Datetime("us")) + pl.duration(
        days=pl.col("turn"), minutes=pl.col("clock")
    )
    ahead = moment > pl.col("local") + pl.duration(minutes=_LATE)
    sound = pl.when(~ahead.fill_null(value=False)).then(moment)
    dated = told.with_columns(
        pl.coalesce(sound, by_arrival).alias(END),
        pl.int_range(pl.len()).is_in(wrong).alias(WRONG),
    )
    return dated.drop("clock", "local", "from", "at", "turn"), _after(dated, begins)


def _by_arrival() -> pl.Expr:
    """The end nearest before a line came: what is left while the link has told no date."""
    today = pl.col("local").dt.truncate("1d") + pl.duration(minutes=pl.col("clock"))
    ahead = today > pl.col("local") + pl.duration(minutes=_LATE)
    return pl.when(ahead).then(today - pl.duration(days=1)).otherwise(today)


def _unwrapped(frame: pl.DataFrame) -> pl.DataFrame:
    """`turn`: how many midnights lie between the date of a part and each of its calls."""
    calls = pl.col("clock").is_not_null() & ~pl.col(IS_DATE)
    known = pl.when(calls).then("clock").forward_fill().over("part")
    before = known.shift(1).over("part")
    opens = (
        pl.when(pl.col("at") < 0).then(0)
        .otherwise(_midnights(pl.col("clock") - pl.col("at")))
    )  # fmt: skip
    turns = pl.when(before.is_null()).then(opens).otherwise(_midnights(pl.col("clock") - before))
    counted = pl.when(calls).then(turns).fill_null(0).cum_sum().over("part")
    return frame.with_columns(counted.alias("turn"))


def _midnights(step: pl.Expr) -> pl.Expr:
    """Midnights between two calls that follow one another, by the minutes from one to the next."""
    return pl.when(step < -_HALF).then(1).when(step > _DAY - _LATE).then(-1).otherwise(0)


def _begins(
    frame: pl.DataFrame, clock: Clock | None, anchor: date
) -> tuple[pl.DataFrame, list[int]]:
    """Each part's date and minute, and which date records tell no date in the order that is set."""
    told = [] if clock is None else [(0, clock.day, clock.minute)]
    wrong, last = [], clock
    for row, record in _records(frame):
        part, month, day, minute, local = record
        found = nearest(month, day, last.day if last else (local.date() if local else anchor))
        if found is None or _is_odd(found, last, local):
            wrong.append(row)
            last = None
            continue
        last = Clock(found, _minute(minute, found, last, local))
        told.append((part, last.day, last.minute))
    schema = {"part": frame.schema["part"], "from": pl.Date(), "at": pl.Int64()}
    return pl.DataFrame(told, schema=schema, orient="row"), wrong


def _is_odd(day: date, last: Clock | None, local: datetime | None) -> bool:
    """Whether a date record goes back within its link, or tells a day that has not come yet."""
    one = timedelta(days=1)
    back = last is not None and day < last.day - one
    return back or (local is not None and day > local.date() + one)


_Record = tuple[int, int, int, int, datetime | None]


def _records(frame: pl.DataFrame) -> Iterator[tuple[int, _Record]]:
    dates = frame.with_row_index("row").filter(IS_DATE)
    for row, *record in dates.select("row", "part", "month", "day", "minute", "local").iter_rows():
        yield row, tuple(record)


def _minute(minute: int, day: date, last: Clock | None, local: datetime | None) -> int:
    """The minute a date record was written at: as it says, as it came, or midnight of a new day."""
    if minute >= 0:
        return minute
    if local is not None and local.date() == day:
        return local.hour * 60 + local.minute
    if last is None:
        return -1
    return 0 if last.day < day else last.minute


def nearest(month: int, day: int, to: date) -> date | None:
    """The date with this month and day nearest to another; None if there is none."""
    found = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda one: abs(one - to), default=None)


def _after(frame: pl.DataFrame, begins: pl.DataFrame) -> Clock | None:
    last = frame["part"][-1]
    begun = begins.filter(pl.col("part") == last)
    if begun.is_empty():
        return None
    calls = frame.filter((pl.col("part") == last) & ~pl.col(IS_DATE) & pl.col(END).is_not_null())
    if calls.is_empty():
        _, day, minute = begun.row(0)
        return Clock(day, minute)
    end = calls[END][-1]
    return Clock(end.date(), end.hour * 60 + end.minute)
