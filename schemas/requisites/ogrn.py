"""OGRN (13 digits) of a legal entity and OGRNIP (15) of a sole trader (handbook 2.1)."""

from __future__ import annotations

import polars as pl

from schemas.requisites.checksums import ogrn_holds
from schemas.requisites.placeholders import PLACEHOLDERS, is_placeholder
from schemas.requisites.spelling import judged, verdict
from schemas.rows import picked
from schemas.rowwise.passes import Passes

ENTRY_NUMBER = "entry_number"


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    return picked(frame, _VERDICT)


def _verdict() -> list[pl.Expr]:
    text, number = pl.col("text"), pl.col("number")
    length = text.str.len_bytes()
    first = text.str.slice(0, 1)
    entity = (length == 13) & (first != "0")
    trader = (length == 15) & first.is_in(["3", "4"])
    holds = (entity & ogrn_holds(number, 11)) | (trader & ogrn_holds(number, 13))
    reason = (
        pl.when(text.is_null())
        .then(None)
        .when(is_placeholder(text, PLACEHOLDERS))
        .then(pl.lit("ogrn_placeholder"))
        .when(number.is_null() | ~(entity | trader))
        .then(pl.lit("ogrn_length"))
        .when(~holds)
        .then(pl.lit("ogrn_checksum"))
    )
    entry = entity & ~first.is_in(["1", "5"])
    evidence = pl.when(entry & holds).then(pl.lit(ENTRY_NUMBER)).otherwise(pl.col("evidence"))
    return verdict(text, reason, evidence)


_VERDICT = Passes(_verdict())


def ogrn(cell: pl.Expr) -> pl.Expr:
    """The outcome for an OGRN or OGRNIP.

    A number that starts with another digit than 1 or 5 names a register entry, not a company, and is
    kept with the evidence `entry_number`.

    >>> pl.select(ogrn(pl.lit("320774600123480"))).item()["value"]
    '320774600123480'
    >>> pl.select(ogrn(pl.lit("1022500001328"))).item()["reason"]
    'ogrn_checksum'
    """
    return judged(cell, _judge)
