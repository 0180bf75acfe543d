"""Calls nobody was there to take: those missed outside of working time (handbook 5.3, step 8)."""

from __future__ import annotations

import polars as pl

from config.telephony import Telephony
from config.working_time import WorkingTime
from flows.enquiries.working_time import with_hours

OFF_HOURS = "off_hours"
# A slip of dialling is nobody's loss, and of a broken connection nobody knows.
_NOT_MISSED = ("short", "cut_off")


def told_off_hours(calls: pl.DataFrame, rules: Telephony, time: WorkingTime) -> pl.DataFrame:
    """`calls` of which those missed outside of working time are missed for that reason.

    Queues and dialled numbers that are answered around the clock have no such time.
    """
    timed = with_hours(calls, "started_at", time)
    always = [pl.col(name).is_in(rules.always_on) for name in ("queue", "did")]
    outside = (pl.col("hours") == "outside") & ~pl.any_horizontal(*always).fill_null(value=False)
    lost = pl.col("missed").is_not_null() & ~pl.col("missed").is_in(_NOT_MISSED)
    reason = pl.when(lost & outside).then(pl.lit(OFF_HOURS)).otherwise("missed")
    return timed.with_columns(reason.alias("missed")).select(calls.columns)
