"""The three tables a mapping answers with, cut from its working frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from mappings.check import mappable
from mappings.reading import LANDING_ID, LANDING_ROW, RESERVED, ROW
from mappings.spec import MappingSpec
from mappings.steps import FAULT, GIVEN, ISSUE
from schemas.content import content_hash
from schemas.entities import columns, content_columns
from schemas.reasons import REASONS
from schemas.records import CHANGED_AT, DELETED, KEY
from schemas.rows import picked, widened
from schemas.rowwise.passes import Passes

IGNORED, KEY_FIELD, HASH = "ignored", "_key", "hash"
VALUES_APART = " | "
_INSTANT = (
    "%Y-%m-%d %H:%M:%S%.f%:z"  # as a moment is written among the other values, which are text
)
REJECTED = pl.Schema(
    {
        "key": pl.String(),
        "landing_id": pl.Int64(),
        "landing_row": pl.Int64(),
        "reason": pl.String(),
        "field": pl.String(),
        "value": pl.String(),
        "message_ru": pl.String(),
        "message_en": pl.String(),
        "mapping_version": pl.String(),
        "payload": pl.String(),
    }
)
LEFT_OUT = pl.Schema({"key": pl.String(), "reason": pl.String()})


@dataclass(frozen=True)
class Mapped:
    """Every row of a batch once: as a record, as a reject, or as ignored by the mapping's filters."""

    records: pl.DataFrame
    rejects: pl.DataFrame
    ignored: pl.DataFrame

    @classmethod
    def together(cls, parts: Sequence[Mapped]) -> Mapped:
        """The answers for the slices of one batch as one."""
        return cls(
            pl.concat([part.records for part in parts]),
            pl.concat([part.rejects for part in parts]),
            pl.concat([part.ignored for part in parts]),
        )


def records_of(
    frame: pl.DataFrame, spec: MappingSpec, connection: str, version: str
) -> pl.DataFrame:
    """The canonical records of the accepted rows, with `hash` over their content."""
    kinds = columns(spec.target)
    noted = tuple(n for n in mappable(spec.target) if frame[ISSUE + n].null_count() < frame.height)
    present = tuple((name, frame[name].dtype) for name in kinds if name in frame.columns)
    records = picked(frame, kept(spec.target, spec.stream, connection, version, noted, present))
    told = [n for n in content_columns(spec.target) if records[n].null_count() < records.height]
    return widened(records, hashed(spec.target, tuple(told or ["deleted"])))


@lru_cache(maxsize=256)
def kept(
    target: str,
    stream: str,
    connection: str,
    version: str,
    noted: tuple[str, ...],
    present: tuple[tuple[str, pl.DataType], ...],
) -> Passes:
    """The columns of an entity, made of a working frame with columns of the types `present`."""
    found = dict(present)
    known = _envelope(target, stream, connection, version) | {"issues": _issues(noted)}
    return Passes(
        known[name] if name in known else _askept(name, kind, found[name])
        for name, kind in columns(target).items()
    )


def _askept(name: str, kind: pl.DataType, found: pl.DataType) -> pl.Expr:
    """A column of a working frame in the type its field has."""
    own = pl.col(name)
    return own if found == kind and not kind.is_nested() else _typed(own, kind).alias(name)


def _envelope(target: str, stream: str, connection: str, version: str) -> dict[str, pl.Expr]:
    """What is the same for all records of a mapping, or comes from their landing."""
    kinds = columns(target)
    known = {
        "connection": pl.lit(connection),
        "stream": pl.lit(stream),
        "key": pl.col(KEY),
        "changed_at": pl.col(CHANGED_AT),
        "deleted": pl.col(DELETED),
        "landing_id": pl.col(LANDING_ID),
        "landing_row": pl.col(LANDING_ROW),
        "mapping_version": pl.lit(version),
    }
    return {name: value.cast(kinds[name]).alias(name) for name, value in known.items()}


@lru_cache(maxsize=1024)
def hashed(target: str, told: tuple[str, ...] | None = None) -> Passes:
    """The hash of the content, of the columns `told` or of all: those that are null change nothing."""
    names = content_columns(target) if told is None else told
    return Passes([content_hash(pl.Schema(columns(target)), names).alias(HASH)])


def _typed(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return value.cast(pl.String).str.to_datetime(_INSTANT, time_unit="us")
    if isinstance(kind, pl.List):
        return value.cast(kind).fill_null(pl.lit([], dtype=kind))
    return value.cast(kind)


def _issues(fields: tuple[str, ...]) -> pl.Expr:
    """The issues of these fields, all that any row has."""
    noted = [
        pl.lit(f"{name}:") + pl.col(ISSUE + name).str.replace_all(",", f"\n{name}:", literal=True)
        for name in fields
    ]
    text = pl.concat_str(noted or [pl.lit("")], separator="\n", ignore_nulls=True)
    listed = pl.when(text != "").then(text.str.split("\n"))
    return _typed(listed, pl.List(pl.String)).alias("issues")


def rejects_of(
    frame: pl.DataFrame, rows: pl.DataFrame, spec: MappingSpec, version: str
) -> pl.DataFrame:
    """One row per refused record: its first reason, and every faulty field with its value.

    `payload` is the record as it came, as JSON, so that it can be mended and sent again.
    """
    if frame.is_empty():
        return REJECTED.to_frame()
    fields = [KEY_FIELD, *mappable(spec.target)]
    reason = pl.coalesce(FAULT + name for name in fields)
    faulty = [pl.when(pl.col(FAULT + name).is_not_null()).then(pl.lit(name)) for name in fields]
    given = [
        pl.when(pl.col(FAULT + name).is_not_null()).then(pl.col(GIVEN + name).fill_null(""))
        for name in fields[1:]
    ]
    return frame.select(
        pl.col(KEY).alias("key"),
        pl.col(LANDING_ID).alias("landing_id"),
        pl.col(LANDING_ROW).alias("landing_row"),
        reason.alias("reason"),
        pl.concat_str(faulty, separator=", ", ignore_nulls=True).alias("field"),
        pl.concat_str(given, separator=VALUES_APART, ignore_nulls=True).alias("value"),
        _sentence(reason, 0).alias("message_ru"),
        _sentence(reason, 1).alias("message_en"),
        pl.lit(version).alias("mapping_version"),
        payloads(rows[frame[ROW]]).alias("payload"),
    ).cast(REJECTED)


def _sentence(reason: pl.Expr, language: int) -> pl.Expr:
    return reason.replace_strict(
        {code: sentence[language] for code, sentence in REASONS.items()},
        default=reason,
        return_dtype=pl.String,
    )


def payloads(rows: pl.DataFrame) -> pl.Series:
    """The source's own columns of each row, as JSON text."""
    own = [name for name in rows.columns if name not in RESERVED]
    if not own or rows.is_empty():
        return pl.Series("payload", ["{}"] * rows.height, dtype=pl.String)
    # Not splitlines: JSON leaves U+0085 and U+2028 in a text as they are.
    lines = rows.select(own).write_ndjson().removesuffix("\n").split("\n")
    return pl.Series("payload", lines, dtype=pl.String)


def ignored_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Key and rule of the rows the mapping's filters passed over."""
    return frame.select(pl.col(KEY).alias("key"), pl.col(IGNORED).alias("reason")).cast(LEFT_OUT)
