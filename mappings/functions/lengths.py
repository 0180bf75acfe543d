"""Lengths of time and their order as switches write them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.outcome import outcome

_CLOCK = r"^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])$"
_WHOLE = r"^([0-9]{1,9})(?:\.[0-9]*)?$"


def seconds(cell: pl.Expr) -> pl.Expr:
    """The outcome for whole seconds (Int64): a number, whose fraction is cut off, or H:MM:SS.

    >>> pl.select(seconds(pl.lit("01:02:03"))).item()["value"]
    3723
    >>> pl.select(seconds(pl.lit("12.9"))).item()["value"]
    12
    >>> pl.select(seconds(pl.lit("long"))).item()["reason"]
    'number_unreadable'
    """
    bare = cell.cast(pl.String).str.strip_chars()
    bare = pl.when(bare != "").then(bare)
    parts = [bare.str.extract(_CLOCK, n).cast(pl.Int64) for n in (1, 2, 3)]
    clock = parts[0] * 3600 + parts[1] * 60 + parts[2]
    value = pl.coalesce(clock, bare.str.extract(_WHOLE, 1).cast(pl.Int64))
    wrong = bare.is_not_null() & value.is_null()
    return outcome(value, pl.when(wrong).then(pl.lit("number_unreadable")))


def in_order(cell: pl.Expr) -> pl.Expr:
    """The outcome for a time before which a source may set a contradiction: `later < earlier` is refused.

    >>> pl.select(in_order(pl.lit("ServiceStamp < OriginatedStamp"))).item()["reason"]
    'times_out_of_order'
    >>> pl.select(in_order(pl.lit("2026-11-20T07:00:00Z"))).item()["value"]
    '2026-11-20T07:00:00Z'
    """
    wrong = cell.str.contains(" < ", literal=True).fill_null(value=False)
    return outcome(pl.when(~wrong).then(cell), pl.when(wrong).then(pl.lit("times_out_of_order")))


FUNCTIONS: Mapping[str, Function] = {"seconds": seconds, "in_order": in_order}
