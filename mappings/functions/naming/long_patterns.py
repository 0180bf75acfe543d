"""Patterns of thousands of characters, such as all legal forms, looked for in few names or in many.

Polars compiles a pattern anew whenever thirty-two others came between: ten milliseconds for one of these,
more than the search itself where names are few. Python compiles it once for the life of the process.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

_FEW = 500


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def found(texts: pl.Series, pattern: str) -> pl.Series:
    """Whether `pattern` occurs in each text; null for nulls."""
    if len(texts) > _FEW:
        return texts.str.contains(pattern)
    look = _compiled(pattern).search
    answers = [None if text is None else look(text) is not None for text in texts]
    return pl.Series(texts.name, answers, dtype=pl.Boolean)


def without(texts: pl.Series, pattern: str) -> pl.Series:
    """Each text without the first match of `pattern`."""
    if len(texts) > _FEW:
        return texts.str.replace(pattern, "")
    cut = _compiled(pattern).sub
    return pl.Series(
        texts.name, [text if text is None else cut("", text, 1) for text in texts], dtype=pl.String
    )


def occurs(text: pl.Expr, pattern: str) -> pl.Expr:
    """`found` as an expression."""
    return text.map_batches(lambda texts: found(texts, pattern), return_dtype=pl.Boolean)


def cut(text: pl.Expr, pattern: str) -> pl.Expr:
    """`without` as an expression."""
    return text.map_batches(lambda texts: without(texts, pattern), return_dtype=pl.String)
