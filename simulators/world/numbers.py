"""Requisites that pass their checksums: INN, OGRN, OKPO, KPP (weights and rules: handbook 2.1).

Written apart from the product's own checks on purpose, so that an error in either one shows.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulators.world.chance import Ints

_INN10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
PLACEHOLDERS = ("0000000000", "1111111117", "9999999998", "1234567894")


def weighted_sum(numbers: Ints, weights: tuple[int, ...]) -> Ints:
    """Sum of digit x weight for numbers of exactly as many digits as there are weights."""
    places = np.array([10**p for p in range(len(weights) - 1, -1, -1)], dtype=np.int64)
    digits = (numbers[:, None] // places) % 10
    total: Ints = digits @ np.array(weights, dtype=np.int64)
    return total


def inn10(body: Ints) -> Ints:
    """Ten-digit INN from its first nine digits."""
    return body * 10 + weighted_sum(body, _INN10) % 11 % 10


def inn12(body: Ints) -> Ints:
    """Twelve-digit INN from its first ten digits."""
    eleven = body * 10 + weighted_sum(body, _INN11) % 11 % 10
    return eleven * 10 + weighted_sum(eleven, _INN12) % 11 % 10


def ogrn13(body: Ints) -> Ints:
    """OGRN of a legal entity from its first twelve digits."""
    return body * 10 + body % 11 % 10


def ogrn15(body: Ints) -> Ints:
    """OGRNIP of a sole trader from its first fourteen digits."""
    return body * 10 + body % 13 % 10


def okpo(body: Ints, width: int) -> Ints:
    """OKPO from its first `width` digits: the second round of weights applies after a remainder of 10."""
    first = tuple(i % 10 + 1 for i in range(width))
    second = tuple((i + 2) % 10 + 1 for i in range(width))
    check = weighted_sum(body, first) % 11
    again = weighted_sum(body, second) % 11 % 10
    return body * 10 + np.where(check == 10, again, check)


def inn_holds(text: pl.Series) -> pl.Series:
    """Whether each text is an INN of 10 or 12 digits whose control digits agree."""
    number = text.str.to_integer(strict=False).fill_null(0).to_numpy()
    width = text.str.len_chars().fill_null(0).to_numpy()
    ten, twelve = inn10(number // 10) == number, inn12(number // 100) == number
    return pl.Series(((width == 10) & ten) | ((width == 12) & twelve))


def padded(numbers: Ints, width: int) -> pl.Series:
    """The numbers as text with leading zeros."""
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def scattered(ranks: Ints, capacity: int) -> Ints:
    """Distinct numbers below `capacity` in no visible order; `ranks` must be below it too."""
    # 7 919 is prime and shares no factor with the powers of ten and 3 used as capacities.
    return (ranks * 7919 + 104_729) % capacity
