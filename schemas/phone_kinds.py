"""What a clean phone number (E.164, extension after `;ext=`) is evidence of (handbook 2.7)."""

from __future__ import annotations

import polars as pl


def phone_base(number: pl.Expr) -> pl.Expr:
    """The number without its extension.

    >>> pl.select(phone_base(pl.lit("+73432891122;ext=12"))).item()
    '+73432891122'
    """
    return number.str.replace(r";.*$", "")


def is_toll_free(number: pl.Expr) -> pl.Expr:
    """Whether it is a Russian toll-free number, which is never a person's key."""
    return number.str.contains(r"^\+7(800|804)[0-9]{7}")


def is_mobile(number: pl.Expr) -> pl.Expr:
    """Whether it is a Russian mobile number."""
    return number.str.contains(r"^\+79[0-9]{9}")
