"""YAML that remembers its lines, so that every complaint about a file can name one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.errors import ConfigError
from schemas.unfit import why

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sourced:
    """What a YAML file says, and on which line each part of it stands."""

    file: str
    data: Any
    lines: dict[Path_, int]

    def line(self, path: Sequence[str | int]) -> int | None:
        """The line of `path`, or of the nearest part around it that has one."""
        whole = tuple(path)
        for length in range(len(whole), -1, -1):
            if whole[:length] in self.lines:
                return self.lines[whole[:length]]
        return None

    def error(self, path: Sequence[str | int], ru: str, en: str) -> ConfigError:
        """A ConfigError that names this file and the line of `path`."""
        return ConfigError(ru, en, file=self.file, line=self.line(path))


def read_yaml(path: Path) -> Sourced:
    """The parsed file with its lines; ConfigError for a missing file, bad YAML or a repeated key."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            "файл не читается: проверьте путь и права.",
            "the file cannot be read: check the path and the rights.",
            file=str(path),
            detail=type(error).__name__,
        ) from error
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str) -> Sourced:
    """Like `read_yaml`, from text; `file` is only the name errors use."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Path_, int] = {}
        if root is not None:
            _walk(root, (), lines, file)
        return Sourced(file, yaml.safe_load(text), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "?"
        raise ConfigError(
            f"это не YAML: {problem}.",
            f"this is not YAML: {problem}.",
            file=file,
            line=mark.line + 1 if mark else None,
        ) from error


def _walk(node: yaml.Node, path: Path_, lines: dict[Path_, int], file: str) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                raise ConfigError(
                    f"ключ «{key.value}» повторён, первый раз он в строке {lines[here]}: оставьте один.",
                    f"the key '{key.value}' is repeated, first on line {lines[here]}: keep one.",
                    file=file,
                    line=key.start_mark.line + 1,
                )
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*path, position), lines, file)


def validate(source: Sourced, model: type[M]) -> M:
    """The file's content as `model`; ConfigError with the line and the first thing that is wrong."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        ru, en = why(first, model)
        raise source.error(
            [part for part in first["loc"] if isinstance(part, str | int)],
            f"настройка «{place}»: {ru}." if place else f"{ru}.",
            f"setting '{place}': {en}." if place else f"{en}.",
        ) from error
