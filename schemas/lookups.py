"""Words looked up in a table, in few texts or in many.

Polars makes its table anew for every column it is asked about, which costs more than the looking up where
texts are few; Python keeps it. Both answer alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import polars as pl

from schemas.rowwise.through import through

_FEW = 64


def looked_up(text: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """What the table has for each text; null for what it has not, and for nulls.

    >>> texts = pl.DataFrame({"t": ["а", "б", None]})
    >>> texts.select(looked_up(pl.col("t"), {"а": "1"}))["t"].to_list()
    ['1', None, None]
    """

    def look(texts: pl.Series) -> pl.Series:
        if len(texts) > _FEW:
            return texts.replace_strict(table, default=None, return_dtype=pl.String)
        found = [None if text is None else table.get(text) for text in texts.to_list()]
        return pl.Series(texts.name, found, dtype=pl.String)

    return through(text, look, pl.String, one=table.get)


def one_of(text: pl.Expr, words: Collection[str]) -> pl.Expr:
    """Whether each text is one of `words`; null for nulls.

    >>> texts = pl.DataFrame({"t": ["а", "б", None]})
    >>> texts.select(one_of(pl.col("t"), ["а"]))["t"].to_list()
    [True, False, None]
    """
    known, listed = frozenset(words), sorted(words)

    def look(texts: pl.Series) -> pl.Series:
        if len(texts) > _FEW:
            return texts.is_in(listed)
        found = [None if text is None else text in known for text in texts.to_list()]
        return pl.Series(texts.name, found, dtype=pl.Boolean)

    return through(text, look, pl.Boolean, one=known.__contains__)


class Replacing:
    """Pieces of text replaced by others, in one reading; of two that begin together the first listed wins.

    >>> Replacing({"ab": "1", "a": "2", "b": "3"})(pl.Series(["abba", None])).to_list()
    ['132', None]
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = dict(table)
        self._pattern = re.compile("|".join(map(re.escape, self._table)))

    def __call__(self, texts: pl.Series) -> pl.Series:
        if len(texts) > _FEW:
            return texts.str.replace_many(self._table, leftmost=True)
        told = [None if text is None else self._told(text) for text in texts.to_list()]
        return pl.Series(texts.name, told, dtype=pl.String)

    def _told(self, text: str) -> str:
        return self._pattern.sub(lambda piece: self._table[piece.group()], text)
