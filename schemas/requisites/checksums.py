"""Check digits as integer arithmetic over whole columns (handbook 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_11TH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_12TH = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def digit(number: pl.Expr, from_right: int) -> pl.Expr:
    """The digit of a non-negative integer, 0 being the last one."""
    divisor: int = 10**from_right
    return number // divisor % 10


def weighted(number: pl.Expr, weights: Sequence[int]) -> pl.Expr:
    """Sum of digit times weight, the last weight belonging to the last digit."""
    last = len(weights) - 1
    terms = [digit(number, last - place) * weight for place, weight in enumerate(weights)]
    return sum(terms[1:], start=terms[0])


def inn_10_holds(number: pl.Expr) -> pl.Expr:
    """Whether the tenth digit is right."""
    return weighted(number // 10, INN_10) % 11 % 10 == number % 10


def inn_12_holds(number: pl.Expr) -> pl.Expr:
    """Whether the eleventh and twelfth digits are right."""
    eleventh = weighted(number // 100, INN_11TH) % 11 % 10 == digit(number, 1)
    return eleventh & (weighted(number // 10, INN_12TH) % 11 % 10 == number % 10)


def ogrn_holds(number: pl.Expr, divisor: int) -> pl.Expr:
    """Whether the last digit is right: divisor 11 for OGRN, 13 for OGRNIP.

    The last digit *of the remainder* counts: remainders 10, 11 and 12 of OGRNIP give 0, 1 and 2.
    """
    return number // 10 % divisor % 10 == number % 10


def okpo_holds(number: pl.Expr, length: int) -> pl.Expr:
    """Whether the last digit is right for an OKPO of this length."""
    places = range(length - 1)
    first = weighted(number // 10, [place % 10 + 1 for place in places]) % 11
    second = weighted(number // 10, [(place + 2) % 10 + 1 for place in places]) % 11
    return pl.when(first < 10).then(first).otherwise(second % 10) == number % 10
