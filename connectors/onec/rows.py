"""Objects of 1C as the rows of a batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain

import polars as pl

from connectors.onec.answers import Row
from schemas.reasons import REASONS
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, REJECTS


def frame(rows: Sequence[Row], key: Sequence[str]) -> pl.DataFrame:
    """Every property as a String column, and the reserved columns.

    Deleted are objects marked for deletion, and records of a register whose set came empty.
    """
    if not rows:
        return pl.DataFrame(schema=dict(ENVELOPE))
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    payload = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names},
        schema=dict.fromkeys(names, pl.String()),
    )
    keys = [pl.col(name).fill_null("") for name in key]
    return payload.with_columns(
        pl.concat_str(keys, separator="|").alias(KEY),
        pl.lit(None, ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        _deleted(names).alias(DELETED),
    )


def _deleted(names: Sequence[str]) -> pl.Expr:
    marks = [pl.lit(False)]
    if "DeletionMark" in names:
        marks.append(pl.col("DeletionMark") == "true")
    if "RecordSet" in names:
        marks.append(pl.col("RecordSet").is_in(["[]", ""]))
    return pl.any_horizontal(marks).fill_null(False)


def unexpected(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Objects of a set nobody asked for, as rejects: they are acknowledged, so they must be kept."""
    ru, en = REASONS["stream_unexpected"]
    return pl.DataFrame(
        {
            "key": [row.get("Ref_Key") or "" for row in rows],
            "reason": "stream_unexpected",
            "field": "",
            "value": name,
            "message_ru": f"{name}: {ru}",
            "message_en": f"{name}: {en}",
            "payload": [json.dumps(row, ensure_ascii=False) for row in rows],
        },
        schema=dict(REJECTS),
    )
