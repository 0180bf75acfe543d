"""KPP: tax office, reason of registration, order number; and what the reason says (handbook 2.1, 2.2)."""

from __future__ import annotations

import polars as pl

from schemas.requisites.placeholders import PLACEHOLDERS, is_placeholder
from schemas.requisites.spelling import LOST_ZERO, judged, verdict
from schemas.rows import picked, widened
from schemas.rowwise.passes import Passes

# The pattern of the Federal Tax Service's XML schemas.
_PATTERN = r"^([0-9][1-9]|[1-9][0-9])[0-9]{2}[0-9A-Z]{2}[0-9]{3}$"
_LOST_ZERO = r"^[1-9][0-9]{2}(0[1-8]|3[12]|4[345]|50)[0-9]{3}$"
_CYRILLIC = dict(zip("АВЕКМНОРСТУХ", "ABEKMHOPCTYX", strict=True))
FOLDED = "look_alike"

_PURPOSES = {
    "head": ["01"],
    "branch": ["02", "03", "04", "05", "31", "32", "43", "44", "45"],
    "real_estate": ["06", "07", "08"],
    "transport": [str(code) for code in range(10, 30)],
    "largest_taxpayer": ["50"],
    "foreign": [str(code) for code in range(51, 100)],
}
_PURPOSE = {code: purpose for purpose, codes in _PURPOSES.items() for code in codes}
_ROLE = {code: p for code, p in _PURPOSE.items() if p in ("head", "branch", "largest_taxpayer")}


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    if frame["number"].null_count():
        return picked(widened(frame, _FOLDING), _VERDICT)
    own = pl.Series([False]).new_from_index(0, frame.height)
    return picked(
        frame.hstack([frame["text"].alias("folded"), own.alias("foreign_letter")]), _VERDICT
    )


def _folding() -> list[pl.Expr]:
    text, number = pl.col("text"), pl.col("number")
    upper = text.str.to_uppercase()
    folded = upper.str.replace_many(_CYRILLIC)
    return [
        pl.when(number.is_null()).then(folded).otherwise(text).alias("folded"),
        (number.is_null() & (folded != upper)).alias("foreign_letter"),
    ]


def _verdict() -> list[pl.Expr]:
    text, folded = pl.col("text"), pl.col("folded")
    lost = folded.str.contains(_LOST_ZERO)
    full = pl.when(lost).then("0" + folded).otherwise(folded)
    reason = (
        pl.when(text.is_null())
        .then(None)
        .when(is_placeholder(folded, PLACEHOLDERS))
        .then(pl.lit("kpp_placeholder"))
        .when(~full.str.contains(_PATTERN))
        .then(pl.lit("kpp_format"))
    )
    evidence = (
        pl.when(lost)
        .then(pl.lit(LOST_ZERO))
        .when("foreign_letter")
        .then(pl.lit(FOLDED))
        .otherwise(pl.col("evidence"))
    )
    return verdict(full, reason, evidence)


_FOLDING, _VERDICT = Passes(_folding()), Passes(_verdict())


def kpp(cell: pl.Expr) -> pl.Expr:
    """The outcome for a KPP; Cyrillic look-alikes of Latin letters are folded.

    A KPP has no checksum, so a lost zero is restored only where the reason code is a usual one.
    Of a cell «ИНН/КПП» the second half is taken.

    >>> pl.select(kpp(pl.lit("7701АВ001"))).item()
    {'value': '7701AB001', 'reason': None, 'evidence': 'look_alike'}
    >>> pl.select(kpp(pl.lit("000101001"))).item()["reason"]
    'kpp_format'
    """
    return judged(cell, _judge, part=1)


def kpp_purpose(kpp: pl.Expr) -> pl.Expr:
    """Why the unit is registered: head, branch, real_estate, transport, largest_taxpayer, foreign, unknown.

    >>> pl.select(kpp_purpose(pl.lit("770110001"))).item()
    'transport'
    """
    code = kpp.str.slice(4, 2)
    purpose = code.replace_strict(_PURPOSE, default="unknown", return_dtype=pl.String)
    return pl.when(kpp.is_not_null()).then(purpose)


def kpp_role(kpp: pl.Expr) -> pl.Expr:
    """The unit's role: head, branch, largest_taxpayer or unknown; null without a KPP.

    >>> pl.select(kpp_role(pl.lit("997550001"))).item()
    'largest_taxpayer'
    """
    code = kpp.str.slice(4, 2)
    role = code.replace_strict(_ROLE, default="unknown", return_dtype=pl.String)
    return pl.when(kpp.is_not_null()).then(role)


def kpp_applies(inn: pl.Expr) -> pl.Expr:
    """Whether the owner of this INN can have a KPP: sole traders and persons (12 digits) cannot."""
    return inn.is_null() | (inn.str.len_bytes() != 12)
