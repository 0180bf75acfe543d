"""One record against known ones: the same evidence, comparison and score as in the whole base."""

from __future__ import annotations

import polars as pl

from dedup.blocking import KEYLESS, NODE
from dedup.evidence import evidence_keys
from dedup.identity import GOLDEN_ID
from dedup.model import FIELDS, Model, default_model
from dedup.refs import REF, with_ref
from dedup.score import BITS, REASON, SCORE, ZONE, score_clusters


def candidates(
    record: pl.DataFrame, base: pl.DataFrame, model: Model | None = None
) -> pl.DataFrame:
    """The entities of `base` that `record` may be, likeliest first.

    `record` is one canonical party, `base` canonical parties with `golden_id`: all records that share a
    block key (`dedup.blocking.block_keys`) with it, and the others of their entities. One row per
    entity: golden_id, ref (the record most alike), score, zone, reason, bits, and the level per field.
    """
    asked = with_ref(record.head(1))[REF].item()
    known = with_ref(base).filter(pl.col(REF) != asked)
    every = pl.concat(
        [known.drop(GOLDEN_ID), with_ref(record.head(1)).select(known.drop(GOLDEN_ID).columns)]
    )
    entity = pl.concat([known[GOLDEN_ID], pl.Series([None], dtype=pl.String)])
    keys = evidence_keys(every).with_columns(*_placed(every, entity))
    pairs = score_clusters(keys, every, model or default_model(), sought=every.height - 1).pairs
    other = pl.when(pl.col("a") == every.height - 1).then("b").otherwise("a")
    near = pl.when(pl.col("left") == every.height - 1).then("right").otherwise("left")
    named = pairs.with_columns(node=other, near=near)
    return named.select(
        pl.lit(entity.gather(named["node"])).alias(GOLDEN_ID),
        pl.lit(every[REF].gather(named["near"])).alias(REF),
        SCORE, ZONE, REASON, BITS, *FIELDS,
    ).sort([SCORE, BITS, REF], descending=[True, True, False])  # fmt: skip


def _placed(every: pl.DataFrame, entity: pl.Series) -> list[pl.Series]:
    """row, node and keyless of each record; the last one stands alone."""
    frame = every.select("inn", pl.lit(entity).alias("entity")).with_row_index("row")
    own = pl.coalesce("entity", pl.lit("\x1f"))
    told = frame.select(
        pl.col("row").cast(pl.UInt32),
        pl.col("row").min().over(own).cast(pl.UInt32).alias(NODE),
        pl.col("inn").is_null().all().over(own).alias(KEYLESS),
    )
    return list(told)
