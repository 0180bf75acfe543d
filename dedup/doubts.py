"""Names that differ under one INN, judged by all evidence: an abbreviation is no impostor."""

from __future__ import annotations

import polars as pl

from dedup.blocking import NODE
from dedup.compare import compare
from dedup.model import LEVELS
from dedup.refs import REF
from dedup.score import told
from dedup.spelling import spelt

MATES = 12  # records of an entity that a doubted one is compared with


def confirmed(
    doubted: pl.DataFrame,
    placed: pl.DataFrame,
    parties: pl.DataFrame,
    known: pl.DataFrame | None = None,
    *,
    besides: pl.Series,
) -> pl.DataFrame:
    """Those of `doubted` (ref, ...) that nothing beside the INN ties to the others of their entity.

    A name in another spelling, layout or short form ties, and so does a contact or a house that not too
    many companies share. `placed`: evidence keys of `parties` with row and node; carriers are counted among
    `known`, if those are only some records. The refs `besides` are no others of their entity any more.
    """
    if doubted.is_empty():
        return doubted
    marked = placed.select("row", NODE, REF).join(
        doubted.select(REF, doubted=pl.lit(value=True)), on=REF, how="left", maintain_order="left"
    )
    own = marked.filter(pl.col("doubted"))
    stays = pl.col("doubted").is_null() & ~pl.col(REF).is_in(besides.implode())
    mates = marked.filter(stays).join(own.select(NODE).unique(), on=NODE, how="semi")
    mates = mates.filter(pl.int_range(pl.len()).over(NODE) < MATES)
    pairs = own.select(NODE, left="row").join(mates.select(NODE, right="row"), on=NODE)
    pairs = pairs.sort("left", "right")
    levels = compared(pairs, placed, parties, known)
    rows = pairs["left"].filter(tied(levels, placed)).unique()
    saved = placed[REF].gather(rows)
    return doubted.filter(~pl.col(REF).is_in(saved.implode()))


def compared(
    pairs: pl.DataFrame, placed: pl.DataFrame, parties: pl.DataFrame, known: pl.DataFrame | None
) -> pl.DataFrame:
    """The levels of `pairs` (left, right), rows of `placed` and `parties`, all names spelt out."""
    left, right = _sides(pairs, placed, parties, known)
    levels = pl.concat([pairs.select("left", "right"), compare(left, right)], how="horizontal")
    return levels.with_columns(spelt(levels, levels["name"] == 1, parties))


def tied(levels: pl.DataFrame, placed: pl.DataFrame) -> pl.Series:
    """Whether something beside the INN ties the records of `levels`: see `confirmed`."""
    person = (placed["inn"].gather(levels["left"]) >= 10**10).fill_null(value=False)
    # Two persons may share initials, or differ in one letter (Мария, Марина); of companies it is a slip.
    least = pl.when(pl.lit(person)).then(LEVELS["name"].index("equal_common"))
    named = pl.col("name") >= least.otherwise(LEVELS["name"].index("short"))
    shared = pl.any_horizontal(
        pl.col(field) >= LEVELS[field].index(level)
        for field, level in (("phone", "equal_5"), ("email", "domain_3"), ("place", "equal_20"))
    )
    return levels.select(named | shared).to_series()


def _sides(
    pairs: pl.DataFrame, placed: pl.DataFrame, parties: pl.DataFrame, known: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The evidence of the records of `pairs`, left ones and right ones; what all carry is counted once."""
    once = pl.concat([pairs["left"], pairs["right"]]).unique().sort()
    shown = told(once, placed, parties, known=known)
    left, right = (shown[once.search_sorted(pairs[side])] for side in ("left", "right"))
    return left, right
