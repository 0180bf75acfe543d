"""Expressions as Polars writes them down, read into functions of one row."""

from __future__ import annotations

import io
import json
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from schemas.rowwise import texts, values
from schemas.rowwise.casts import cast_to
from schemas.rowwise.part import CROWD, Arg, Row, Unread, Unsure, Value, strict
from schemas.rowwise.through import Through, inside
from schemas.rowwise.values import Build

_BOOLEAN: Mapping[str, Build] = {
    "Not": values.not_,
    "IsNull": values.is_null,
    "IsNotNull": values.is_not_null,
    "IsIn": values.is_in,
    "IsBetween": values.is_between,
    "AnyHorizontal": lambda _, args: values.either([arg.value for arg in args]),
    "AllHorizontal": lambda _, args: values.both([arg.value for arg in args]),
}
_STRING: Mapping[str, Build] = {
    "LenBytes": values.plain(lambda text: len(text.encode())),
    "LenChars": values.plain(len),
    "StartsWith": values.plain(str.startswith),
    "EndsWith": values.plain(str.endswith),
    "Lowercase": texts.ordinary(str.lower),
    "Uppercase": texts.ordinary(str.upper),
    "StripChars": texts.stripped(str.strip),
    "StripCharsStart": texts.stripped(str.lstrip),
    "StripCharsEnd": texts.stripped(str.rstrip),
    "StripPrefix": values.plain(str.removeprefix),
    "Contains": texts.contains,
    "Extract": texts.extract,
    "ExtractAll": texts.extract_all,
    "Replace": texts.replace,
    "ReplaceMany": texts.replace_many,
    "Slice": texts.slice_,
    "Head": texts.ends(lambda text, many: text[:many]),
    "Tail": texts.ends(lambda text, many: text[-many:] if many else ""),
    "Split": texts.split,
    "SplitN": texts.split_n,
    "SplitExact": texts.split_exactly,
    "ConcatHorizontal": texts.joined,
    "Strptime": texts.moment,
}
_LIST: Mapping[str, Build] = {
    "Join": values.joined_items,
    "Get": values.item,
    "Length": values.plain(len),
    "Concat": values.listed,
    "Sort": values.sorted_items,
}
_OTHER: Mapping[str, Build] = {
    "Coalesce": values.coalesce,
    "FillNull": values.coalesce,
    "Replace": values.looked_up,
    "ReplaceStrict": values.looked_up_strictly,
    "Reinterpret": values.signed,
    "SumHorizontal": values.total,
    "MaxHorizontal": values.extreme(max),
    "MinHorizontal": values.extreme(min),
}
_GROUPS: Mapping[str, Mapping[str, Build]] = {
    "Boolean": _BOOLEAN,
    "StringExpr": _STRING,
    "ListExpr": _LIST,
}


