"""Mapping files: found, merged with the customer's override, checked, compiled.

Every mistake is a ConfigError with file and line and the nearest names that would have been right.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from mappings.check import check
from mappings.compile import CompiledMapping
from mappings.mistakes import nearest, refuse
from mappings.registry import Registry, shipped
from mappings.spec import FieldSpec, JoinSpec, MappingSpec
from mappings.yaml_tree import Path as TreePath
from mappings.yaml_tree import Tree, merge, read_tree
from schemas.errors import ConfigError


def load_mapping(
    kind: str, stream: str, override: Path | str | None = None, *, registry: Registry | None = None
) -> CompiledMapping:
    """The compiled mapping of a stream of a kind of source, with the customer's file laid over it.

    Without a shipped file the override must be a whole mapping. ConfigError if there is neither, or
    if anything in them is unknown.
    """
    if override is None and registry is None:
        found = _shipped_mapping(kind, stream)
        if found is not None:
            return found
    tree = shipped_tree(kind, stream)
    if override is not None:
        tree = merge(tree or Tree(), read_file(Path(override)))
    if tree is None:
        raise _no_mapping(kind, stream)
    return compile_tree(tree, registry or shipped())


@cache
def _shipped_mapping(kind: str, stream: str) -> CompiledMapping | None:
    """A mapping as it comes with Kanon, compiled once in a process; None if there is none."""
    tree = shipped_tree(kind, stream)
    return None if tree is None else compile_tree(tree, shipped())


def read_mapping(text: str, file: str, *, registry: Registry | None = None) -> CompiledMapping:
    """The compiled mapping of a YAML text; `file` is the name used in errors."""
    return compile_tree(read_tree(text, file), registry or shipped())


def compile_tree(tree: Tree, registry: Registry) -> CompiledMapping:
    """The compiled mapping of a tree already read and merged."""
    spec = _validated(tree)
    check(spec, tree, registry)
    return CompiledMapping(spec, f"{spec.version}+{_digest(tree.data, registry)}", registry)


def shipped_tree(kind: str, stream: str) -> Tree | None:
    """The file that comes with Kanon, as a tree; None if there is none."""
    found = files("mappings") / kind / f"{stream}.yaml"
    if not found.is_file():
        return None
    return read_tree(found.read_text(encoding="utf-8"), f"mappings/{kind}/{stream}.yaml")


def shipped_streams(kind: str) -> list[str]:
    """The streams of a kind of source that have a mapping, sorted."""
    folder = files("mappings") / kind
    if not folder.is_dir():
        return []
    return sorted(f.name[: -len(".yaml")] for f in folder.iterdir() if f.name.endswith(".yaml"))


def read_file(path: Path) -> Tree:
    """A mapping file of the customer as a tree; ConfigError if it is not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "файл отображения не читается: проверьте путь, права и кодировку UTF-8.",
            "the mapping file cannot be read: check the path, the rights and the encoding UTF-8.",
            file=str(path),
            detail=type(error).__name__,
        ) from error
    return read_tree(text, str(path))


def _digest(data: dict[str, Any], registry: Registry) -> str:
    text = json.dumps([data, registry.version], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _no_mapping(kind: str, stream: str) -> ConfigError:
    ru, en = nearest(stream, shipped_streams(kind))
    return ConfigError(
        f"Для потока «{stream}» источника вида «{kind}» нет отображения.{ru}",
        f"There is no mapping for stream '{stream}' of kind '{kind}'.{en}",
    )


def _validated(tree: Tree) -> MappingSpec:
    try:
        return MappingSpec.model_validate(tree.data)
    except ValidationError as error:
        raise _explained(error, tree) from error


def _explained(error: ValidationError, tree: Tree) -> ConfigError:
    # A misspelt option is also a missing one: the misspelling is what to tell.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    path: TreePath = tuple(first["loc"])
    name, place = str(path[-1]) if path else "", tree.place(path)
    if first["type"] == "extra_forbidden":
        ru, en = nearest(name, _options(path))
        return refuse(place, f"Неизвестный параметр «{name}».{ru}", f"Unknown option '{name}'.{en}")
    if first["type"] == "missing":
        return refuse(place, f"Не хватает параметра «{name}».", f"The option '{name}' is missing.")
    message, where = first["msg"].removeprefix("Value error, "), ".".join(map(str, path))
    return refuse(
        place, f"Параметр «{where}» не подходит: {message}.", f"Option '{where}': {message}."
    )


def _options(path: TreePath) -> list[str]:
    part = str(path[0]) if len(path) > 1 else ""
    model: type[BaseModel] = MappingSpec
    if part == "fields":
        model = FieldSpec
    elif part == "joins":
        model = JoinSpec
    return [field.alias or name for name, field in model.model_fields.items()]
