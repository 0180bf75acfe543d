"""The house keeps its shape: sizes, rooms, reasons for exceptions, a lock that names no host."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    "admin",
    "config",
    "connectors",
    "dedup",
    "flows",
    "mappings",
    "schemas",
    "simulators",
    "store",
)
FOLDERS = (*ROOMS, "tests", "benchmarks")
CODE = sorted(f for room in FOLDERS for f in (ROOT / room).rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION, USUAL_FILE = 500, 50, 200
MAY_IMPORT = {
    "prefect": ("flows/", "tests/flows/"),
    "sqlalchemy": (
        "store/",
        "connectors/sql.py",
        "connectors/aacc/",
        "connectors/asterisk/tables.py",
        "connectors/database/",
        "connectors/ebs/",
        "simulators/ebs/",
        "tests/",
        "benchmarks/",
    ),
    "fastapi": ("admin/", "simulators/", "tests/admin/"),
    "jinja2": ("admin/",),
    "oracledb": ("connectors/", "tests/"),
}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@cache
def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(text_of(file))


def in_each(room: str, faults_of: Callable[[Path], Iterable[str]]) -> list[str]:
    """Where the files of a room break a rule."""
    files = [file for file in CODE if name_of(file).startswith(f"{room}/")]
    assert files
    return [f"{name_of(file)}{fault}" for file in files for fault in faults_of(file)]


@pytest.mark.parametrize("room", FOLDERS)
def test_files_and_functions_stay_small(room: str) -> None:
    assert in_each(room, too_long) == []


def too_long(file: Path) -> Iterator[str]:
    if text_of(file).count("\n") > LONGEST_FILE:
        yield " is too long: split it by meaning"
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f":{node.lineno} {node.name}: {lines} lines"


def test_most_files_are_short() -> None:
    lengths = sorted(f.read_text(encoding="utf-8").count("\n") for f in CODE)
    assert lengths[len(lengths) // 2] <= USUAL_FILE


@pytest.mark.parametrize("room", FOLDERS)
def test_foreign_libraries_stay_in_their_rooms(room: str) -> None:
    assert in_each(room, strays) == []


def strays(file: Path) -> Iterator[str]:
    for library in imported(tree_of(file)) & MAY_IMPORT.keys():
        if not name_of(file).startswith(MAY_IMPORT[library]):
            yield f" imports {library}"


@pytest.mark.parametrize("room", FOLDERS)
def test_every_exception_to_a_rule_gives_its_reason(room: str) -> None:
    assert in_each(room, unreasoned) == []


def unreasoned(file: Path) -> Iterator[str]:
    for number, line in enumerate(text_of(file).splitlines(), start=1):
        if "#" not in line or file.name == "test_shape.py":
            continue
        if "# type: ignore" in line and not re.search(
            r"# type: ignore\[[\w, -]+\]\s+#? ?\S+", line
        ):
            yield f":{number}: no reason"
        if "# noqa" in line and not re.search(r"# noqa: [A-Z0-9, ]+\s+\S+", line):
            yield f":{number}: no reason"
        if re.search(r"#.*\b(TODO|FIXME|XXX)\b", line):
            yield f":{number}: unfinished"


def test_the_lock_names_no_host_and_every_package_has_a_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|--index|--extra-index", text), lock.name
        pinned = re.split(r"\n(?=[a-z0-9])", text)
        assert all("--hash=sha256:" in package for package in pinned), lock.name


def test_no_other_distribution_owns_our_rooms() -> None:
    owners = packages_distributions()
    for room in ROOMS:
        assert set(owners.get(room, [])) <= {"kanon"}, room
        assert Path(importlib.import_module(room).__file__ or "").is_relative_to(ROOT)


def test_nothing_but_rooms_stands_at_the_top() -> None:
    known = {*ROOMS, "tests", "benchmarks", "docs", "requirements", "var"}
    folders = {f.name for f in ROOT.iterdir() if f.is_dir() and not f.name.startswith((".", "__"))}
    assert folders <= known, folders - known
