"""What each waiting pair is worth and which pattern its evidence makes: told anew when a pair is new or changed."""

from __future__ import annotations

import polars as pl

from dedup.pattern import COLUMNS, pattern
from dedup.refs import REF, with_ref
from flows.house import House
from schemas.evidence import worth
from store import canonical, desk, desk_value, identity
from store.engine import Reader

_RECORD = desk.RECORD


def weigh(house: House, *, every: bool = False) -> int:
    """How many waiting pairs were weighed: those not weighed yet, or all of them.

    What hangs on a company changes without its pairs changing, so from time to time all are weighed.
    """
    with house.store.read() as reader:
        late = desk.out_of_step(reader)
    if late:
        with house.store.write() as writer:
            desk.follow(writer)
    with house.store.read() as reader:
        pairs = desk.unweighed(reader, every=every)
        weighed = _weighed(reader, pairs) if pairs.height else None
    if weighed is None or weighed.is_empty():
        return 0
    with house.store.write() as writer:
        desk.save_weights(writer, weighed)
    return weighed.height


def note_day(house: House) -> None:
    """Remember how many pairs wait today."""
    with house.store.write() as writer:
        desk.note_day(writer)


def _weighed(reader: Reader, pairs: pl.DataFrame) -> pl.DataFrame:
    """id, value, pattern, worth and weighed of the pairs in which one of them differs."""
    for side in desk.SIDES:
        parts = [f"{side}_{name}" for name in _RECORD]
        pairs = pairs.with_columns(pl.concat_str(parts, separator="/").alias(f"{side}_ref"))
    refs = sorted({*pairs["left_ref"], *pairs["right_ref"]})
    records = _known(reader, refs)
    for side in desk.SIDES:
        named = records.rename({name: f"{side}_{name}" for name in records.columns})
        pairs = pairs.join(named, on=f"{side}_ref", how="left")
    one, other = (pl.col(f"{side}_points").fill_null(1) for side in desk.SIDES)
    together = (pl.col("left_golden_id") == pl.col("right_golden_id")).fill_null(value=False)
    told = pairs.with_columns(
        pl.when(together).then(one).otherwise(one + other).cast(pl.Int64).alias("value_now"),
        pattern().alias("pattern_now"),
    )
    fresh = told.filter(
        (pl.col("value") != pl.col("value_now"))
        | (pl.col("pattern") != pl.col("pattern_now"))
        | pl.col("weighed").ne_missing(pl.col("seq"))
    )
    fresh = fresh.with_columns(value="value_now", pattern="pattern_now", weighed="seq")
    return fresh.with_columns(worth()).select("id", "value", "pattern", "worth", "weighed")


def _known(reader: Reader, refs: list[str]) -> pl.DataFrame:
    """ref, golden_id, points and the columns of a pattern."""
    records = canonical.of_refs(reader, "party", refs, (*_RECORD, *COLUMNS))
    links = identity.links_of_refs(reader, "party", refs).select(*_RECORD, "golden_id")
    ids = links["golden_id"].unique().sort().to_list()
    points = desk_value.points(reader, ids).rename({"id": "golden_id"})
    found = with_ref(records).join(links, on=_RECORD, how="left")
    return found.join(points, on="golden_id", how="left").select(
        REF, "golden_id", "points", *COLUMNS
    )
