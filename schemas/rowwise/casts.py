"""Values in another type, where Python and Polars write them alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from schemas.rowwise.part import Unread, Unsure

_DIGITS = re.compile(r"-?[0-9]{1,18}").fullmatch
_NO_NUMBER = re.compile(r"[^0-9+\-.eE \t]").search
_WIDTH = {
    **{f"Int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1)) for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": (0, 2**bits) for bits in (8, 16, 32, 64)},
}


def cast_to(told: Any) -> Callable[[Any], Any]:
    """What makes a value that is there one of the written type; Unread for a type unknown here."""
    return _of_kind(told["dtype"].get("Literal"), told["options"] != "NonStrict")


def _of_kind(kind: Any, strictly: bool) -> Callable[[Any], Any]:
    if kind == "String":
        return _text
    if isinstance(kind, str) and kind in _WIDTH:
        low, high = _WIDTH[kind]
        return lambda value: _whole(value, low, high, strictly)
    if kind == {"List": "String"}:
        return _texts
    if kind == "Boolean":
        return _truth
    if isinstance(kind, dict) and "Struct" in kind:
        fields = {one["name"]: _of_kind(one["dtype"], strictly) for one in kind["Struct"]}
        return lambda value: _fields(value, fields)
    if isinstance(kind, str | dict):
        return _nothing_else
    raise Unread


def _fields(value: Any, casts: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != casts.keys():
        raise Unsure
    return {n: None if value[n] is None else cast(value[n]) for n, cast in casts.items()}


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise Unsure


def _nothing_else(_: Any) -> Any:
    """Of types seldom met only the null is had here."""
    raise Unsure


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise Unsure


def _texts(value: Any) -> list[str | None]:
    if isinstance(value, list) and all(text is None or isinstance(text, str) for text in value):
        return value
    raise Unsure


def _whole(value: Any, low: int, high: int, strictly: bool) -> int | None:
    number = _number(value)
    if number is not None and low <= number < high:
        return number
    if strictly or number is not None:
        raise Unsure
    return None


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return int(value)
    if not isinstance(value, str):
        raise Unsure
    if _DIGITS(value):
        return int(value)
    if _NO_NUMBER(value):
        return None
    raise Unsure
