"""The same request sent twice, by two channels or to two boxes: linked to the earlier one, never doubled.

Only requests of one sender are compared (his phone, mail or INN) and only within some hours; that a number
is shared by several people makes no request the same, the words or an order's number must agree, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from config.enquiries import Enquiries
from flows.enquiries.topics import plain

KEYS = ("sender_phone", "sender_email", "inn")
_LOOKED_BACK = 10  # a robot that writes all day is compared with its last letters only
_FEWEST = 3
_STEM = 6


def linked(enquiries: pl.DataFrame, rules: Enquiries) -> pl.DataFrame:
    """`enquiries` with `same_as` and `same_why`; all of each sender within the hours must be there."""
    bare = enquiries.drop("same_as", "same_why")
    told = bare.with_columns(
        _words().alias("words"),
        pl.col("began_at").alias("at"),
    )
    pairs = pl.concat([_pairs(told, key, rules) for key in KEYS])
    best = (
        pairs.sort("id", "other_at", "same_as", "by")
        .group_by("id", maintain_order=True)
        .agg(pl.col("same_as").first(), pl.col("why").first().alias("same_why"))
    )
    empty = pl.lit([], pl.List(pl.String()))
    return bare.join(best, on="id", how="left", maintain_order="left").with_columns(
        pl.coalesce("same_why", empty)
    )


def _words() -> pl.Expr:
    """The stems of the longer words and of the numbers a request is made of."""
    text = plain(pl.concat_str("subject", "opening", separator=" ", ignore_nulls=True))
    words = text.str.extract_all(r"[a-zа-я]{4,}|[0-9]{2,}")
    return words.list.eval(pl.element().str.slice(0, _STEM)).list.unique()


def _pairs(told: pl.DataFrame, key: str, rules: Enquiries) -> pl.DataFrame:
    """Each request of a sender with those shortly before it that are the same."""
    own = told.filter(pl.col(key).is_not_null()).sort(key, "at", "id")
    return pl.concat([_with_earlier(own, key, step, rules) for step in _steps(own, key)]) if (
        own.height
    ) else _no_pairs()  # fmt: skip


def _steps(own: pl.DataFrame, key: str) -> Iterator[int]:
    most = int(own.group_by(key).len()["len"].max() or 1)  # type: ignore[arg-type]  # a count
    return iter(range(1, min(_LOOKED_BACK, max(most - 1, 1)) + 1))


def _no_pairs() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "id": pl.String(), "same_as": pl.String(), "other_at": pl.Datetime("us", "UTC"),
            "by": pl.String(), "why": pl.List(pl.String()),
        }
    )  # fmt: skip


def _with_earlier(own: pl.DataFrame, key: str, step: int, rules: Enquiries) -> pl.DataFrame:
    earlier = {
        name: pl.col(name).shift(step).over(key) for name in ("id", "at", "thread", "words", "orders")
    }  # fmt: skip
    both = own.select(
        "id", "at", "thread", "words", "orders", "channel",
        *(told.alias(f"other_{name}") for name, told in earlier.items()),
    ).filter(pl.col("other_id").is_not_null() & (pl.col("thread") != pl.col("other_thread")))  # fmt: skip
    shared = pl.col("words").list.set_intersection("other_words").list.len().cast(pl.Int64)
    fewer = pl.min_horizontal(pl.col("words").list.len(), pl.col("other_words").list.len())
    orders = pl.col("orders").list.set_intersection("other_orders")
    share = pl.when(fewer >= _FEWEST).then(shared / fewer).fill_null(0.0)
    measured = both.with_columns(share.alias("share"), orders.alias("common"))
    within = pl.col("at") - pl.col("other_at") <= pl.duration(hours=rules.same_hours)
    alike = pl.col("share") >= rules.alike
    numbered = pl.col("common").list.len() > 0
    ordered = pl.when(numbered).then(pl.lit("orders: ") + pl.col("common").list.join(", "))
    worded = pl.when(alike).then(
        pl.lit("words: ") + (pl.col("share") * 100).round().cast(pl.Int64).cast(pl.String) + " %"
    )
    # A call says nothing; who has just written calls about that.
    rung = pl.col("channel") == "call"
    why = pl.concat_list(pl.lit(key), ordered, worded).list.drop_nulls()
    return measured.filter(within & (alike | numbered | rung)).select(
        "id",
        pl.col("other_id").alias("same_as"),
        "other_at",
        pl.lit(key).alias("by"),
        why.alias("why"),
    )
