"""Stamps and names as the views write them: local texts, with emptiness spelt in several ways."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from connectors.window import DATE_FORMAT

_NOBODY = ("", "0")
# Some releases write a stamp of long ago for none.
_EARLIEST = "1990"


def filled(name: str) -> pl.Expr:
    """The text of a column, null where it names nothing."""
    bare = pl.col(name).str.strip_chars()
    return pl.when(~bare.is_in(_NOBODY)).then(bare)


def wall(name: str) -> pl.Expr:
    """The moment of a column by the server's clock, null where it is none."""
    text = pl.col(name).str.slice(0, 19).str.replace("T", " ")
    return pl.when(text >= _EARLIEST).then(text.str.to_datetime(DATE_FORMAT, strict=False))


def utc(name: str, zone: ZoneInfo) -> pl.Expr:
    """The moment of a column as an instant."""
    # An hour that summer time skipped never was; the clock then showed one hour more.
    moments = [
        wall(name).dt.offset_by(shift).dt.replace_time_zone(
            zone.key, ambiguous="earliest", non_existent="null"
        )
        for shift in ("0h", "1h")
    ]  # fmt: skip
    return pl.coalesce(moments).dt.convert_time_zone("UTC")


def text_of(moment: pl.Expr) -> pl.Expr:
    """An instant as a mapping reads it."""
    return moment.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
