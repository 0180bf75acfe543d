"""Prices and quantities as exact decimal texts, currencies, and the two parts of a CommerceML offer."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.functions.values import number, text
from schemas.outcome import REASON, VALUE, outcome
from schemas.volumes import volume

_PIECE = r"(?i)(?:длин\p{L}*|остат\p{L}*|отрез\p{L}*|кус\p{L}*)[^0-9]{0,40}?([0-9]+(?:[.,][0-9]+)?)\s*м(?:етр|[^\p{L}]|$)"
_RUBLE = ("rub", "rur", "руб", "руб.", "рубль", "российский рубль", "643", "810", "₽", "р.", "р")
_CURRENCIES = {
    **dict.fromkeys(_RUBLE, "RUB"),
    "840": "USD", "$": "USD", "доллар сша": "USD", "978": "EUR", "€": "EUR", "евро": "EUR",
    "156": "CNY", "юань": "CNY", "398": "KZT", "тенге": "KZT", "933": "BYN", "белорусский рубль": "BYN",
}  # fmt: skip


def _plain(value: pl.Expr) -> pl.Expr:
    """An exact decimal without the zeros at its end."""
    return value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def quantity(cell: pl.Expr) -> pl.Expr:
    """The outcome for a number of things, as an exact decimal text.

    >>> pl.select(quantity(pl.lit("1 234,50"))).item()["value"]
    '1234.5'
    """
    read = number(cell).struct
    return outcome(_plain(read.field(VALUE)), read.field(REASON))


def amount(cell: pl.Expr) -> pl.Expr:
    """The outcome for a price: a quantity that is not below zero.

    >>> pl.select(amount(pl.lit("100.00"))).item()["value"]
    '100'
    >>> pl.select(amount(pl.lit("-1"))).item()["reason"]
    'amount_negative'
    """
    read = number(cell).struct
    below = read.field(VALUE) < 0
    reason = pl.when(below).then(pl.lit("amount_negative")).otherwise(read.field(REASON))
    return outcome(pl.when(~below).then(_plain(read.field(VALUE))), reason)


def currency(cell: pl.Expr) -> pl.Expr:
    """The outcome for a currency: its ISO 4217 code, of the code, its number or a usual word.

    >>> pl.select(currency(pl.lit("руб"))).item()["value"]
    'RUB'
    >>> pl.select(currency(pl.lit("тугрики"))).item()["reason"]
    'currency_unknown'
    """
    bare = text(cell).str.to_lowercase()
    code = pl.when(bare.str.contains("^[a-z]{3}$")).then(bare.str.to_uppercase())
    known = bare.replace_strict(_CURRENCIES, default=code, return_dtype=pl.String)
    wrong = bare.is_not_null() & known.is_null()
    return outcome(known, pl.when(wrong).then(pl.lit("currency_unknown")))


def before_hash(cell: pl.Expr) -> pl.Expr:
    """The item of an offer «item#characteristic».

    >>> pl.select(before_hash(pl.lit("a1#b2"))).item()
    'a1'
    """
    return cell.str.extract("^([^#]+)")


def after_hash(cell: pl.Expr) -> pl.Expr:
    """The characteristic of an offer «item#characteristic»; null if it has none.

    >>> pl.select(after_hash(pl.lit("a1#b2")), after_hash(pl.lit("a1")).alias("none")).row(0)
    ('b2', None)
    """
    return cell.str.extract("#(.+)$")


def piece_length(cell: pl.Expr) -> pl.Expr:
    """Metres of a piece as words tell them: a length, a remainder or a cut; null where none do.

    >>> pl.select(piece_length(pl.lit("ВВГ 3х2,5 остаток 17,5 м (короткомер)"))).item()
    '17.5'
    >>> pl.select(piece_length(pl.lit("Шайба, длина 17 мм"))).item() is None
    True
    """
    return cell.str.extract(_PIECE).str.replace(",", ".", literal=True)


FUNCTIONS: Mapping[str, Function] = {
    "quantity": quantity,
    "amount": amount,
    "currency": currency,
    "before_hash": before_hash,
    "after_hash": after_hash,
    "piece_length": piece_length,
    "volume": volume,
}
