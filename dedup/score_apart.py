"""Pairs weighed in parts that need nothing of the base: each has the records it compares with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from dedup.carriers import with_carriers
from dedup.evidence import CARRIED, TRAITS_OF, traits
from dedup.model import Model
from dedup.score import score_sides
from dedup.team import Team

_SIDES = ("left", "right")


def score_apart(
    rows: pl.DataFrame, keys: pl.DataFrame, parties: pl.DataFrame, model: Model, team: Team
) -> pl.DataFrame:
    """What `dedup.score.score_rows` gives, of parts that `team` weighs; no pair of clusters is in two."""
    shown = parties.select(TRAITS_OF)
    counted = _counted(rows, keys)
    cut = [_part(slice_, counted, shown) for slice_ in _between_pairs(rows, team.parts)]
    found = team.each(score_part, [(*part, model) for part, _ in cut])
    return pl.concat(
        _renumbered(pairs, whole) for pairs, (_, whole) in zip(found, cut, strict=True)
    )


def score_part(
    rows: pl.DataFrame,
    left: pl.DataFrame,
    right: pl.DataFrame,
    parties: pl.DataFrame,
    model: Model,
) -> pl.DataFrame:
    """The weighed pairs of `rows`: `left` and `right` are their evidence keys with carriers, all by their
    row in `parties`."""
    one, other = (side.hstack(traits(parties[side["row"]])) for side in (left, right))
    return score_sides(rows, one, other, parties, model)


def _counted(rows: pl.DataFrame, keys: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """The evidence keys of the records of either side, with how many of all carry them."""
    carried = (CARRIED, {"name": CARRIED["name"]})
    return tuple(
        with_carriers(keys[rows[side].unique().sort()], keys, kinds)
        for side, kinds in zip(_SIDES, carried, strict=True)
    )


def _between_pairs(rows: pl.DataFrame, parts: int) -> Iterator[pl.DataFrame]:
    """`rows` in slices about equally long; the rows of one pair of clusters, neighbours, are in one."""
    pair = rows.select(pl.struct("a", "b").rle_id()).to_series()
    size = -(-rows.height // parts) or 1
    ends = [int(pair.search_sorted(pair[at])) for at in range(0, rows.height, size)] or [0]
    for start, end in zip(ends, [*ends[1:], rows.height], strict=True):
        if end > start or rows.is_empty():
            yield rows.slice(start, end - start)


def _part(
    rows: pl.DataFrame, counted: tuple[pl.DataFrame, ...], parties: pl.DataFrame
) -> tuple[tuple[Any, ...], pl.Series]:
    """One part of the work, its records numbered anew, and their numbers before, in order."""
    whole = pl.concat([rows[side] for side in _SIDES]).unique().sort().alias("row")
    place = whole.to_frame().with_row_index("at")
    sides = [
        side.join(rows.select(row=name).unique(), on="row", how="semi", maintain_order="left")
        .with_columns(_place(pl.col("row"), place))
        for name, side in zip(_SIDES, counted, strict=True)
    ]  # fmt: skip
    moved = rows.with_columns(_place(pl.col(name), place) for name in _SIDES)
    return (moved, *sides, parties[whole]), whole


def _place(row: pl.Expr, place: pl.DataFrame) -> pl.Expr:
    return row.replace_strict(place["row"], place["at"], return_dtype=pl.UInt32)


def _renumbered(pairs: pl.DataFrame, whole: pl.Series) -> pl.DataFrame:
    return pairs.with_columns(whole.gather(pairs[side]).alias(side) for side in _SIDES)
