"""The columns a mapping reads, as text: of the record itself and of the records joined to it.

Source columns carry the prefix `<` in a working frame, so that a source column named like a target
field cannot be mistaken for it. A column the payload does not have is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mappings.spec import JoinSpec, MappingSpec, Values
from schemas.records import CHANGED_AT, DELETED, KEY

SOURCE, LATEST = "<", "^"
LANDING_ID, LANDING_ROW, ROW = "_landing_id", "_landing_row", "_row"
RESERVED: Mapping[str, pl.DataType] = {
    KEY: pl.String(),
    CHANGED_AT: pl.Datetime("us", "UTC"),
    DELETED: pl.Boolean(),
    LANDING_ID: pl.Int64(),
    LANDING_ROW: pl.Int64(),
}


@dataclass(frozen=True)
class Join:
    """A joined stream: its `alias`, the columns it must bring, and (theirs, ours) pairs of keys."""

    stream: str
    alias: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    latest: str | None
    keep: Mapping[str, Values]
    skip: Mapping[str, Values]


def joins_of(spec: MappingSpec) -> tuple[Join, ...]:
    """The joins of a mapping, each with all columns of its stream that anything reads."""
    used = used_columns(spec)
    return tuple(_join_of(join, used) for join in spec.joins)


def _join_of(join: JoinSpec, used: Sequence[str]) -> Join:
    prefix = f"{join.alias}."
    read = [name.removeprefix(prefix) for name in used if name.startswith(prefix)]
    read += [name.partition("/")[0] for name in read]
    also = [*join.keep, *join.skip, *([join.latest] if join.latest else [])]
    columns = tuple(dict.fromkeys([*join.on, *read, *also]))
    return Join(
        join.stream, join.alias, tuple(join.on.items()), columns, join.latest, join.keep, join.skip
    )


def used_columns(spec: MappingSpec) -> list[str]:
    """Every column, own or `alias.COLUMN`, that keys, filters, joins or fields read."""
    keys = [ours for join in spec.joins for ours in join.on.values()]
    return list(dict.fromkeys([*spec.key, *spec.keep, *spec.skip, *keys, *spec.field_columns()]))


def as_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A payload column as text, blank as null; whole floats and decimals lose their `.0`."""
    if isinstance(kind, pl.Null):
        return pl.lit(None, pl.String)
    if isinstance(kind, pl.Struct | pl.List | pl.Array):
        wrapped = pl.struct(column.alias("v")).struct.json_encode()
        return pl.when(column.is_not_null()).then(wrapped.str.slice(5, wrapped.str.len_chars() - 6))
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    text = column.cast(pl.String)
    if kind.is_float():
        whole = (column == column.floor()) & (column.abs() < 2**53)
        text = (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(text)
        )
    if kind.is_decimal():
        text = text.str.replace(r"\.0+$", "")
    return pl.when(text.str.contains(r"\S")).then(text)


def reserved(rows: pl.DataFrame) -> list[pl.Expr]:
    """The columns the hub adds, each present and of its type whatever the batch brought."""
    empty = {DELETED: pl.lit(False), LANDING_ID: pl.lit(0), LANDING_ROW: pl.lit(0)}
    found = []
    for name, kind in RESERVED.items():
        value = pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, kind)
        if name in empty:
            value = value.fill_null(empty[name].cast(kind))
        found.append(value.alias(name))
    return found


def texts(rows: pl.DataFrame, names: Sequence[str], prefix: str = "") -> list[pl.Expr]:
    """The named columns of `rows` as text under their working names; absent ones are null.

    `A/B` is a column of that name, else member B of the JSON text in column A.
    """
    return [_text(rows.schema, name).alias(f"{SOURCE}{prefix}{name}") for name in names]


def _text(schema: pl.Schema, name: str) -> pl.Expr:
    found = as_text(pl.col(name), schema[name]) if name in schema else pl.lit(None, pl.String)
    outer, _, member = name.partition("/")
    if not member or outer not in schema:
        return found
    inner = as_text(pl.col(outer), schema[outer]).str.json_path_match(f"$['{member}']")
    return pl.coalesce(found, pl.when(inner.str.contains(r"\S")).then(inner))


def missing(rows: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Those of the named columns that `rows` do not bring, and that no joined stream can."""
    return [
        name
        for name in names
        if name not in rows.columns
        and "." not in name
        and name.partition("/")[0] not in rows.columns
    ]


ANYTHING = "*"


def matches(column: str, values: Values) -> pl.Expr:
    """Whether a working column has one of `values`: "*" is any text, null only a null."""
    text = pl.col(f"{SOURCE}{column}").str.strip_chars()
    if ANYTHING in values:
        return text.is_not_null() if None not in values else pl.lit(value=True)
    known = text.is_in([value for value in values if value is not None]).fill_null(False)
    return known | text.is_null() if None in values else known


def join_all(
    frame: pl.LazyFrame,
    joins: Sequence[Join],
    joined: Mapping[str, pl.DataFrame],
    dead: bool = False,
) -> pl.LazyFrame:
    """`frame` with the columns of every joined stream, at most one partner per record.

    A stream that is not in `joined` brings nulls. Deleted partners count only if `dead` is true.
    """
    for join in joins:
        frame = _join_one(frame, join, joined.get(join.alias), dead)
    return frame


def _join_one(
    frame: pl.LazyFrame, join: Join, partner: pl.DataFrame | None, dead: bool
) -> pl.LazyFrame:
    prefix = f"{join.alias}."
    names = [KEY, *join.columns]
    if partner is None:
        return frame.with_columns(
            pl.lit(None, pl.String).alias(f"{SOURCE}{prefix}{name}") for name in names
        )
    theirs = [f"{SOURCE}{prefix}{their}" for their, _ in join.on]
    ours = [f"{SOURCE}{our}" for _, our in join.on]
    right = _partners(partner, join, names, prefix, dead)
    right = right.unique(theirs, keep="first", maintain_order=True)
    return frame.join(
        right, left_on=ours, right_on=theirs, how="left", coalesce=False, maintain_order="left"
    )


def _partners(
    partner: pl.DataFrame, join: Join, names: Sequence[str], prefix: str, dead: bool
) -> pl.LazyFrame:
    if DELETED in partner.columns and not dead:
        partner = partner.filter(~pl.col(DELETED).fill_null(False))
    latest = pl.col(join.latest) if join.latest in partner.columns else pl.lit(None)
    right = partner.lazy().select(*texts(partner, names, prefix), latest.alias(LATEST))
    for column, values in join.keep.items():
        right = right.filter(matches(f"{prefix}{column}", values))
    for column, values in join.skip.items():
        right = right.filter(~matches(f"{prefix}{column}", values))
    order = [LATEST, f"{SOURCE}{prefix}{KEY}"]
    return right.sort(order, descending=True, nulls_last=True).drop(LATEST)
