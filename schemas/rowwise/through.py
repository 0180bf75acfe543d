"""Functions of a whole column as parts of an expression, such that they are known again inside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

import polars as pl

from schemas.rowwise.columns import column_of
from schemas.rowwise.part import Unsure

Work = Callable[[pl.Series], pl.Series]
One = Callable[[Any], Any]
Kind = pl.DataType | type[pl.DataType]
_MARK = re.compile(rb"kanon-through:(\d+);")
_numbers = count()
_known: WeakValueDictionary[int, Through] = WeakValueDictionary()


class Through:
    """A function of a column of texts that treats each value by itself."""

    def __init__(self, work: Work, one: One | None, takes: Kind) -> None:
        self._work = work
        self._takes = takes
        self._one = one
        self._number = next(_numbers)
        _known[self._number] = self

    def __call__(self, values: pl.Series) -> pl.Series:
        """What the function answers for the column."""
        return self._work(values)

    def one(self, value: Any, *, crowd: bool = False) -> Any:
        """What it answers for one text; Unsure of what is asked better of a `crowd` as a column."""
        if value is None:
            return self._of_null
        answer = NotImplemented if self._one is None else self._one(value)
        if answer is not NotImplemented:
            return answer
        if crowd:
            raise Unsure
        return self._asked(value)

    @cached_property
    def _of_null(self) -> Any:
        return self._asked(None)

    def _asked(self, value: Any) -> Any:
        return self._work(column_of("", [value], self._takes)).to_list()[0]

    def __reduce__(self) -> tuple[Callable[[str], Through], tuple[str]]:
        return named, (f"kanon-through:{self._number};",)


def named(mark: str) -> Through:
    """The function that a written expression names."""
    return _known[int(mark.partition(":")[2].strip(";"))]


def inside(written: Sequence[int]) -> Through | None:
    """The function in the bytes of a written expression; None if it is none of ours."""
    found = _MARK.search(bytes(written))
    return None if found is None else _known[int(found.group(1))]


def through(
    expr: pl.Expr,
    work: Work,
    kind: Kind = pl.String,
    *,
    one: One | None = None,
    takes: Kind = pl.String,
    elementwise: bool = True,
) -> pl.Expr:
    """`work` over the values of `expr`, one by one, texts unless it `takes` others; it answers a column of type `kind`.

    `one` may know the same of a single text, and says NotImplemented where it does not.
    """
    return expr.map_batches(
        Through(work, one, takes), return_dtype=kind, is_elementwise=elementwise
    )
