"""A mapping as one list of passes, from the source's columns to the record: for rows typed, asked or mended.

They are the expressions that many rows pass as well, one after another; nothing is left out for silent fields.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mappings.check import mappable
from mappings.finish import too_long
from mappings.spec import MappingSpec
from mappings.steps import FAULT, GIVEN, ISSUE
from mappings.verdict import HASH, IGNORED, KEY_FIELD, hashed, kept
from schemas.entities import columns
from schemas.rowwise.passes import Passes

TROUBLE = "#trouble"
Pass = Sequence[pl.Expr]


def whole(
    schema: pl.Schema, spec: MappingSpec, before: Sequence[Pass], finished: Sequence[Pass],
    connection: str, version: str,
) -> Passes:  # fmt: skip
    """All passes over rows of `schema`: the columns of the entity, `hash`, and TROUBLE.

    TROUBLE is null unless the row is refused or passed over. `before` reads the fields, `finished`
    completes the entity.
    """
    passes = [*before, _unmapped(spec), *finished, [*too_long(spec.target)], [_trouble(spec)]]
    present = _kinds(schema, passes)
    noted = tuple(mappable(spec.target))
    told = tuple((name, present[name]) for name in columns(spec.target) if name in present)
    passes.append(list(kept(spec.target, spec.stream, connection, version, noted, told)))
    passes.append(list(hashed(spec.target)))
    stays = {*columns(spec.target), HASH, TROUBLE}
    written = {expr.meta.output_name() for one in passes for expr in one}
    return Passes(*passes, passing=written - stays)


def _kinds(schema: pl.Schema, passes: Sequence[Pass]) -> pl.Schema:
    frame = pl.LazyFrame(schema=schema)
    for one in passes:
        frame = frame.with_columns(one)
    return frame.collect_schema()


def _unmapped(spec: MappingSpec) -> Pass:
    """The fields that the mapping does not fill."""
    kinds = columns(spec.target)
    absent = [name for name in mappable(spec.target) if name not in spec.fields]
    values = [pl.lit(None, dtype=kinds[name]).alias(name) for name in absent]
    marks = [pl.lit(None, pl.String).alias(m + n) for n in absent for m in (GIVEN, FAULT, ISSUE)]
    return [*values, *marks]


def _trouble(spec: MappingSpec) -> pl.Expr:
    faults = [pl.col(FAULT + name) for name in (KEY_FIELD, *mappable(spec.target))]
    return pl.coalesce(IGNORED, *faults).alias(TROUBLE)
