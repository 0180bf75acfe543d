"""Numbers that people type to get past a mandatory field, many of them with a right check digit."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from schemas.lookups import one_of
from schemas.requisites.checksums import INN_10, INN_11TH, INN_12TH


def _check(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=True))
    return str(total % 11 % 10)


def _inn_of(repeated: str) -> tuple[str, str]:
    """The INN-10 and INN-12 made of one repeated digit and right check digits."""
    short, long = repeated * 9, repeated * 10
    long += _check(long, INN_11TH)
    return short + _check(short, INN_10), long + _check(long, INN_12TH)


_TYPED = ("1234567890", "1234567894", "0123456789", "123456789012", "123456789047", "123456789")
REPEATED = frozenset(d * n for d in "0123456789" for n in range(8, 16))
ZEROS = frozenset("0" * n for n in range(1, 16))

INN_PLACEHOLDERS: frozenset[str] = (
    REPEATED | ZEROS | frozenset(_TYPED) | {inn for d in "0123456789" for inn in _inn_of(d)}
)
"""Handbook 2.1: repdigits with their check digits, test numbers, bare repetitions."""

PLACEHOLDERS: frozenset[str] = REPEATED | ZEROS
"""For the other requisites: one digit repeated."""


def is_placeholder(text: pl.Expr, placeholders: Collection[str]) -> pl.Expr:
    """Whether the text is one of the known placeholders."""
    return one_of(text, placeholders)
