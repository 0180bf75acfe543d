"""Rows of Parquet, JSON and XML files; every value as text, deeper ones as JSON text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from connectors.files.folder import Located
from connectors.files.settings import Layout
from connectors.files.texts import decoded
from connectors.files.trees import Element, flat, found, local, records, verify
from schemas.errors import ContractBroken

Row = dict[str, str | None]


def read_parquet(data: bytes, name: str) -> pl.DataFrame:
    """All columns as String; ContractBroken if it is no Parquet.

    Lists and structs become JSON, bytes their UTF-8 text (hexadecimal digits where a value of the column
    is no such text), a duration is spelled as by ISO 8601.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.ComputeError as error:
        raise ContractBroken(
            f"{name}: это не файл Parquet или он оборван. Положите его заново.",
            f"{name}: not a Parquet file, or a cut one. Put it into the folder again.",
            detail=str(error),
        ) from error
    return frame.select(_as_text(name, kind) for name, kind in frame.schema.items())


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = _without_bytes(pl.col(name), kind)
    if kind.is_nested():
        whole = column if isinstance(kind, pl.Struct) else pl.struct(column.alias("items"))
        return pl.when(pl.col(name).is_not_null()).then(whole.struct.json_encode()).alias(name)
    if isinstance(kind, pl.Duration):
        return column.dt.to_string("iso")
    return column.cast(pl.String).alias(name)


def _without_bytes(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """The values with bytes as text wherever they are: neither a cast nor JSON takes bytes."""
    match kind:
        case pl.Binary():
            return value.map_batches(_of_bytes, return_dtype=pl.String)
        case pl.Array(inner=pl.DataType() as inner):
            return value.arr.to_list().list.eval(_without_bytes(pl.element(), inner))
        case pl.List(inner=pl.DataType() as inner):
            return value.list.eval(_without_bytes(pl.element(), inner))
        case pl.Struct():
            fields = [
                _without_bytes(value.struct.field(part.name), _of(part)).alias(part.name)
                for part in kind.fields
            ]
            return pl.when(value.is_not_null()).then(pl.struct(fields))
        case _:
            return value


def _of_bytes(values: pl.Series) -> pl.Series:
    try:
        return values.cast(pl.String)
    except pl.exceptions.ComputeError:
        return values.bin.encode("hex")


def _of(part: pl.Field) -> pl.DataType:
    return part.dtype if isinstance(part.dtype, pl.DataType) else part.dtype()


def xml_rows(file: Located, layout: Layout) -> Iterator[Row]:
    """One row per record element; the whole file is verified before the first row."""
    verify(file, {layout.root})
    path = tuple(layout.record.strip("/").split("/"))
    for element in records(file, lambda one: _ends_with(one, path)):
        if layout.columns:
            yield {name: found(element, at) for name, at in layout.columns.items()}
        else:
            yield flat(element)


def _ends_with(element: Element, path: tuple[str, ...]) -> bool:
    here: Element | None = element
    for name in reversed(path):
        if here is None or local(here) != name:
            return False
        here = here.getparent()
    return True


def json_rows(data: bytes, layout: Layout, name: str) -> Iterator[Row]:
    """One row per object of the array at `record` (the whole file if it is empty).

    Numbers keep their spelling. ContractBroken names the line of a syntax error, and the path where
    an array of objects was expected.
    """
    body = _parsed(decoded(data, layout.encoding, name), name)
    for step in filter(None, layout.record.split(".")):
        body = body.get(step) if isinstance(body, dict) else None
    if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
        at = layout.record or "."
        raise ContractBroken(
            f"{name}: на месте «{at}» нет массива объектов. Исправьте record в раскладке.",
            f"{name}: no array of objects at '{at}'. Mend `record` of the layout.",
        )
    for one in body:
        paths = layout.columns or {field: field for field in one}
        yield {column: _said(_at(one, path)) for column, path in paths.items()}


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ContractBroken(
            f"{name}:{error.lineno}: это не правильный JSON ({error.msg}). Выгрузите файл заново.",
            f"{name}:{error.lineno}: not well-formed JSON ({error.msg}). Export the file again.",
        ) from error
    except RecursionError as error:
        raise ContractBroken(
            f"{name}: вложенность JSON слишком глубока. Проверьте выгрузку.",
            f"{name}: the JSON is nested too deeply. Check the export.",
        ) from error


def _at(record: dict[str, Any], path: str) -> Any:
    if path in record:
        return record[path]
    here: Any = record
    for step in path.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    return here


def _said(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
