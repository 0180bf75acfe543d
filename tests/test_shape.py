"""The house keeps its shape: sizes, rooms, reasons for exceptions, a lock that names no host."""

from __future__ import annotations

import ast
import importlib
import re
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
CODE = sorted(f for room in (*ROOMS, "tests", "benchmarks") for f in (ROOT / room).rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION, USUAL_FILE = 500, 50, 200
MAY_IMPORT = {
    "prefect": ("flows/", "tests/flows/"),
    "sqlalchemy": (
        "store/",
        "connectors/sql.py",
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


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_files_and_functions_stay_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE, f"{name_of(file)} is too long: split it by meaning"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, (
                f"{name_of(file)}:{node.lineno} {node.name}: {lines} lines"
            )


def test_most_files_are_short() -> None:
    lengths = sorted(f.read_text(encoding="utf-8").count("\n") for f in CODE)
    assert lengths[len(lengths) // 2] <= USUAL_FILE


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_foreign_libraries_stay_in_their_rooms(file: Path) -> None:
    used = imported(ast.parse(file.read_text(encoding="utf-8")))
    for library in used & MAY_IMPORT.keys():
        assert name_of(file).startswith(MAY_IMPORT[library]), f"{name_of(file)} imports {library}"


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_every_exception_to_a_rule_gives_its_reason(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if file.name == "test_shape.py":
            continue
        where = f"{name_of(file)}:{number}"
        if "# type: ignore" in line:
            assert re.search(r"# type: ignore\[[\w, -]+\]\s+#? ?\S+", line), f"{where}: no reason"
        if "# noqa" in line:
            assert re.search(r"# noqa: [A-Z0-9, ]+\s+\S+", line), f"{where}: no reason"
        assert not re.search(r"#.*\b(TODO|FIXME|XXX)\b", line), f"{where}: unfinished"


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
    folders = {f.name for f in ROOT.iterdir() if f.is_dir() and not f.name.startswith(".")}
    assert folders <= known, folders - known