class Reading:
    """Reads the expressions of one pass; what several of them hold is worked out once a row.

    `functions` of one text that only Polars has are asked by how they are written, of a column named by
    their number. `asked` is where: (place in a row, the text, the number of the function).
    """

    def __init__(self, exprs: Sequence[pl.Expr]) -> None:
        self._trees = [json.loads(expr.meta.serialize(format="json")) for expr in exprs]
        self._often = Counter[str]()
        for tree in self._trees:
            self._count(tree)
        self._shared: dict[str, Value] = {}
        self._readers: Mapping[str, Callable[[Any], Value]] = {
            "Alias": self._alias,
            "Ternary": self._ternary,
            "Cast": self._cast,
            "BinaryExpr": self._operation,
            "Function": self._function,
            "AnonymousFunction": self._ours,
            "Gather": self._gather,
            "Eval": self._eval,
        }
        self.asked: list[tuple[tuple[str, int], Value, int]] = []
        self.functions: dict[str, pl.Expr] = {}
        names = [expr.meta.output_name() for expr in exprs]
        self.values = [(n, self._value(t)) for n, t in zip(names, self._trees, strict=True)]

    def _count(self, node: Any) -> None:
        if isinstance(node, dict):
            written = json.dumps(node)
            self._often[written] += 1
            # What is inside of it is worked out with it, however often it occurs.
            if self._often[written] == 1:
                self._count(list(node.values()))
        elif isinstance(node, list) and not (node and isinstance(node[0], int)):
            for child in node:
                self._count(child)

    def _value(self, node: Any) -> Value:
        if not isinstance(node, dict) or len(node) != 1:
            raise Unread
        ((kind, told),) = node.items()
        if kind == "Column":
            return operator.itemgetter(told)
        if kind == "Literal":
            value = _literal(told)
            return lambda _: value
        written = json.dumps(node)
        if written in self._shared:
            return self._shared[written]
        if kind not in self._readers:
            raise Unread
        made = self._readers[kind](told)
        self._shared[written] = _once(made, len(self._shared)) if self._often[written] > 1 else made
        return self._shared[written]

    def _arg(self, node: Any) -> Arg:
        return Arg(self._value(node), fixed=not _names(node))

    def _alias(self, told: Any) -> Value:
        return self._value(told[0])

    def _ternary(self, told: Any) -> Value:
        condition, then, otherwise = (
            self._value(told[name]) for name in ("predicate", "truthy", "falsy")
        )
        return lambda row: then(row) if condition(row) is True else otherwise(row)

    def _cast(self, told: Any) -> Value:
        return strict(self._arg(told["expr"]), cast_to(told))

    def _operation(self, told: Any) -> Value:
        left, right, sign = self._arg(told["left"]), self._arg(told["right"]), told["op"]
        if sign in ("And", "LogicalAnd"):
            return values.both([left.value, right.value])
        if sign in ("Or", "LogicalOr"):
            return values.either([left.value, right.value])
        if sign == "EqValidity":
            return lambda row: left.value(row) == right.value(row)
        if sign == "NotEqValidity":
            return lambda row: left.value(row) != right.value(row)
        if sign not in values.OPERATIONS:
            raise Unread
        return strict(left, values.OPERATIONS[sign], right)

    def _ours(self, told: Any) -> Value:
        found = inside(told["function"])
        if found is None or len(told["input"]) != 1:
            raise Unread
        return _asked_through(self._value(told["input"][0]), found)

    def _gather(self, told: Any) -> Value:
        listed = self._arg(told["expr"]).constant()

        def at(place: int) -> Any:
            if not 0 <= place < len(listed):
                raise Unsure
            return listed[place]

        return strict(self._arg(told["idx"]), at)

    def _eval(self, told: Any) -> Value:
        unique = {"Function": {"input": ["Element"], "function": {"Unique": True}}}
        if told["variant"] != "List" or told["evaluation"] != unique:
            raise Unread
        return strict(self._arg(told["expr"]), lambda items: list(dict.fromkeys(items)))

    def _function(self, told: Any) -> Value:
        inputs = told["input"]
        name, options = _named(told["function"])
        if name == "FfiPlugin":
            return self._ask(told)
        if name == "AsStruct":
            return self._struct(inputs)
        args = [self._arg(node) for node in inputs]
        if name == "StructExpr":
            if not isinstance(options, dict) or set(options) != {"FieldByName"}:
                raise Unread
            return values.field(options["FieldByName"], args)
        known = _GROUPS.get(name, _OTHER)
        if name in _GROUPS:
            name, options = _named(options)
        if name not in known:
            raise Unread
        return known[name](options, args)

    def _struct(self, inputs: Sequence[Any]) -> Value:
        parts = [(_output(node), self._value(node)) for node in inputs]
        return lambda row: {name: value(row) for name, value in parts}

    def _ask(self, told: Any) -> Value:
        if len(told["input"]) != 1:
            raise Unread
        before = len(self.asked)
        value, place = self._value(told["input"][0]), ("asked", before)
        if len(self.asked) > before:
            raise Unread
        written = json.dumps({**told, "input": []})
        if written not in self.functions:
            alone = {"Function": {**told, "input": [{"Column": str(len(self.functions))}]}}
            self.functions[written] = _expression(alone)
        self.asked.append((place, value, list(self.functions).index(written)))
        return operator.itemgetter(place)


def _named(told: Any) -> tuple[str, Any]:
    """A function that is written as its name, or as its name with options."""
    if isinstance(told, str):
        return told, None
    ((name, options),) = told.items()
    return name, options


def _once(value: Value, number: int) -> Value:
    def kept(row: Row) -> Any:
        if number not in row:
            row[number] = value(row)
        return row[number]

    return kept


def _asked_through(given: Value, work: Through) -> Value:
    return lambda row: work.one(given(row), crowd=CROWD in row)


def _names(node: Any) -> bool:
    """Whether a written expression depends on the row, or says something of which that is not known."""
    if isinstance(node, dict):
        if "Literal" in node:
            return False
        return not node.keys().isdisjoint(_OF_ROWS) or any(map(_names, node.values()))
    if isinstance(node, list):
        return any(map(_names, node))
    return node in ("Element", "Len")


_OF_ROWS = {"Column", "AnonymousFunction", "Selector", "Agg"}


def _literal(told: Any) -> Any:
    if "Series" in told:
        return pl.select(_expression({"Literal": told})).to_series().to_list()
    found = pl.select(_expression({"Literal": told})).item()
    return found.to_list() if isinstance(found, pl.Series) else found


def _expression(node: Any) -> pl.Expr:
    return pl.Expr.deserialize(io.StringIO(json.dumps(node)), format="json")


def _output(node: Any) -> str:
    return _expression(node).meta.output_name()
