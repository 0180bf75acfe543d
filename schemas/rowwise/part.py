"""The pieces a worked-out expression is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[Any, Any]
"""One row: values by column name, and what was worked out of it already by number."""
CROWD = "\0crowd"
"""In a row that is one of so many that Polars is not to be asked of each alone."""
Value = Callable[[Row], Any]


class Unread(Exception):
    """The expression holds something that only Polars knows."""


class Unsure(Exception):
    """A value on which Polars might answer differently."""


@dataclass(frozen=True, slots=True)
class Arg:
    """One input of a function: how its value is had of a row, and the value itself if all rows have it."""

    value: Value
    fixed: bool = False

    def constant(self) -> Any:
        """The value; Unread if it depends on the row."""
        if not self.fixed:
            raise Unread
        return self.value({})


def strict(arg: Arg, work: Callable[..., Any], *more: Arg) -> Value:
    """`work` of the inputs; null if one of them is."""
    first = arg.value
    if not more:

        def of_one(row: Row) -> Any:
            value = first(row)
            return None if value is None else work(value)

        return of_one
    second = more[0].value

    def of_two(row: Row) -> Any:
        value, other = first(row), second(row)
        return None if value is None or other is None else work(value, other)

    return of_two
