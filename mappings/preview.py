"""What a mapping makes of a few records, field by field, for the terminal and the admin pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from mappings.check import mappable
from mappings.compile import CompiledMapping
from mappings.letters.column import held
from mappings.reading import SOURCE
from mappings.spec import FieldSpec
from mappings.steps import FAULT, ISSUE
from mappings.verdict import IGNORED, KEY_FIELD
from schemas.records import KEY

Ending = Literal["record", "rejected", "ignored"]
_DERIVED = FieldSpec.model_validate({"default": ""})


@dataclass(frozen=True)
class FieldPreview:
    """One target field: what the source says in each column, the functions, and what came of it.

    A field that follows from others has no columns and no functions.
    """

    field: str
    source: Mapping[str, str | None]
    functions: tuple[str, ...]
    result: Any
    reason: str | None
    issues: tuple[str, ...]


@dataclass(frozen=True)
class RecordPreview:
    """One source record: how it ends and why, and its fields in the order of the entity."""

    key: str
    ending: Ending
    reason: str | None
    fields: tuple[FieldPreview, ...]


def preview(
    mapping: CompiledMapping,
    rows: pl.DataFrame,
    joined: Mapping[str, pl.DataFrame] | None = None,
    limit: int = 20,
) -> list[RecordPreview]:
    """The first `limit` rows as the mapping sees them; nothing is stored."""
    with held(rows.head(limit), mapping.letters) as light:
        frame = mapping.work(light, joined or {})
    return [_record(mapping, row) for row in frame.iter_rows(named=True)]


def _record(mapping: CompiledMapping, row: Mapping[str, Any]) -> RecordPreview:
    names = mappable(mapping.target)
    faults = [row[FAULT + name] for name in [KEY_FIELD, *names]]
    reason = row[IGNORED] or next((fault for fault in faults if fault), None)
    ending: Ending = "ignored" if row[IGNORED] else "rejected" if reason else "record"
    fields = tuple(
        _field(mapping, name, row)
        for name in names
        if name in mapping.spec.fields or row[name] or row[FAULT + name]
    )
    return RecordPreview(row[KEY], ending, reason, fields)


def _field(mapping: CompiledMapping, name: str, row: Mapping[str, Any]) -> FieldPreview:
    spec = mapping.spec.fields.get(name, _DERIVED)
    issues = row[ISSUE + name]
    return FieldPreview(
        name,
        {column: row[SOURCE + column] for column in spec.sources},
        tuple(spec.via),
        row[name],
        row[FAULT + name],
        tuple(issues.split(",")) if issues else (),
    )


def preview_table(previews: list[RecordPreview]) -> pl.DataFrame:
    """One row per record and field, all texts: key, ending, field, source, functions, result, reason."""
    rows = [
        {
            "key": record.key,
            "ending": record.ending,
            "field": field.field,
            "source": "; ".join(f"{c}={v}" for c, v in field.source.items() if v is not None),
            "functions": " → ".join(field.functions),
            "result": _shown(field.result),
            "reason": ", ".join([*([field.reason] if field.reason else []), *field.issues]),
        }
        for record in previews
        for field in record.fields
    ]
    names = ("key", "ending", "field", "source", "functions", "result", "reason")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
