"""Planned volumes as people write them: roubles a year, of a cell, of a sentence, and as a threshold.

«5 млн», «1 250 000 руб.», «300 тыс. руб. в месяц». What is counted in tonnes or another currency is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import polars as pl

from schemas.outcome import outcome
from schemas.unfit import Unfit

_SPACE = r"[ \x{a0}\x{202f}]"
_NUMBER = (
    rf"[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?:[.,][0-9]{{1,2}})?|[0-9]{{1,15}}(?:[.,][0-9]{{1,3}})?"
)
_SCALE = r"тысяч\p{L}*|тыс\.?|т\. ?р\.|миллион\p{L}*|млн\.?|миллиард\p{L}*|млрд\.?|thousand|million|billion"
_MONEY = r"р(?:уб(?:л\p{L}+)?)?(?:\.|\b)|₽|rub\b|rur\b"
_PERIOD = r"(?:(?:в|за|/|per|a) ?)?(?:год\p{L}*|г\.|year|месяц|мес\.?|month|квартал|кв\.|quarter)|ежегодно|ежемесячно"
_ABOUT = r"(?:около|примерно|порядка|до|от|~|≈|about) ?"
_CELL = rf"(?i)^(?:{_ABOUT})?({_NUMBER}) ?({_SCALE})? ?(?:{_MONEY})? ?({_PERIOD})?$"
# A sum is one by its currency, or by a scale with nothing counted behind it: «20 тыс. труб», «100 тыс. евро» are not it.
_WANTED = (
    r"(?:объ[её]м(?:а|ы|ом|у)?|закупа(?:ем|ю|ть|ете?)|закуп(?:ка|ки|ок)|потребност(?:ь|и)"
    r"|бюджет(?:а|ом|у)?|planned volume|budget)"
)
# Other words before the sum make it a debt, a bill, a price: what stands here says only when and how exactly.
_BETWEEN_WORD = (
    r"(?:закуп(?:ка|ки|ок)|потребления|поставок|заказов|продукции|планируем\p{L}*|планово\p{L}*|годово\p{L}*"
    r"|состав\p{L}*|будет|порядка|примерно|около|приблизительно|ориентировочно|до|от|в|на|за|год|месяц|квартал|мес"
    r"|ежегодно|ежемесячно|is|of|about|around|per|a|year|month)\.?"
)
_SAID = (
    rf"(?i)(?:^|[^\p{{L}}])(не )?{_WANTED}((?:[\s:—–,-]+{_BETWEEN_WORD})*)[\s:—–-]*({_NUMBER}) ?"
    rf"(?:({_SCALE}) ?({_MONEY})?|({_MONEY})) ?({_PERIOD})?(?: ?([\p{{L}}0-9$€]))?"
)
_EXACT = pl.Decimal(38, 3)


def volume(cell: pl.Expr) -> pl.Expr:
    """The outcome for a planned volume: roubles a year as an exact decimal text; nought is none.

    >>> pl.select(volume(pl.lit("1,5 млн руб."))).item()["value"]
    '1500000'
    >>> pl.select(volume(pl.lit("300 тыс. руб. в месяц"))).item()["value"]
    '3600000'
    >>> pl.select(volume(pl.lit("500 тонн"))).item()["reason"]
    'number_unreadable'
    """
    bare = cell.str.strip_chars().str.replace_all(r"[\s]+", " ")
    filled = pl.when(bare != "").then(bare)
    found = filled.str.extract_groups(_CELL).struct
    value = _roubles(found.field("1"), found.field("2"), found.field("3"))
    unread = filled.is_not_null() & value.is_null()
    planned = pl.when(value != "0").then(value)  # 1C writes nought where nothing is planned
    return outcome(planned, pl.when(unread).then(pl.lit("number_unreadable")))


def said_volume(text: pl.Expr) -> pl.Expr:
    """The planned volume that a text tells, in roubles a year; null where it tells none.

    >>> pl.select(said_volume(pl.lit("Планируемый объём закупок — около 5 млн руб. в год"))).item()
    '5000000'
    >>> pl.select(said_volume(pl.lit("Нужен объём 20 тонн"))).item() is None
    True
    """
    found = text.str.extract_groups(_SAID).struct
    refused, before, number, scale, money, alone, period, after = (
        found.field(str(n)) for n in range(1, 9)
    )
    counted = pl.coalesce(money, alone).is_null() & after.is_not_null()
    value = _roubles(number, scale, pl.coalesce(period, before))
    return pl.when(refused.is_null() & ~counted).then(value)


def _roubles(number: pl.Expr, scale: pl.Expr, period: pl.Expr) -> pl.Expr:
    digits = number.str.replace_all(_SPACE, "").str.replace(",", ".", literal=True)
    exact = digits.cast(_EXACT, strict=False)
    told = exact * _times(scale) * _periods(period)
    return told.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def _times(scale: pl.Expr) -> pl.Expr:
    small = scale.str.to_lowercase()
    return (
        pl.when(small.str.contains("^(?:миллиа|млрд|b)")).then(10**9)
        .when(small.str.contains("^(?:ми|мл|m)")).then(10**6)
        .when(small.is_not_null()).then(10**3)
        .otherwise(1)
    )  # fmt: skip


def _periods(period: pl.Expr) -> pl.Expr:
    small = period.str.to_lowercase()
    return (
        pl.when(small.str.contains("мес|month")).then(12)
        .when(small.str.contains("кв|quarter")).then(4)
        .otherwise(1)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """A threshold: roubles a year from `least` to `most`; each with whether it counts itself."""

    least: Decimal | None = None
    most: Decimal | None = None
    with_least: bool = True
    with_most: bool = True

    def hold(self, amount: pl.Expr) -> pl.Expr:
        """Whether an amount, a decimal text, lies within; false where there is none."""
        exact = amount.cast(_EXACT, strict=False)
        holds = exact.is_not_null()
        if self.least is not None:
            least = pl.lit(self.least, _EXACT)
            holds &= exact >= least if self.with_least else exact > least
        if self.most is not None:
            most = pl.lit(self.most, _EXACT)
            holds &= exact <= most if self.with_most else exact < most
        return holds


_BETWEEN = re.compile(
    r"(?i)^(?:от|from)?\s*(?P<least>\d.*?)\s*(?:до|to|—|–|-|\.\.)\s*(?P<most>\d.*)$"
)
_ONE = re.compile(r"(?i)^(?P<sign>>=|≥|<=|≤|>|<|от|from|до|up to)\s*(?P<amount>\d.*)$")
_LEAST = (">", ">=", "≥", "от", "from")
_SCALED = re.compile(r"[^\d\s.,].*$")


def bounds(text: str) -> Bounds:
    """What a threshold means: `>=1 млн`, `<300 тыс`, `от 1 до 5 млн`; ValueError for what is none.

    >>> bounds("1-5 млн").least
    Decimal('1000000')
    """
    whole = " ".join(text.split())
    if found := _ONE.match(whole):
        amount = _amount(found["amount"])
        if amount is not None and (amount or found["sign"].lower() in _LEAST):
            return _bounded(found["sign"].lower(), amount)
    if found := _BETWEEN.match(whole):
        most, scale = _amount(found["most"]), _SCALED.search(found["most"])
        bare = _SCALED.search(found["least"]) is None
        least = _amount(f"{found['least']} {scale[0]}" if bare and scale else found["least"])
        if least is not None and most and least <= most:
            return Bounds(least, most)
    raise Unfit(
        f"«{text}» не порог вроде «>=1 млн», «<300 тыс» или «от 1 до 5 млн»",
        f"'{text}' is no volume such as '>=1 млн', '<300 тыс' or 'от 1 до 5 млн'",
    )


def _bounded(sign: str, amount: Decimal) -> Bounds:
    strict = sign in ("<", ">")
    if sign in _LEAST:
        return Bounds(least=amount, with_least=not strict)
    return Bounds(most=amount, with_most=not strict)


@cache
def _amount(text: str) -> Decimal | None:
    told = pl.select(volume(pl.lit(text))).item()
    if told["value"] is None:
        return None if told["reason"] else Decimal(0)  # a cell's nought is no plan, but a bound
    return Decimal(told["value"])
