"""Working time, columnar: when so many working hours are over, and whether a moment is one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from config.working_time import WEEKDAYS, WorkingTime

_MOMENT = pl.Datetime("us", "UTC")
_SPARE = 60  # days beyond the last deadline by weekdays alone, for holidays on its way


def with_due(frame: pl.DataFrame, since: str, hours: pl.Expr, told: WorkingTime) -> pl.DataFrame:
    """`frame` with `due`: when so many working hours after `since` are over, to the minute; null where either is.

    What comes outside working hours begins to count with the next working hour.
    """
    asked = frame.with_columns(
        (hours * 60).round().cast(pl.Int64).alias("@minutes"),
        pl.int_range(pl.len()).alias("@row"),
    )
    known = asked.filter(pl.col(since).is_not_null() & pl.col("@minutes").is_not_null())
    if known.is_empty():
        return frame.with_columns(pl.lit(None, _MOMENT).alias("due"))
    spans = _spans(known[since], known["@minutes"].max(), told)  # type: ignore[arg-type]  # whole numbers
    begun = known.sort(since).join_asof(
        spans, left_on=since, right_on="begins", strategy="backward"
    )
    inside = (pl.col(since) - pl.col("begins")).dt.total_minutes().clip(0, pl.col("length"))
    target = begun.with_columns((pl.col("before") + inside + pl.col("@minutes")).alias("@target"))
    ends = spans.select("begins", (pl.col("before") + 1).alias("@first"), "before")
    due = (
        target.select("@row", "@target").sort("@target")
        .join_asof(ends, left_on="@target", right_on="@first", strategy="backward")
        .select(
            "@row",
            (pl.col("begins") + pl.duration(minutes=pl.col("@target") - pl.col("before"))).alias("due"),
        )
    )  # fmt: skip
    told_due = asked.join(due, on="@row", how="left", maintain_order="left")
    return told_due.drop("@minutes", "@row")


def with_hours(frame: pl.DataFrame, at: str, told: WorkingTime) -> pl.DataFrame:
    """`frame` with `hours` (working or outside) and `weekday` (mon to sun) of the moments in column `at`."""
    if frame.is_empty():
        nothing = pl.lit(None, pl.String)
        return frame.with_columns(nothing.alias("hours"), nothing.alias("weekday"))
    spans = _spans(frame[at], 0, told).select("begins", "length")
    placed = frame.with_row_index("@row").sort(at).join_asof(
        spans, left_on=at, right_on="begins", strategy="backward"
    )  # fmt: skip
    works = pl.col(at) < pl.col("begins") + pl.duration(minutes=pl.col("length"))
    local = pl.col(at).dt.convert_time_zone(told.zone)
    names = dict(enumerate(WEEKDAYS, 1))
    return placed.sort("@row").with_columns(
        pl.when(works).then(pl.lit("working")).otherwise(pl.lit("outside")).alias("hours"),
        local.dt.weekday().replace_strict(names, return_dtype=pl.String).alias("weekday"),
    ).drop("@row", "begins", "length")  # fmt: skip


def _spans(moments: pl.Series, most: int, told: WorkingTime) -> pl.DataFrame:
    """Stretches of working time around the moments: begins, length and before, in minutes."""
    first, last = moments.dt.date().min(), moments.dt.date().max()
    weekly = sum(_length(hours) for hours in told.week.values())
    days = int(most / weekly * 7 * 1.2) + _SPARE
    found = list(_days(first, last, days, told))
    frame = pl.DataFrame(found, schema={"begins": _MOMENT, "length": pl.Int64}, orient="row")
    return frame.with_columns((pl.col("length").cum_sum() - pl.col("length")).alias("before"))


def _days(first: Any, last: Any, after: int, told: WorkingTime) -> Iterator[tuple[datetime, int]]:
    zone, closed = ZoneInfo(told.zone), set(told.closed)
    for number in range(-_SPARE, (last - first).days + after):
        day = first + timedelta(days=number)
        usual = None if day in closed else told.week.get(WEEKDAYS[day.weekday()])  # type: ignore[call-overload]  # a weekday's name
        hours = told.days.get(day, usual)
        if hours:
            since = time.fromisoformat(hours.split("-")[0])
            yield datetime.combine(day, since, zone).astimezone(UTC), _length(hours)


def _length(hours: str) -> int:
    since, until = (time.fromisoformat(part) for part in hours.split("-"))
    return (until.hour - since.hour) * 60 + until.minute - since.minute
