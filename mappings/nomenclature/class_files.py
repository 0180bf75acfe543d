"""Files of classes read as one: what a later file says is added to what earlier ones said.

A list is added to, a single value replaced, so that an installation teaches a class a spelling, a rule or
an example without repeating the class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from mappings.nomenclature.declared import DeclaredFile
from schemas.errors import ConfigError
from schemas.yaml_source import Path_, Sourced, read_yaml

FOLDER = Path(__file__).parent / "classes"
# The same loader written in C, where it was built: ten times as quick.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class ClassFiles:
    """All classes as they are declared together, and the lines of those files that are not Kanon's own."""

    declared: DeclaredFile
    own: tuple[Sourced, ...]

    def error(self, where: Path_, error: ConfigError) -> ConfigError:
        """The error with the file and the line of `where`, if an own file says something there."""
        return _placed(self.own, where, error.ru, error.en)


def read_files(files: Sequence[Path], taught: Mapping[str, Any] | None = None) -> ClassFiles:
    """The declared classes of the files together; ConfigError names file, line and what is wrong.

    `taught` says more, as one more file would.
    """
    own = tuple(read_yaml(path) for path in files if path.parent != FOLDER)
    shipped = [_shipped(path) for path in files if path.parent == FOLDER]
    whole: Any = {}
    for data in (*shipped, *(one.data for one in own), taught or {}):
        whole = _merged(whole, data or {})
    try:
        return ClassFiles(DeclaredFile.model_validate(whole), own)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(part for part in first["loc"] if isinstance(part, str | int))
        place = ".".join(str(part) for part in where)
        raise _placed(
            own,
            where,
            f"настройка «{place}»: {first['msg']}.",
            f"setting '{place}': {first['msg']}.",
        ) from error


def _shipped(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  a safe one


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{k: _merged(old[k], v) if k in old else v for k, v in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *(one for one in new if one not in old)]
    return new


def _placed(own: Iterable[Sourced], where: Path_, ru: str, en: str) -> ConfigError:
    """The error in the file that says the most about `where`, the last one first."""
    said = [(_depth(one, where), one) for one in own]
    deepest, found = max(said, key=lambda pair: pair[0], default=(0, None))
    return found.error(where, ru, en) if found and deepest else ConfigError(ru, en)


def _depth(source: Sourced, where: Path_) -> int:
    return max((n for n in range(1, len(where) + 1) if where[:n] in source.lines), default=0)
