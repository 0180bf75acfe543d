"""The company's directory: what is wrong in its file is named by file, line and cure; the highest role counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.directory import load_directory
from schemas.accounts import Role
from schemas.errors import ConfigError

WHOLE = """servers: [ldaps://dc1.company.local]
base: DC=company,DC=local
user: kanon@company.local
password: env:AD_PASSWORD
roles:
  viewer: [CN=All, CN=Sales]
  steward: [CN=Sales]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "directory.yaml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_there_is_no_directory(tmp_path: Path) -> None:
    assert load_directory(tmp_path) is None


def test_the_highest_role_of_all_groups_counts(tmp_path: Path) -> None:
    directory = load_directory(write(tmp_path, WHOLE))
    assert directory is not None
    assert directory.groups == ("CN=All", "CN=Sales")
    assert directory.role(frozenset({"CN=All", "CN=Sales"})) is Role.STEWARD
    assert directory.role(frozenset({"CN=All"})) is Role.VIEWER
    assert directory.role(frozenset({"CN=Other"})) is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (WHOLE.replace("env:AD_PASSWORD", "qwerty"), r"directory\.yaml:4: .*in the open"),
        (WHOLE.replace("ldaps://", "http://"), r"directory\.yaml:1: "),
        (WHOLE.replace("steward", "boss"), r"directory\.yaml:\d: "),
        (WHOLE + "bace: x\n", r"directory\.yaml:8: setting 'bace'"),
        ("- a list\n", r"directory\.yaml"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load_directory(write(tmp_path, wrong))
