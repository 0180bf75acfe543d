"""OData query options over plain objects: $filter, $orderby, $select, $skip, $top."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.onec.base import Object

Test = Callable[[Object], Any]
_TOKEN = re.compile(
    r"\s*(?:(guid|datetime)'([^']*)'|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)(?![\w-])|([()/,])|([\w$]+(?:/[\w$]+)*))",
    re.UNICODE,
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: bool(a > b),
    "ge": lambda a, b: bool(a >= b),
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "substringof": lambda part, text: part.casefold() in text.casefold(),
    "startswith": lambda text, part: text.casefold().startswith(part.casefold()),
    "endswith": lambda text, part: text.casefold().endswith(part.casefold()),
    "like": lambda text, mask: (
        re.fullmatch(re.escape(mask).replace("%", ".*"), text, re.IGNORECASE) is not None
    ),
}


def _constant(value: Any) -> Test:
    return lambda _: value


_always = _constant(True)


def _either(left: Test, right: Test) -> Test:
    return lambda row: left(row) or right(row)


def _both(left: Test, right: Test) -> Test:
    return lambda row: left(row) and right(row)


class BadQueryError(ValueError):
    """The query option cannot be understood."""


@dataclass
class Filter:
    """A parsed $filter: `test` an object; `comparisons` are (property, operator, literal kind) in it."""

    text: str
    comparisons: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens = self._split()
        self._at = 0
        self.test: Test = self._either() if self.text else _always
        if self._at < len(self._tokens):
            raise BadQueryError(self.text)

    def _split(self) -> list[tuple[str, Any]]:
        tokens: list[tuple[str, Any]] = []
        place = 0
        while self.text[place:].strip():
            match = _TOKEN.match(self.text, place)
            if match is None:
                raise BadQueryError(self.text)
            kind, typed, text, number, mark, word = match.groups()
            place = match.end()
            if kind:
                tokens.append((kind, typed.lower() if kind == "guid" else typed))
            elif text is not None:
                tokens.append(("text", text.replace("''", "'")))
            elif number:
                tokens.append(("number", float(number)))
            else:
                tokens.append(("mark", mark) if mark else ("word", word))
        return tokens

    def _peek(self) -> tuple[str, Any]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, Any]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, mark: str) -> bool:
        if self._peek()[1] == mark:
            self._at += 1
            return True
        return False

    def _either(self) -> Test:
        left = self._both()
        while self._take("or"):
            left = _either(left, self._both())
        return left

    def _both(self) -> Test:
        left = self._one()
        while self._take("and"):
            left = _both(left, self._one())
        return left

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise BadQueryError(self.text)
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        left, name, _ = self._value()
        operator = self._peek()[1]
        if operator not in _COMPARE:
            return left
        self._at += 1
        right, _, kind = self._value()
        self.comparisons.append((name, operator, kind))
        compare = _COMPARE[operator]
        return lambda row: compare(left(row), right(row))

    def _value(self) -> tuple[Test, str, str]:
        kind, value = self._next()
        if kind == "word" and value in _FUNCTIONS and self._take("("):
            first, second = self._value()[0], (self._take(","), self._value()[0])[1]
            if not self._take(")"):
                raise BadQueryError(self.text)
            function = _FUNCTIONS[value]
            return (lambda row: function(first(row), second(row))), value, "boolean"
        if kind == "word" and value in ("true", "false"):
            return _constant(value == "true"), "", "boolean"
        if kind == "word":
            return (lambda row: _property(row, value)), value, "property"
        if kind in ("end", "mark"):
            raise BadQueryError(self.text)
        return _constant(value), "", kind


def _property(row: Object, name: str) -> Any:
    if name not in row:
        raise BadQueryError(name)
    return row[name]


def ordered(rows: list[Object], orderby: str) -> list[Object]:
    """Rows sorted by `$orderby`: properties with an optional `desc`, stable."""
    for part in reversed([part.strip() for part in orderby.split(",") if part.strip()]):
        name, _, direction = part.partition(" ")
        rows = sorted(rows, key=lambda row, n=name: _property(row, n), reverse=direction == "desc")  # type: ignore[misc]  # default argument binds the loop variable
    return rows
