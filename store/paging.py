"""Keyset paging: the next page begins after the last row seen, at the same cost on every page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, or_

from schemas.errors import ConfigError
from store.engine import Reader

_LAST_CODE_POINT = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key; the last of several must be unique. Nulls are not supported: sort by what is there."""

    column: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the token of the next; None on the last page."""

    rows: pl.DataFrame
    next: str | None


def starts_with(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    """Prefix match as a range, which the plain index serves on both engines."""
    return and_(column >= prefix, column < prefix + _LAST_CODE_POINT)


def token(values: Sequence[Any]) -> str:
    """The sort values of a row as text that is safe in a URL."""
    plain = [{"at": v.isoformat()} if isinstance(v, datetime) else v for v in values]
    return (
        base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode())
        .decode()
        .rstrip("=")
    )


def values_of(text: str) -> list[Any]:
    """The sort values of a token; ConfigError if the text is not one."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [datetime.fromisoformat(v["at"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ConfigError(
            "Ссылка на страницу повреждена. Откройте список сначала.",
            "The page link is damaged. Open the list from the start.",
        ) from error


def after(order: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """True for rows that come after the one with these sort values."""
    steps = []
    for place, key in enumerate(order):
        equal = [
            earlier.column == value for earlier, value in zip(order[:place], values, strict=False)
        ]
        value = values[place]
        steps.append(and_(*equal, key.column < value if key.descending else key.column > value))
    return or_(*steps)


def page(
    reader: Reader, statement: Select[Any], order: Sequence[Order], start: str | None, limit: int
) -> Page:
    """The page of `statement` after the token `start`; its columns must include the sort columns."""
    if start is not None:
        values = values_of(start)
        if len(values) != len(order):
            raise ConfigError(
                "Ссылка относится к другой сортировке. Откройте список сначала.",
                "The link belongs to another sort order. Open the list from the start.",
            )
        statement = statement.where(after(order, values))
    sorted_by = [key.column.desc() if key.descending else key.column.asc() for key in order]
    rows = reader.frame(statement.order_by(*sorted_by).limit(limit + 1))
    if rows.height <= limit:
        return Page(rows, None)
    kept = rows.head(limit)
    names = [str(key.column.name) for key in order]
    return Page(kept, token(kept.select(names).row(-1)))
