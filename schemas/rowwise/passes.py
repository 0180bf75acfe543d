"""Lists of expressions that are asked again and again, of many rows or of a few."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import polars as pl

from schemas.rowwise.columns import column_of, frame_of
from schemas.rowwise.part import CROWD, Row, Unread, Unsure
from schemas.rowwise.reading import Reading

FEW = 64
# So many texts cost less one by one even where each of them is a column of its own to Polars.
_ALONE = 4
# Forms, towns and numbers of rooms come again and again; to hash one text in Polars takes as long as fifty.
_MANY = 20_000
_REMEMBERED: dict[str, dict[str, Any]] = {}


class Passes:
    """Expressions that are asked again and again, of many rows or of a few, in one pass or several.

    Each pass reads what those before it wrote; all but the columns `passing` stay.
    """

    def __init__(self, *passes: Iterable[pl.Expr], passing: Collection[str] = ()) -> None:
        self.passes = [list(one) for one in passes]
        self.passing = frozenset(passing)

    def __iter__(self) -> Iterator[pl.Expr]:
        """The expressions of the only pass."""
        (only,) = self.passes
        return iter(only)

    def over(self, frame: pl.DataFrame) -> list[pl.Series] | None:
        """The columns all passes write, of a frame of few rows; None where Polars must be asked."""
        read = self._read
        if read is None or not self._roots:
            return None
        given = [frame.get_column(name) for name in self._roots]
        crowd: Row = {CROWD: True} if frame.height > _ALONE else {}
        rows: list[Row] = [crowd.copy() for _ in range(frame.height)]
        for column in given:
            for row, value in zip(rows, column.to_list(), strict=True):
                row[column.name] = value
        try:
            written = [_written(rows, one) for one in read]
        # What cannot be worked out of these values is an error of Polars, too, or none: it will tell.
        except (Unsure, TypeError, LookupError):
            return None
        names = dict.fromkeys(n for one in written for n in one if n not in self.passing)
        kinds = self._kinds(tuple(column.dtype for column in given))
        return [column_of(name, [row[name] for row in rows], kinds[name]) for name in names]

    @cached_property
    def _read(self) -> list[Reading] | None:
        try:
            return [Reading(exprs) for exprs in self.passes]
        # Another Polars may write an expression down otherwise: then it is asked itself.
        except (Unread, LookupError, TypeError, ValueError, AttributeError):
            return None

    @cached_property
    def _roots(self) -> list[str]:
        """The columns that are read of the frame itself."""
        roots: dict[str, None] = {}
        written: set[str] = set()
        for exprs in self.passes:
            names = [name for expr in exprs for name in expr.meta.root_names()]
            roots |= dict.fromkeys(name for name in names if name not in written)
            written |= {expr.meta.output_name() for expr in exprs}
        return list(roots)

    @cached_property
    def _known_kinds(self) -> dict[tuple[pl.DataType, ...], dict[str, pl.DataType]]:
        return {}

    def _kinds(self, given: tuple[pl.DataType, ...]) -> dict[str, pl.DataType]:
        """The types of the written columns, as Polars has them."""
        if given not in self._known_kinds:
            schema = dict(zip(self._roots, given, strict=True))
            frame = pl.LazyFrame(schema=schema)
            for exprs in self.passes:
                frame = frame.with_columns(exprs)
            self._known_kinds[given] = dict(frame.collect_schema())
        return self._known_kinds[given]


def _written(rows: list[Row], read: Reading) -> list[str]:
    """Work one pass out and put its answers into the rows; the names of what it wrote."""
    _ask(rows, read)
    answers = [[(name, value(row)) for name, value in read.values] for row in rows]
    for row, told in zip(rows, answers, strict=True):
        for key in [key for key in row if not isinstance(key, str)]:
            del row[key]
        row.update(told)
    return [name for name, _ in read.values]


def _ask(rows: list[Row], read: Reading) -> None:
    """Have Polars answer what only it knows, of all rows at once; what it said before is remembered."""
    if not read.asked:
        return
    told = [[(place, value(row), nth) for place, value, nth in read.asked] for row in rows]
    known = [_answers(written) for written in read.functions]
    new: dict[int, dict[str, None]] = {}
    for one in told:
        for _, text, nth in one:
            if text is not None and text not in known[nth]:
                new.setdefault(nth, {})[text] = None
    if new:
        _learn(read, known, {nth: list(texts) for nth, texts in new.items()})
    for row, one in zip(rows, told, strict=True):
        row.update((place, None if t is None else known[nth][t]) for place, t, nth in one)


def _learn(read: Reading, known: list[dict[str, Any]], new: Mapping[int, list[str]]) -> None:
    longest = max(map(len, new.values()))
    padded = {nth: [*texts, *[None] * (longest - len(texts))] for nth, texts in new.items()}
    frame = frame_of([column_of(str(n), texts, pl.String) for n, texts in padded.items()])
    functions = list(read.functions.values())
    answers = frame.select_seq([functions[nth] for nth in new])
    for (nth, texts), column in zip(new.items(), answers.get_columns(), strict=True):
        known[nth].update(zip(texts, column.to_list(), strict=False))


def _answers(written: str) -> dict[str, Any]:
    """What a function of one text has answered; forgotten when it is too much."""
    found = _REMEMBERED.setdefault(written, {})
    if len(found) > _MANY:
        # Another thread may be about to read of it, so it is left to whoever has it.
        found = _REMEMBERED[written] = {}
    return found
