"""The registration number of a company in its own country: BIN of Kazakhstan, UNP of Belarus, VAT number.

Every country has its own, so there is no check digit to hold them to. What is undone is spelling: two
people who copy one number from two letters must come to the same text.
"""

from __future__ import annotations

import polars as pl

from schemas.requisites.kpp import FOLDED
from schemas.requisites.spelling import judged, verdict
from schemas.rows import picked
from schemas.rowwise.passes import Passes

_BETWEEN = r"[\p{Pd}\p{Zs}.'’_]"
# Capital Cyrillic letters drawn as Latin ones; those of Ukrainian, Serbian and Kazakh too.
_LOOK_ALIKES = dict(zip("АВЕКМНОРСТУХІЈЅԚԜ", "ABEKMHOPCTYXIJSQW", strict=True))
_SEPARATORS = "separators"
_LONGEST = 50


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    return picked(frame, _VERDICT)


def _verdict() -> list[pl.Expr]:
    bare = pl.col("text").str.normalize("NFKC").str.replace_all(_BETWEEN, "").str.to_uppercase()
    folded = bare.str.replace_many(_LOOK_ALIKES)
    # Of a number in Cyrillic through and through, such as that of a Bulgarian court, nothing is folded.
    whole = pl.when(folded.str.contains(r"\p{Cyrillic}")).then(bare).otherwise(folded)
    blank = ~whole.str.contains(r"[\p{L}1-9]")
    empty = whole.is_null() | blank | (whole.str.len_chars() > _LONGEST)
    evidence = (
        pl.when(whole != bare)
        .then(pl.lit(FOLDED))
        .when(bare != pl.col("text"))
        .then(pl.lit(_SEPARATORS))
        .otherwise(pl.col("evidence"))
    )
    nothing = pl.lit(None, dtype=pl.String)
    return verdict(pl.when(~empty).then(whole), nothing, evidence)


_VERDICT = Passes(_verdict())


def national_number(cell: pl.Expr) -> pl.Expr:
    """The outcome for a national number: capitals, no separators but a slash, look-alikes made Latin.

    Nothing is refused; what holds no sign but zeros, or is longer than 50 signs, is no number.

    >>> pl.select(national_number(pl.lit("che‑123.456.789"))).item()["value"]
    'CHE123456789'
    >>> pl.select(national_number(pl.lit("НЕ 123 456"))).item()
    {'value': 'HE123456', 'reason': None, 'evidence': 'look_alike'}
    """
    return judged(cell, _judge)
