"""OKPO: statistics code, 8 digits of an organization, 10 of a sole trader, 14 of a branch (handbook 2.1)."""

from __future__ import annotations

import polars as pl

from schemas.requisites.checksums import okpo_holds
from schemas.requisites.placeholders import PLACEHOLDERS, is_placeholder
from schemas.requisites.spelling import LOST_ZERO, judged, verdict
from schemas.rows import change_where

# Codes of old organizations start with 00, so spreadsheets may eat two zeros.
_FULL_LENGTH = {6: 8, 7: 8, 8: 8, 9: 10, 10: 10, 14: 14}


def _check_long(frame: pl.DataFrame, size: int) -> pl.DataFrame:
    chosen = (frame["full_length"] == size).fill_null(False)
    holds = okpo_holds(pl.col("number"), size)
    return change_where(frame, chosen, lambda rows: rows.with_columns(holds=holds))


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    text, number = pl.col("text"), pl.col("number")
    length = text.str.len_bytes().cast(pl.Int64)
    frame = frame.with_columns(
        full_length=length.replace_strict(_FULL_LENGTH, default=None, return_dtype=pl.Int64),
        holds=okpo_holds(number, 8),
    )
    for size in (10, 14):
        frame = _check_long(frame, size)
    full_length, holds = pl.col("full_length"), pl.col("holds")
    repaired = full_length != length
    reason = (
        pl.when(text.is_null())
        .then(None)
        .when(is_placeholder(text, PLACEHOLDERS))
        .then(pl.lit("okpo_placeholder"))
        .when(number.is_null() | full_length.is_null() | (repaired & ~holds))
        .then(pl.lit("okpo_length"))
        .when(~holds)
        .then(pl.lit("okpo_checksum"))
    )
    full = pl.when(repaired).then(text.str.zfill(full_length)).otherwise(text)
    evidence = pl.when(repaired & holds).then(pl.lit(LOST_ZERO)).otherwise(pl.col("evidence"))
    return frame.select(verdict(full, reason, evidence))


def okpo(cell: pl.Expr) -> pl.Expr:
    """The outcome for an OKPO; lost leading zeros are restored if the check digit then holds.

    >>> pl.select(okpo(pl.lit("186424"))).item()
    {'value': '00186424', 'reason': None, 'evidence': 'lost_zero'}
    >>> pl.select(okpo(pl.lit("29111395"))).item()["reason"]
    'okpo_checksum'
    """
    return judged(cell, _judge)
