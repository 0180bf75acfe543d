"""Records that tell one talk in parts: how long it rang and then how long it lasted, or ten hours at a time.

A Communication Manager with CDR Reports = ring writes of an answered call a record G (its ringing) and a
record 9 (its talk), and of a talk of more than ten hours a record 4 for each period. They bear no common id;
they stood on one circuit with the same numbers, and one ends when the other begins, by the minute in
which a record tells its end (handbook 5.4).
"""

from __future__ import annotations

import polars as pl

_DEVICES = ("caller_device", "called_device")
_LINE = r"^trunk/.*-[0-9]{8}$"
_MARK = r"-[0-9]{8}$"
_GOES_ON = ("G", "4")
_RING = "G"
# Both ends are known to the minute, lengths to six seconds.
_WITHIN = "66s"
# So many periods of ten hours at most.
_STEPS = 8


def pieced(legs: pl.DataFrame) -> pl.DataFrame:
    """`legs` with one `linked` for the parts of a talk, the earlier moved to end when the later begins.

    The marks by which parts find each other are taken off the lines' names: a number that rings again
    through the same line is another call.
    """
    line = pl.coalesce(*(_line(name) for name in _DEVICES))
    told = legs.with_row_index("row").with_columns(line.alias("line"))
    if told["line"].null_count() == told.height:
        return legs
    found = _followed(told)
    for _ in range(_STEPS):
        told, moved = _moved(told, found)
        if not moved:
            break
    return told.with_columns(_bare(name) for name in _DEVICES).select(legs.columns)


def _bare(name: str) -> pl.Expr:
    marked = pl.col(name).str.contains(_LINE)
    return pl.when(marked).then(pl.col(name).str.replace(_MARK, "")).otherwise(name).alias(name)


def _line(name: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(_LINE)).then(pl.col(name))


def _followed(told: pl.DataFrame) -> pl.DataFrame:
    """Each part that goes on (`row`) with the one that goes on with it (`next`)."""
    by = ["connection", "line"]
    goes_on = told.filter(pl.col("line").is_not_null() & pl.col("context").is_in(_GOES_ON))
    takes_on = told.filter((pl.col("outcome") == "answered") & (pl.col("context") != _RING))
    near = goes_on.select("row", *by, "ended_at").sort("ended_at").join_asof(
        takes_on.select(pl.col("row").alias("next"), *by, pl.col("started_at").alias("begins"))
        .sort("begins"),
        left_on="ended_at", right_on="begins", by=by, strategy="nearest", tolerance=_WITHIN,
        check_sortedness=False,
    )  # fmt: skip
    apart = (pl.col("begins") - pl.col("ended_at")).abs()
    return (
        near.filter(pl.col("next").is_not_null())
        .sort(apart, "row")
        .unique("next", keep="first", maintain_order=True)
        .select("row", "next")
    )


def _moved(told: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """Each part with the link of the one after it, ending when that begins; whether any was not yet."""
    later = told.select(
        pl.col("row").alias("next"),
        pl.col("linked").alias("whole"),
        pl.col("started_at").alias("begins"),
    )
    pairs = found.join(later, on="next", how="left")
    with_next = told.join(pairs, on="row", how="left", maintain_order="left")
    by = pl.when(pl.col("begins").is_not_null()).then(pl.col("begins") - pl.col("ended_at"))
    shift = by.fill_null(pl.duration(seconds=0))
    apart = pl.col("whole").is_not_null() & (
        (pl.col("whole") != pl.col("linked")) | (pl.col("begins") != pl.col("ended_at"))
    )
    moved = with_next.select(apart.any()).item()
    times = [
        (pl.col(name) + shift).alias(name) for name in ("started_at", "answered_at", "ended_at")
    ]
    linked = pl.coalesce("whole", "linked").alias("linked")
    return with_next.with_columns(*times, linked).drop("next", "whole", "begins"), bool(moved)
