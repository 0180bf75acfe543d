"""What evidence said of the pairs that people judged: kept with the judgement, read again to earn a threshold."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import and_, or_, select, true

from schemas.decisions import DIFFERENT, SAME
from store.bulk import stage, unstage
from store.engine import Reader, Writer
from store.tables import decision, review_pair, withdrawal

_RECORD = ("connection", "stream", "key")
_TOLD = ("score", "why")


def with_scores(writer: Writer, judged: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """`judged` (id, score, why, …) with the score and the reason its pair waited with, where it has none.

    `records`: decision_id, side, place and the key of each record judged about.
    """
    pairs = _pairs(records)
    if pairs.is_empty():
        return judged
    staging = stage(writer, review_pair, pairs.drop("decision_id"))
    p, s = review_pair.c, staging.c
    names = [f"{side}_{name}" for side in ("left", "right") for name in _RECORD]
    turned = [*names[3:], *names[:3]]
    found = writer.frame(
        select(*(s[name] for name in names), p.score, p.reason.label("why"))
        .select_from(staging)
        .join(
            review_pair,
            and_(
                p.entity == "party",
                or_(
                    and_(*(p[name] == s[name] for name in names)),
                    and_(*(p[name] == s[other] for name, other in zip(names, turned, strict=True))),
                ),
            ),
        )
        .where(p.score.is_not(None))
        .order_by(p.score)
    )
    unstage(writer, staging)
    queued = pairs.join(found, on=names).unique("decision_id", keep="last", maintain_order=True)
    told = {name: f"{name}_queued" for name in _TOLD}
    joined = judged.join(
        queued.select(pl.col("decision_id").alias("id"), *_TOLD).rename(told),
        on="id", how="left", maintain_order="left",
    )  # fmt: skip
    both = [pl.coalesce(name, queued_as).alias(name) for name, queued_as in told.items()]
    return joined.with_columns(both).drop(told.values())


def _pairs(records: pl.DataFrame) -> pl.DataFrame:
    """decision_id and the keys of the two records that stand for its sides."""
    first = records.filter(pl.col("place") == 0)
    left, right = (
        first.filter(pl.col("side") == side).select(
            "decision_id", *(pl.col(name).alias(f"{side}_{name}") for name in _RECORD)
        )
        for side in ("left", "right")
    )
    return left.join(right, on="decision_id")


def labels(reader: Reader, since: datetime | None = None) -> pl.DataFrame:
    """What people answered about pairs of known score and did not withdraw: score, why, same."""
    d, w = decision.c, withdrawal.c
    recent = d.created_at >= since if since else true()
    rows = reader.frame(
        select(d.score, d.why, d.verdict)
        .select_from(decision)
        .outerjoin(withdrawal, w.decision_id == d.id)
        .where(
            d.score.is_not(None), d.verdict.in_([SAME, DIFFERENT]), d.author_kind == "person",
            w.decision_id.is_(None), recent,
        )
        .order_by(d.id)
    )  # fmt: skip
    return rows.select("score", "why", (pl.col("verdict") == SAME).alias("same"))
