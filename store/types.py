"""Column types that mean the same on SQLite and PostgreSQL, and their Polars counterparts.

An instant is stored as whole microseconds since 1970 in UTC. An integer round-trips exactly on both
engines and in Arrow, compares and indexes alike, and cannot lose its zone; `timestamptz` becomes text
without one on SQLite. A list is JSON text. Text collates by code point, so both engines sort alike and
a prefix search uses the plain index.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Boolean, Float, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemas.rowwise.columns import column_of, frame_of
from schemas.rowwise.passes import FEW

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
# What lies beyond is told as these, which are a day of any zone of time, too.
_EARLY, _LATE = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
INSTANT = pl.Datetime("us", "UTC")
TEXTS = pl.List(pl.String())


def code_point_text() -> TypeEngine[str]:
    """Text ordered by code point on both engines (SQLite's default)."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in time; takes and gives aware datetimes, refuses naive ones with ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Microseconds since 1970."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """The moment, in UTC; one before year 1 or after 9999 is the nearest that every zone can tell."""
        if value is None:
            return None
        if _FIRST <= value <= _LAST:
            return _EPOCH + timedelta(microseconds=value)
        return _EARLY if value < _FIRST else _LATE


class Texts(TypeDecorator[list[str]]):
    """A list of texts, stored as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, _dialect: Dialect) -> str | None:
        """Compact JSON, as the bulk writer makes it."""
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )

    def process_result_value(self, value: str | None, _dialect: Dialect) -> list[str] | None:
        """The list."""
        return None if value is None else json.loads(value)


def column_type(dtype: pl.DataType) -> TypeEngine[Any]:
    """The database type that keeps a Polars type; KeyError for one no entity uses."""
    kinds: dict[pl.DataType, TypeEngine[Any]] = {
        pl.String(): code_point_text(),
        pl.Int64(): BigInteger(),
        pl.Float64(): Float(),
        pl.Boolean(): Boolean(),
        INSTANT: Instant(),
        TEXTS: Texts(),
    }
    return kinds[dtype]


@lru_cache(maxsize=4096)
def polars_type(kind: TypeEngine[Any]) -> pl.DataType | None:
    """The Polars type of a database type; None where the driver's own answer should stand."""
    pairs: list[tuple[type[Any], pl.DataType]] = [
        (Instant, INSTANT),
        (Texts, TEXTS),
        (Boolean, pl.Boolean()),
        (BigInteger, pl.Int64()),
        (Float, pl.Float64()),
        (Text, pl.String()),
    ]
    return next((dtype for known, dtype in pairs if isinstance(kind, known)), None)


def _encoded(name: str, dtype: pl.DataType | None, kind: TypeEngine[Any]) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, Instant):
        return column.cast(INSTANT).cast(pl.Int64)
    if isinstance(kind, Texts) and isinstance(dtype, pl.List):
        wrapped = pl.struct(column.cast(TEXTS).alias("x")).struct.json_encode()
        text = wrapped.str.strip_prefix('{"x":').str.strip_suffix("}")
        return pl.when(column.is_null()).then(None).otherwise(text).alias(name)
    target = polars_type(kind)
    return column if target is None or isinstance(kind, Texts) else column.cast(target)


def encode(frame: pl.DataFrame, kinds: dict[str, TypeEngine[Any]]) -> pl.DataFrame:
    """The columns of `kinds` as the database stores them."""
    return frame.select(_encoded(name, frame.schema[name], kind) for name, kind in kinds.items())


@lru_cache(maxsize=4096)
def _decoded(name: str, kind: TypeEngine[Any]) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, Instant):
        return column.cast(pl.Int64).cast(INSTANT)
    if isinstance(kind, Texts):
        return column.cast(pl.String).str.json_decode(TEXTS)
    target = polars_type(kind)
    return column if target is None else column.cast(target)


def decode(frame: pl.DataFrame, kinds: dict[str, TypeEngine[Any]]) -> pl.DataFrame:
    """The columns of `kinds` as Polars types; an empty or all-null column gets its type too."""
    if frame.height <= FEW:
        return frame_of([_decoded_few(frame.get_column(n), kind) for n, kind in kinds.items()])
    return frame.select(_decoded(name, kind) for name, kind in kinds.items())


def _decoded_few(column: pl.Series, kind: TypeEngine[Any]) -> pl.Series:
    """What `_decoded` answers, without a plan that costs more than the values."""
    if isinstance(kind, Instant):
        return column.cast(pl.Int64).cast(INSTANT)
    if isinstance(kind, Texts):
        listed = [None if text is None else json.loads(text) for text in column.to_list()]
        return column_of(column.name, listed, TEXTS)
    target = polars_type(kind)
    return column if target in (None, column.dtype) else column.cast(target)
