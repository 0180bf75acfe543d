"""YAML read as plain text values, with the file and line of every node.

Only mappings, lists, texts and nulls come out: `on`, `no` and `01` stay what was typed, because column
names and codes are what they look like. Duplicate keys, anchors and tags are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from mappings.mistakes import Place, refuse

Path = tuple[str | int, ...]
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass
class Tree:
    """`data` and, for every path into it, the place it was written."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Where `path` was written, or the nearest thing above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place("", 0))


def read_tree(text: str, file: str) -> Tree:
    """The tree of a YAML document whose root is a mapping; ConfigError names file and line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refuse(
            Place(file, line),
            f"YAML не читается: {error.problem}",
            f"YAML cannot be read: {error.problem}",
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise refuse(
            Place(file, 1),
            "Файл отображения должен начинаться с полей stream, target, key, fields.",
            "A mapping file must begin with stream, target, key, fields.",
        )
    tree = Tree()
    tree.data = _value(root, (), file, tree.places)
    return tree


def _value(node: yaml.Node, path: Path, file: str, places: dict[Path, Place]) -> Any:
    places[path] = Place(file, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, file, places)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, at), file, places) for at, item in enumerate(node.value)]
    plain = getattr(node, "style", None) is None
    return None if plain and node.value in _NULLS else node.value


def _mapping(
    node: yaml.MappingNode, path: Path, file: str, places: dict[Path, Place]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value
        place = Place(file, key.start_mark.line + 1)
        if not isinstance(name, str):
            raise refuse(place, "Имя поля должно быть текстом.", "A key must be a text.")
        if name in found:
            raise refuse(
                place,
                f"Поле «{name}» указано дважды: оставьте одно.",
                f"'{name}' is given twice: keep one.",
            )
        found[name] = _value(value, (*path, name), file, places)
        places[(*path, name)] = place
    return found


def merge(base: Tree, over: Tree) -> Tree:
    """`over` laid on `base` key by key: mappings deepen, lists and texts replace, null removes.

    The joins of a mapping merge by their `as`, and a field given only as a column name changes only
    where the field comes from.
    """
    merged = Tree(places=dict(base.places))
    merged.data = _merge_mapping(base.data, over.data, (), over, merged)
    return merged


def _merge_mapping(
    base: Mapping[str, Any], over: Mapping[str, Any], path: Path, source: Tree, into: Tree
) -> dict[str, Any]:
    result = dict(base)
    for name, value in over.items():
        here = (*path, name)
        into.places[here] = source.place(here)
        if value is None:
            result.pop(name, None)
        elif here == ("joins",):
            result[name] = _merge_joins(base.get(name) or [], value, source, into)
        else:
            result[name] = _merge_value(base.get(name), value, here, source, into)
    return result


def _merge_value(base: Any, value: Any, here: Path, source: Tree, into: Tree) -> Any:
    if len(here) == 2 and here[0] == "fields":
        base, value = _long_form(base), _long_form(value)
    if isinstance(base, dict) and isinstance(value, dict):
        return _merge_mapping(base, value, here, source, into)
    into.places.update({p: at for p, at in source.places.items() if p[: len(here)] == here})
    return value


def _long_form(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list) else value


def _merge_joins(base: Any, over: Any, source: Tree, into: Tree) -> Any:
    if not isinstance(over, list) or not all(isinstance(item, dict) for item in over):
        return over
    result = [dict(item) for item in base]
    known = {item.get("as"): at for at, item in enumerate(result)}
    for number, item in enumerate(over):
        at = known.get(item.get("as"), len(result))
        if at == len(result):
            result.append({})
        moved = {p: place for p, place in source.places.items() if p[:2] == ("joins", number)}
        into.places.update({("joins", at, *p[2:]): place for p, place in moved.items()})
        result[at] = _deepen(result[at], item)
    return result


def _deepen(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = {
        name: _deepen(base[name], value)
        for name, value in over.items()
        if isinstance(value, dict) and isinstance(base.get(name), dict)
    }
    return {**base, **over, **both}
