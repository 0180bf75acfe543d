"""What follows from the fields of a record taken together, for each canonical entity.

A finisher takes a working frame in which every field of the entity has its value, given text, fault
and issues (`mappings.steps`), and returns it with derived fields filled and further faults set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from mappings.check import mappable
from mappings.registry import Registry
from mappings.spec import FieldSpec, MappingSpec
from mappings.steps import FAULT, GIVEN, ISSUE, codes, policy_of, settled
from schemas.entities import columns
from schemas.outcome import EVIDENCE, REASON, VALUE
from schemas.records import DELETED
from schemas.rows import nulls
from schemas.rowwise.passes import Passes

ANSWER = "="
# Bytes of UTF-8. Fields that are looked up by an index have less room.
LONGEST_TEXT = 20_000
LONGEST = {
    **dict.fromkeys(("name", "name_core", "code", "article", "barcode", "value"), 2_000),
    **dict.fromkeys(("thread", "message_id", "moved_to"), 2_000),
    **dict.fromkeys(("body", "quoted"), 4_000_000),
}
_NOTHING = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True)
class Finishing:
    """What a finisher may ask: the functions, and the author's policy for each field."""

    fields: Mapping[str, FieldSpec]
    registry: Registry
    _made: dict[str, Passes] = field(default_factory=dict, compare=False)

    def once(self, what: str, make: Callable[[], Passes]) -> Passes:
        """Expressions of this mapping, made the first time they are asked for."""
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]

    def policy(self, field: str, reason: pl.Expr) -> pl.Expr:
        """What a fault of `field` does to the record."""
        return policy_of(reason, self.fields.get(field))

    def settle(
        self, field: str, value: pl.Expr, reason: pl.Expr, evidence: pl.Expr = _NOTHING
    ) -> list[pl.Expr]:
        """The three columns of `field` after a verdict on it."""
        return settled(field, value, reason, evidence, self.fields.get(field), pl.String())

    def cleaned(self, frame: pl.DataFrame, field: str, function: str, of: pl.Expr) -> pl.DataFrame:
        """`frame` with `field` made by a cleaning function of `of`, faults and issues included."""
        answer = self.registry.functions[function](of)
        return self.verdict(frame.with_columns(answer.alias(ANSWER)), field).drop(ANSWER)

    def verdict(self, frame: pl.DataFrame, field: str) -> pl.DataFrame:
        """`frame` with `field` taken from the answer column, be it a plain value or an outcome."""
        answer = pl.col(ANSWER)
        if not isinstance(frame.schema[ANSWER], pl.Struct):
            return frame.with_columns(answer.cast(pl.String).alias(field))
        parts = (answer.struct.field(name) for name in (VALUE, REASON, EVIDENCE))
        return frame.with_columns(self.settle(field, *parts))

    def refuse(self, frame: pl.DataFrame, field: str, reason: str, where: pl.Expr) -> pl.DataFrame:
        """`frame` with a fault of `field` on living records where `where` holds, whatever the policy."""
        return frame.with_columns(self.fault(field, reason, where))

    def fault(self, field: str, reason: str, where: pl.Expr) -> pl.Expr:
        """The faults of `field` with `reason` on living records where `where` holds."""
        fault = pl.when(where & ~pl.col(DELETED)).then(pl.lit(reason))
        return pl.coalesce(FAULT + field, fault).alias(FAULT + field)

    def note(self, frame: pl.DataFrame, field: str, code: str, where: pl.Expr) -> pl.DataFrame:
        """`frame` with an issue `field:code` where `where` holds."""
        return frame.with_columns(self.issue(field, code, where))

    def issue(self, field: str, code: str, where: pl.Expr) -> pl.Expr:
        """The issues of `field` with `code` where `where` holds."""
        issue = codes(pl.col(ISSUE + field), pl.when(where).then(pl.lit(code)))
        return issue.alias(ISSUE + field)


Finisher = Callable[[pl.DataFrame, Finishing], pl.DataFrame]
Finishes = Callable[[Finishing], Passes]


def complete(frame: pl.DataFrame, spec: MappingSpec) -> pl.DataFrame:
    """`frame` with the columns of the fields that the mapping does not fill, all null."""
    kinds = columns(spec.target)
    nothing = nulls(frame.height)
    absent = [name for name in mappable(spec.target) if name not in spec.fields]
    values = [nothing.cast(kinds[name]).alias(name) for name in absent]
    marks = [nothing.alias(m + name) for name in absent for m in (GIVEN, FAULT, ISSUE)]
    return frame.hstack([*values, *marks])


def short_enough(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    """`frame` with the fault `too_long` on texts that are no names and no codes, but accidents.

    An index of PostgreSQL takes 2 700 bytes; a name of 1 000 Cyrillic letters takes 2 000.
    """
    sizes = frame.select_seq(_sizes(target)).row(0, named=True)
    long = [name for name, size in sizes.items() if size > LONGEST.get(name, LONGEST_TEXT)]
    return frame.with_columns(map(_limited, long)) if long else frame


def too_long(target: str) -> list[pl.Expr]:
    """The faults of all texts, those that are too long among them."""
    return [_limited(name) for name in _texts(target)]


def _limited(name: str) -> pl.Expr:
    long = pl.col(name).str.len_bytes() > LONGEST.get(name, LONGEST_TEXT)
    return pl.coalesce(FAULT + name, pl.when(long).then(pl.lit("too_long"))).alias(FAULT + name)


@cache
def _texts(target: str) -> list[str]:
    kinds = columns(target)
    return [name for name in mappable(target) if isinstance(kinds[name], pl.String)]


@cache
def _sizes(target: str) -> pl.Expr:
    """Bytes of the longest text of each field."""
    return pl.col(_texts(target)).str.len_bytes().max().fill_null(0)
