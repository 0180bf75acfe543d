"""What begins with a text, found by the plain index of either engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

_LAST_CODE_POINT = "\U0010ffff"


def starts_with(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    """Prefix match as a range, which the plain index serves on both engines."""
    return and_(column >= prefix, column < prefix + _LAST_CODE_POINT)
