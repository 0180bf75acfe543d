"""The rows that measure the grammar after it was frozen: drawn by its own digest, so that nobody chose them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
GRAMMAR = HERE.parents[1] / "mappings" / "nomenclature"
# The code that decides how a name is read; the classes are all its YAML files.
CODE = (
    "alphabet", "class_files", "declared", "extract", "finish", "grammar", "parse", "patterns", "recognise",
    "spelled", "trouble", "values",
)  # fmt: skip
DRAWN = 150
# One line a file: its SHA-256, two spaces, its path, as sha256sum writes and checks it.
SUMS, ROWS = HERE / "nomenclature_frozen.sha256", HERE / "nomenclature_frozen_rows.csv"
# Whose rows were seen while the grammar was written.
SEEN = ("nomenclature_gold.csv", "nomenclature_holdout.csv")
Row = tuple[str, int]
Lists = Mapping[str, Mapping[int, str]]


def sums() -> str:
    """The sums of the grammar as it is now, a line a file."""
    code = (GRAMMAR / f"{name}.py" for name in CODE)
    files = [*code, *sorted(GRAMMAR.glob("classes/*.yaml"))]
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(GRAMMAR).as_posix()}\n"
        for path in files
    )


def frozen() -> bool:
    """Whether the grammar still is the one that was measured."""
    return sums() == SUMS.read_text(encoding="utf-8")


def drawn(lists: Lists) -> list[Row]:
    """`DRAWN` rows of names nobody has seen: those with the least SHA-256 of «seed:file:row».

    The seed is the SHA-256 of the sums that were frozen.
    """
    seed = hashlib.sha256(SUMS.read_bytes()).hexdigest()
    known = rows_of(HERE / name for name in SEEN)
    told = {lists[file][row] for file, row in known if file in lists} | {""}
    fresh = (
        (f, row) for f, names in lists.items() for row, name in names.items() if name not in told
    )
    return sorted(sorted(fresh, key=lambda row: _lot(seed, row))[:DRAWN])


def _lot(seed: str, row: Row) -> str:
    return hashlib.sha256(f"{seed}:{row[0]}:{row[1]}".encode()).hexdigest()


def rows_of(files: Iterable[Path]) -> list[Row]:
    """The rows that lists of labels or of drawn rows name."""
    found: list[Row] = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            found += [(one["file"], int(one["row"])) for one in csv.DictReader(file)]
    return found
