"""A legacy base to migrate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulators.legacy import write_crm
from simulators.world import World

COMPANIES = 110


@pytest.fixture(scope="session")
def built_crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An old CRM in SQLite; not to be changed."""
    return write_crm(World(seed=5, companies=COMPANIES), tmp_path_factory.mktemp("crm") / "crm.db")


@pytest.fixture
def crm(built_crm: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(built_crm, tmp_path / "crm.db"))
