"""Conversations cut into portions that are assembled one by one: what moved from one to another stays together.

The oldest are first, so that what a portion is linked to has mostly come before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from config.enquiries import Enquiries
from store import call_messages, enquiries
from store.engine import Reader

MOST = 10_000  # messages of a portion, unless one conversation alone has more


def portions(
    reader: Reader, rules: Enquiries, threads: Sequence[str] | None, most: int = MOST
) -> Iterator[list[str]]:
    """The names of all conversations, or of some, by portions; those of a move may name some more."""
    told = enquiries.counted(reader, threads)
    if rules.hears_calls:
        calls = call_messages.counted(reader, threads, missed=rules.missed_calls)
        told = pl.concat([told, calls], how="vertical_relaxed")
    cut = _cut(told, _roots(enquiries.moves(reader)), most)
    for [_], names in cut.group_by("portion", maintain_order=True):
        yield names["thread"].to_list()


def _cut(told: pl.DataFrame, roots: dict[str, str], most: int) -> pl.DataFrame:
    """thread and portion, oldest first; `told`: thread, count and first, also several times."""
    moved = pl.DataFrame(
        {"thread": roots.keys(), "root": roots.values()},
        schema={"thread": pl.String, "root": pl.String},
    )
    each = told.group_by("thread").agg(pl.col("count").sum(), pl.col("first").min())
    named = each.join(moved, on="thread", how="left").with_columns(pl.coalesce("root", "thread"))
    whole = named.group_by("root").agg(
        pl.col("count").sum(), pl.col("first").min(), pl.col("thread")
    )
    before = pl.col("count").cum_sum() - pl.col("count")
    placed = whole.sort("first", "root").with_columns((before // most).alias("portion"))
    return placed.select("portion", pl.col("thread").list.sort()).explode("thread")


def _roots(moves: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Each conversation that moved or was moved to, with the one name its kin have in common."""
    kin: dict[str, set[str]] = {}
    for pair in moves:
        both = kin.get(pair[0], {pair[0]}) | kin.get(pair[1], {pair[1]})
        kin |= dict.fromkeys(both, both)
    return {name: min(all_of_them) for name, all_of_them in kin.items()}
