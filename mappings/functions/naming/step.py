"""One step of cleaning: what it looks for, and what it then writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from mappings.functions.naming.rows import on_rows
from schemas.patterns import found
from schemas.rows import widened
from schemas.rowwise.passes import Passes

# Lists are kept as text while the steps run: text columns are much cheaper to cut and put together.
BETWEEN = "\x1e"
WORKING: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "full_name": pl.String(),
    "legal_form": pl.String(),
    "branch": pl.String(),
    "qualifiers": pl.String(),
    "flags": pl.String(),
    "inn": pl.String(),
    "kpp": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True)
class Step:
    """Expressions over the columns of `WORKING`, run where `trigger` (a regex) occurs in the text.

    `parts` are computed first and may be read by `write`, which names the columns to replace.
    """

    name: str
    ru: str
    en: str
    write: Mapping[str, pl.Expr]
    trigger: str | None = None
    parts: Mapping[str, pl.Expr] = field(default_factory=dict)

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame after this step."""
        if self.trigger is None:
            # What it writes is computed of the frame it stands in, so there is nothing to put back.
            return self._written(frame)[frame.columns]
        return on_rows(frame, found(frame["text"], self.trigger), self._write)

    def _write(self, frame: pl.DataFrame) -> pl.DataFrame:
        # with_columns first: a select of literals alone would answer one row for many.
        return self._written(frame)[list(self.write)]

    def _written(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.parts:
            frame = widened(frame, self._found)
        return widened(frame, self._changed)

    @cached_property
    def _found(self) -> Passes:
        return Passes(made.alias(name) for name, made in self.parts.items())

    @cached_property
    def _changed(self) -> Passes:
        return Passes(made.alias(name) for name, made in self.write.items())


def joined(old: str, new: pl.Expr) -> pl.Expr:
    """Text list `old` with the text list `new` after it; null parts add nothing."""
    return pl.concat_str(pl.col(old), new, separator=BETWEEN, ignore_nulls=True).replace("", None)
