"""`kanon db`, `kanon config`: an installation from nothing, and configuration that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from store import open_store
from tests.cli.conftest import Kanon
from tests.flows.site import Site, versions


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("KANON_HOME", str(tmp_path))
    (tmp_path / "config" / "connections").mkdir(parents=True)
    return tmp_path


def write(home: Path, name: str, text: str) -> str:
    (home / "config" / "connections" / name).write_text(text, encoding="utf-8")
    return name


def test_db_upgrade_makes_the_store_and_a_second_one_changes_nothing(
    kanon: Kanon, home: Path
) -> None:
    first = kanon("db", "upgrade")
    assert first.code == 0
    assert "→" in first.out
    store = open_store(f"sqlite:///{home / 'kanon.db'}", home / "landing")
    tables = set(inspect(store.reader).get_table_names())
    before = versions(store)
    second = kanon("db", "upgrade")
    assert second.code == 0
    assert "уже" in second.out
    assert set(inspect(store.reader).get_table_names()) == tables
    assert {"run", "quarantine", "golden_legal_entity"} <= tables
    assert versions(store) == before
    store.close()


def test_a_command_before_the_upgrade_says_what_to_do(kanon: Kanon, home: Path) -> None:
    answer = kanon("runs")
    assert answer.code == 2
    assert "kanon db upgrade" in answer.err


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("kind: files\nschedule: ''\nretrys: 3\n", 3, "retrys"),
        ("kind: files\nretries: many\n", 2, "retries"),
        ("kind: files\nsettings: [\n", 3, "YAML"),
        (
            "kind: onec\nsettings:\n  url: http://x\n  user: u\n  password: qwerty-42\n",
            5,
            "password",
        ),
        ("kind: files\nkind: onec\n", 2, "kind"),
    ],
)
def test_a_broken_connection_names_file_line_and_cure(
    kanon: Kanon, home: Path, text: str, line: int, word: str
) -> None:
    name = write(home, "bad.yaml", text)
    answer = kanon("config", "check")
    assert answer.code == 2
    said = answer.out + answer.err
    assert f"{name}:{line}" in said
    assert word in said
    assert "qwerty-42" not in said, "the secret itself is never repeated"
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "name",
    ["enquiries", "routing", "sites", "acknowledge", "authority", "alerts", "telephony", "stages"],
)
def test_a_broken_file_beside_the_connections_is_named(kanon: Kanon, home: Path, name: str) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / f"{name}.yaml").write_text("nonsence: 1\n", encoding="utf-8")
    answer = kanon("config", "check")
    assert answer.code == 2
    assert f"{name}.yaml" in answer.out + answer.err


def test_an_unknown_kind_of_source_names_the_known_ones(kanon: Kanon, home: Path) -> None:
    write(home, "crm.yaml", "kind: onek\n")
    answer = kanon("config", "check")
    assert answer.code == 2
    assert "onec" in answer.out + answer.err


def test_a_broken_mapping_override_names_file_line_and_the_nearest_name(
    kanon: Kanon, at_home: Site
) -> None:
    folder = at_home.folder / "config" / "mappings" / "files"
    folder.mkdir(parents=True, exist_ok=True)
    text = "fields:\n  inn:\n    from: ИНН\n    via: [innn]\n"
    (folder / "counterparties.yaml").write_text(text, encoding="utf-8")
    answer = kanon("config", "check")
    assert answer.code == 2
    said = answer.out + answer.err
    assert "counterparties.yaml:4" in said
    assert "innn" in said
    assert "✓ onec" in said


def test_good_files_are_named_each(kanon: Kanon, at_home: Site) -> None:
    answer = kanon("config", "check")
    assert answer.code == 0
    for name in ("commerceml", "ebs", "files", "onec"):
        assert f"✓ {name}" in answer.out


def test_no_connection_at_all_is_said(kanon: Kanon, home: Path) -> None:
    answer = kanon("config", "check")
    assert answer.code == 0
    assert "connections" in answer.out
