"""Rows of an agent's quarter of an hour with the instant it began.

What the view tells are sums: when within the interval somebody was logged in or not ready nobody wrote down.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from connectors.aacc.stamps import filled, text_of, utc
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY

STAMP = "Timestamp"
# Without these nobody's working time is told; any other column may be absent in a release.
NEEDED = (STAMP, "AgentLogin", "LoggedInTime", "NotReadyTime")


def told(rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """`rows` (text, with their key) with envelope and the columns `@…` that the mapping reads."""
    return rows.with_columns(
        pl.when(filled("AgentLogin").is_not_null()).then(KEY).alias(KEY),
        utc(STAMP, zone).cast(ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
        filled("AgentLogin").alias("@agent"),
        text_of(utc(STAMP, zone)).alias("@at"),
    )
