"""What lies in a folder nobody has described yet: a layout per file that is a table."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.files.folder import Folder
from connectors.files.settings import Format, Layout
from schemas.errors import ConfigError

_FORMATS: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx",
    ".parquet": "parquet",
}  # fmt: skip


def guessed(path: Path) -> dict[str, Layout]:
    """A layout per table file under `path`, by the file's name; ConfigError if there is none.

    Files of XML and JSON need to be told where a record begins, and are left out.
    """
    found: dict[str, Layout] = {}
    for file in Folder(path).files():
        kind = _FORMATS.get(Path(file.name).suffix.lower())
        if kind is not None:
            # A name in brackets would be a pattern of its own.
            pattern = re.sub(r"([\[*?])", r"[\1]", file.name.rsplit("/", 1)[-1])
            found[_free(Path(file.name).stem, found)] = Layout(patterns=(pattern,), format=kind)
    if not found:
        raise ConfigError(
            f"В «{path}» нет таблиц CSV, Excel или Parquet.",
            f"There is no table of CSV, Excel or Parquet in '{path}'.",
        )
    return found


def _free(stem: str, taken: dict[str, Layout]) -> str:
    name = re.sub(r"\W+", "_", stem).strip("_").lower() or "table"
    number = 1
    while (numbered := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return numbered
