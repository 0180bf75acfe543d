"""INN: taxpayer number, 10 digits of an organization or 12 of a person (handbook 2.1)."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from schemas.requisites.checksums import inn_10_holds, inn_12_holds
from schemas.requisites.placeholders import INN_PLACEHOLDERS, is_placeholder
from schemas.requisites.spelling import LOST_ZERO, Rule, judged, verdict
from schemas.rows import change_where, picked, widened
from schemas.rowwise.passes import Passes

FOREIGN_PREFIX = "9909"


def _rule(placeholders: Collection[str]) -> Rule:
    text, number = pl.col("text"), pl.col("number")
    length = pl.when(number.is_not_null()).then(text.str.len_bytes())
    dummy = is_placeholder(text, placeholders)
    measured = Passes(
        [
            length.alias("length"),
            dummy.alias("dummy"),
            (inn_10_holds(number) & (length <= 10)).alias("holds"),
        ]
    )
    long, verdicts = Passes([inn_12_holds(number).alias("holds")]), Passes(_verdict())

    def judge(frame: pl.DataFrame) -> pl.DataFrame:
        frame = widened(frame, measured)
        checked = change_where(frame, frame["length"] > 10, lambda rows: widened(rows, long))
        return picked(checked, verdicts)

    return judge


def _verdict() -> list[pl.Expr]:
    text = pl.col("text")
    length, holds = pl.col("length"), pl.col("holds")
    repaired = length.is_in([9, 11])
    full = pl.when(repaired).then("0" + text).otherwise(text)
    reason = (
        pl.when(text.is_null())
        .then(None)
        .when("dummy")
        .then(pl.lit("inn_placeholder"))
        .when(~length.is_in([9, 10, 11, 12]).fill_null(False) | (repaired & ~holds))
        .then(pl.lit("inn_length"))
        .when(full.str.starts_with("00"))
        .then(pl.lit("inn_office"))
        .when(~holds)
        .then(pl.lit("inn_checksum"))
    )
    evidence = pl.when(repaired & holds).then(pl.lit(LOST_ZERO)).otherwise(pl.col("evidence"))
    return verdict(full, reason, evidence)


def inn(cell: pl.Expr, placeholders: Collection[str] = INN_PLACEHOLDERS) -> pl.Expr:
    """The outcome for an INN: digits whose checksum holds, else a reason.

    A lost leading zero is restored only if the checksum then holds (evidence `lost_zero`). Foreign
    numbers of the same length collide with it, so ask for the country first.

    >>> pl.select(inn(pl.lit("7707083893 "))).item()
    {'value': '7707083893', 'reason': None, 'evidence': 'spaces'}
    >>> pl.select(inn(pl.lit("1111111117"))).item()["reason"]
    'inn_placeholder'
    """
    return judged(cell, _rule(placeholders))


def is_foreign_inn(inn: pl.Expr) -> pl.Expr:
    """Whether the INN was given to a foreign organization (office 9909)."""
    return inn.str.starts_with(FOREIGN_PREFIX) & (inn.str.len_bytes() == 10)
