"""BIK and the key digit of a bank account (handbook 2.1; Bank of Russia's rule for the account key)."""

from __future__ import annotations

import polars as pl

from schemas.outcome import outcome
from schemas.requisites.checksums import weighted
from schemas.requisites.spelling import LOST_ZERO, judged, verdict

# Numeric accounts of currencies and metals carry a letter in the sixth place (CommerceML).
LETTERS = {letter: str(digit) for digit, letter in enumerate("ABCEHKMPTX")}
_WEIGHTS = tuple((7, 1, 3)[place % 3] for place in range(23))
_BANK_OF_RUSSIA = ["000", "001", "002"]


def _judge_bik(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    lost = text.str.contains(r"^[14][0-9]{7}$")
    full = pl.when(lost).then("0" + text).otherwise(text)
    wrong = ~full.str.contains(r"^0[014][0-9]{7}$") | (full == "000000000")
    evidence = pl.when(lost).then(pl.lit(LOST_ZERO)).otherwise(pl.col("evidence"))
    return frame.select(verdict(full, pl.when(wrong).then(pl.lit("bik_format")), evidence))


def bik(cell: pl.Expr) -> pl.Expr:
    """The outcome for a BIK: nine digits starting with 04, 01 or 00.

    >>> pl.select(bik(pl.lit("44525225"))).item()
    {'value': '044525225', 'reason': None, 'evidence': 'lost_zero'}
    """
    return judged(cell, _judge_bik)


def account_holds(account: pl.Expr, bik: pl.Expr) -> pl.Expr:
    """Whether the key digit of a 20-character account fits the bank; null if either is missing."""
    own = bik.str.slice(6, 3).is_in(_BANK_OF_RUSSIA) | bik.str.slice(0, 2).is_in(["00", "01"])
    central = own | account.str.starts_with("301")
    prefix = pl.when(central).then("0" + bik.str.slice(4, 2)).otherwise(bik.str.slice(6, 3))
    letter = account.str.slice(5, 1).replace(LETTERS)
    digits = prefix + account.str.slice(0, 5) + letter + account.str.slice(6)
    high, low = digits.str.slice(0, 12), digits.str.slice(12, 11)
    total = weighted(high.cast(pl.Int64, strict=False), _WEIGHTS[:12]) + weighted(
        low.cast(pl.Int64, strict=False), _WEIGHTS[12:]
    )
    return total % 10 == 0


def account(account: pl.Expr, bik: pl.Expr) -> pl.Expr:
    """The outcome for an account of the bank with this (valid) BIK; without a BIK only the form counts.

    >>> pl.select(account(pl.lit("40702810638050013199"), pl.lit("044525225"))).item()["value"]
    '40702810638050013199'
    """
    bare = account.str.replace_all(r"[\s.\-]", "").str.to_uppercase()
    formed = bare.str.contains(r"^[0-9]{5}[0-9ABCEHKMPTX][0-9]{14}$")
    wrong = ~formed | ~account_holds(bare, bik).fill_null(True)
    reason = pl.when(bare.is_not_null() & wrong).then(pl.lit("account_key"))
    return outcome(pl.when(~wrong).then(bare), reason)
