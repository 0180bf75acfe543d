"""What must hold before a mapping may run; every refusal names the line it is about."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin

import polars as pl
from polars.datatypes import DataTypeClass

from mappings.mistakes import refuse, unknown
from mappings.registry import Registry
from mappings.spec import FieldSpec, MappingSpec
from mappings.yaml_tree import Tree
from schemas.entities import ENTITIES, columns, content_columns
from schemas.outcome import VALUE

NOT_MAPPED = frozenset({"deleted", "issues"})


def mappable(target: str) -> list[str]:
    """The fields of an entity that a mapping may fill."""
    return list(_mappable(target))


@cache
def _mappable(target: str) -> tuple[str, ...]:
    return tuple(name for name in content_columns(target) if name not in NOT_MAPPED)


@cache
def allowed_values(target: str, field: str) -> frozenset[str]:
    """The values an enumerated field may have; empty if it takes any."""
    annotation: Any = ENTITIES[target].model_fields[field].annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return frozenset(get_args(part))
    return frozenset()


def answers(registry: Registry, name: str) -> tuple[pl.DataType, bool]:
    """The type of the value a function gives, and whether it comes as an outcome with a reason."""
    expression = registry.functions[name](pl.col("text"))
    schema = (
        pl.LazyFrame(schema={"text": pl.String}).select(expression.alias("answer")).collect_schema()
    )
    kind = schema["answer"]
    if isinstance(kind, pl.Struct):
        fields = {field.name: field.dtype for field in kind.fields}
        if VALUE in fields:
            return _instance(fields[VALUE]), True
    return kind, False


def _instance(kind: DataTypeClass | pl.DataType) -> pl.DataType:
    return kind if isinstance(kind, pl.DataType) else kind()


def check(spec: MappingSpec, tree: Tree, registry: Registry) -> None:
    """Raise ConfigError for the first unknown target, field, function, alias or value, with its line."""
    if spec.target not in ENTITIES:
        raise unknown(tree.place(("target",)), "сущность", "target", spec.target, ENTITIES)
    _check_joins(spec, tree)
    for name, field in spec.fields.items():
        if name not in mappable(spec.target):
            raise unknown(
                tree.place(("fields", name)), "поле", "field", name, mappable(spec.target)
            )
        _check_sources(spec, tree, name, field)
        _check_via(spec, tree, registry, name)
        _check_values(spec, tree, name)


def _check_joins(spec: MappingSpec, tree: Tree) -> None:
    seen: set[str] = set()
    for number, join in enumerate(spec.joins):
        place = tree.place(("joins", number, "as"))
        if join.alias in seen:
            raise refuse(
                place,
                f"Имя «{join.alias}» у двух присоединений: дайте одному другое.",
                f"Two joins are named '{join.alias}': rename one.",
            )
        for theirs, ours in join.on.items():
            alias = ours.split(".", 1)[0]
            if "." in ours and alias not in seen:
                place = tree.place(("joins", number, "on", theirs))
                raise unknown(place, "присоединение выше", "earlier join", alias, seen)
        seen.add(join.alias)
    for option, named in (("keep", spec.keep), ("skip", spec.skip)):
        for column in named:
            _check_alias(spec, tree, (option, column), column)


def _check_alias(spec: MappingSpec, tree: Tree, path: tuple[str | int, ...], column: str) -> None:
    aliases = [join.alias for join in spec.joins]
    alias = column.split(".", 1)[0]
    if aliases and "." in column and alias not in aliases:
        raise unknown(tree.place(path), "присоединение", "join", alias, aliases)


def _check_sources(spec: MappingSpec, tree: Tree, name: str, field: FieldSpec) -> None:
    for number, column in enumerate(field.sources):
        _check_alias(spec, tree, ("fields", name, "from", number), column)


def _check_via(spec: MappingSpec, tree: Tree, registry: Registry, name: str) -> None:
    kind: pl.DataType = pl.String()
    for number, function in enumerate(spec.fields[name].via):
        place = tree.place(("fields", name, "via", number))
        if number == 0 and function in registry.combiners:
            continue
        if function in registry.combiners:
            raise refuse(
                place,
                f"«{function}» соединяет колонки и может стоять только первой.",
                f"'{function}' combines columns and may only come first.",
            )
        if function not in registry.functions:
            raise unknown(place, "функция", "function", function, registry.names())
        if kind != pl.String():
            raise refuse(
                place,
                f"Функция «{function}» принимает текст, а предыдущая даёт {kind}.",
                f"Function '{function}' takes a text, the one before gives {kind}.",
            )
        kind, _ = answers(registry, function)
    _check_type(spec, tree, name, kind)


def _check_type(spec: MappingSpec, tree: Tree, name: str, kind: pl.DataType) -> None:
    wanted = columns(spec.target)[name]
    if not kind.is_nested() or kind == wanted:
        return
    raise refuse(
        tree.place(("fields", name)),
        f"Поле «{name}» имеет тип {wanted}, а функции дают {kind}.",
        f"Field '{name}' has type {wanted}, its functions give {kind}.",
    )


def _check_values(spec: MappingSpec, tree: Tree, name: str) -> None:
    allowed = allowed_values(spec.target, name)
    field = spec.fields[name]
    if not allowed:
        return
    for given, value in [*field.values.items(), ("", field.default)]:
        if value is not None and value not in allowed:
            path = ("fields", name, "values", given) if given else ("fields", name, "default")
            raise unknown(tree.place(path), "значение", "value", value, allowed)
