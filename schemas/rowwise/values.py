"""What Polars does with truths, numbers, lists and fields of one row."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schemas.rowwise.part import Arg, Row, Unread, Unsure, Value, strict

_FAR = 2**62
Build = Callable[[Any, Sequence[Arg]], Value]


def plain(work: Callable[..., Any]) -> Build:
    """A function of values that are there; null if one is not."""
    return lambda _, args: strict(args[0], work, *args[1:])


def not_(_: Any, args: Sequence[Arg]) -> Value:
    """The contrary."""

    def contrary(value: Any) -> bool:
        if value is True or value is False:
            return not value
        raise Unsure

    return strict(args[0], contrary)


def is_null(_: Any, args: Sequence[Arg]) -> Value:
    """Whether there is no value."""
    value = args[0].value
    return lambda row: value(row) is None


def is_not_null(_: Any, args: Sequence[Arg]) -> Value:
    """Whether there is a value."""
    value = args[0].value
    return lambda row: value(row) is not None


def is_in(told: Any, args: Sequence[Arg]) -> Value:
    """Whether the value is one of a list."""
    known = args[1].constant()
    if told["nulls_equal"] or known is None or None in known:
        raise Unread
    listed = frozenset(known)
    return strict(args[0], lambda value: value in listed)


def is_between(told: Any, args: Sequence[Arg]) -> Value:
    """Whether the value lies between two others, ends included."""
    if told["closed"] != "Both":
        raise Unread
    low, high = args[1].constant(), args[2].constant()
    return strict(args[0], lambda value: low <= value <= high)


def both(parts: Sequence[Value]) -> Value:
    """Whether all are true; unknown if none is false and one is unknown."""

    def all_(row: Row) -> bool | None:
        answer: bool | None = True
        for part in parts:
            found = part(row)
            if found is False:
                return False
            if found is None:
                answer = None
            elif found is not True:
                raise Unsure
        return answer

    return all_


def either(parts: Sequence[Value]) -> Value:
    """Whether one is true; unknown if none is and one is unknown."""

    def any_(row: Row) -> bool | None:
        answer: bool | None = False
        for part in parts:
            found = part(row)
            if found is True:
                return True
            if found is None:
                answer = None
            elif found is not False:
                raise Unsure
        return answer

    return any_


def coalesce(_: Any, args: Sequence[Arg]) -> Value:
    """The first value that is there."""
    parts = [arg.value for arg in args]

    def first(row: Row) -> Any:
        for part in parts:
            value = part(row)
            if value is not None:
                return value
        return None

    return first


def extreme(choose: Callable[[Sequence[Any]], Any]) -> Build:
    """The least or greatest of several columns, nulls aside."""

    def build(_: Any, args: Sequence[Arg]) -> Value:
        parts = [arg.value for arg in args]

        def chosen(row: Row) -> Any:
            found = [value for part in parts if (value := part(row)) is not None]
            return choose(found) if found else None

        return chosen

    return build


def total(told: Any, args: Sequence[Arg]) -> Value:
    """The sum of several columns, nulls aside, in 64 bits."""
    if not told["ignore_nulls"]:
        raise Unread
    parts = [arg.value for arg in args]

    def summed(row: Row) -> int:
        found = sum(value for part in parts if (value := part(row)) is not None)
        if not isinstance(found, int):
            raise Unsure
        return found % 2**64 if found >= 2**63 else found

    return summed


def signed(told: Any, args: Sequence[Arg]) -> Value:
    """64 bits read as a number with a sign."""
    if told != [True, None]:
        raise Unread
    return strict(args[0], lambda value: value - 2**64 if value >= 2**63 else value)


def _near(work: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Sums and products of numbers that no type of column is too small for, and texts put together."""

    def done(left: Any, right: Any) -> Any:
        found = work(left, right)
        if isinstance(found, str) or (isinstance(found, int) and 0 <= found < _FAR):
            return found
        raise Unsure

    return done


def _parted(work: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    """Whole parts and remainders of whole numbers without a sign."""

    def done(left: Any, right: Any) -> int:
        if isinstance(left, int) and isinstance(right, int) and left >= 0 and right > 0:
            return work(left, right)
        raise Unsure

    return done


OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtEq": operator.le,
    "Gt": operator.gt,
    "GtEq": operator.ge,
    "Xor": operator.xor,
    "Plus": _near(operator.add),
    "Minus": _near(operator.sub),
    "Multiply": _near(operator.mul),
    "FloorDivide": _parted(operator.floordiv),
    "Modulus": _parted(operator.mod),
}


def listed(_: Any, args: Sequence[Arg]) -> Value:
    """A list of the values of several columns, those of lists one by one."""
    parts = [arg.value for arg in args]

    def items(row: Row) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            value = part(row)
            if value is None:
                raise Unsure
            found += value if isinstance(value, list) else [value]
        return found

    return items


def item(null_on_oob: Any, args: Sequence[Arg]) -> Value:
    """An item of a list by its place."""
    place = args[1].constant()
    if not null_on_oob or not isinstance(place, int) or place < 0:
        raise Unread
    return strict(args[0], lambda items: items[place] if place < len(items) else None)


def joined_items(ignore_nulls: Any, args: Sequence[Arg]) -> Value:
    """The items of a list put together."""
    between = args[1].constant()

    def whole(items: list[str | None]) -> str:
        if None in items and not ignore_nulls:
            raise Unsure
        return str(between).join(text for text in items if text is not None)

    return strict(args[0], whole)


def sorted_items(told: Any, args: Sequence[Arg]) -> Value:
    """The items of a list of texts in the order of their bytes."""
    if told["descending"] or told["nulls_last"]:
        raise Unread

    def in_order(items: list[str | None]) -> list[str]:
        if not all(isinstance(text, str) for text in items):
            raise Unsure
        return sorted((text for text in items if text is not None), key=str.encode)

    return strict(args[0], in_order)


def field(name: Any, args: Sequence[Arg]) -> Value:
    """A field of a struct."""
    return strict(args[0], operator.itemgetter(name))


def looked_up(_: Any, args: Sequence[Arg]) -> Value:
    """What a table has for the value; the value itself without one."""
    table = _table(args)
    if None in table:
        given = args[0].value
        return lambda row: table.get(value := given(row), value)
    return strict(args[0], lambda value: table.get(value, value))


def looked_up_strictly(_: Any, args: Sequence[Arg]) -> Value:
    """What a table has for the value; else what is said for all others."""
    table = _table(args)
    if len(args) != 4:
        raise Unread
    given, other = args[0].value, args[3].value

    def found(row: Row) -> Any:
        value = given(row)
        return table[value] if value in table else other(row)

    return found


def _table(args: Sequence[Arg]) -> dict[Any, Any]:
    old, new = args[1].constant(), args[2].constant()
    old = old if isinstance(old, list) else [old]
    new = new if isinstance(new, list) else [new]
    new = new * len(old) if len(new) == 1 else new
    return dict(zip(old, new, strict=True))
