"""What a condition code says of a call (handbook 5.4), in the one alphabet or the other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from connectors.avaya.layout import Layout

CODE, OUTCOME, SECONDS = "@code", "@outcome", "@seconds"
# The alphabet of letters, which LSU and 59-character records use, told in that of digits.
_LETTERS = MappingProxyType(
    {"A": "1", "D": "4", "E": "6", "G": "7", "H": "8", "I": "9", "L": "C", "N": "E"}
)
RING, ABANDONED, BUSY, LONG, INCOMING = "G", "H", "I", "4", "9"
FROM_OUTSIDE = (INCOMING, RING, ABANDONED, BUSY)
TO_OUTSIDE = ("7", "8", "A", "B")
EITHER_WAY = ("1", LONG, "C")
_FAILED = ("6", "E", "F")
# What ran on after this record, in records of their own.
GOES_ON = (RING, LONG)
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("0", "1", "C", INCOMING, RING, LONG), "answered"),
        **dict.fromkeys(_FAILED, "failed"),
        ABANDONED: "no_answer",
        BUSY: "busy",
    }
)


def code(layout: Layout) -> pl.Expr:
    """The condition code in the alphabet of digits; null where a record has none."""
    if "cond-code" not in layout.columns:
        return pl.lit(None, pl.String)
    told = pl.col("cond-code")
    return told.replace(dict(_LETTERS)) if layout.alphabet == "letters" else told


def outcome() -> pl.Expr:
    """How the call ended, of `@code` and `@seconds`: a code that says nothing leaves it to the length."""
    by_length = pl.when(pl.col(SECONDS) > 0).then(pl.lit("answered")).otherwise(pl.lit("no_answer"))
    return pl.coalesce(
        pl.col(CODE).replace_strict(dict(OUTCOMES), default=None, return_dtype=pl.String), by_length
    )
