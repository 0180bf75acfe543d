"""What is refused in a file without a key leaves the quarantine when the file is mended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.house import House
from flows.sync import sync
from store import quarantine
from store.engine import Store
from tests.support.house import house_over

GOOD = "1,ООО Ромашка\n2,ООО Лютик\n"


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    (tmp_path / "files").mkdir()
    connections = tmp_path / "config" / "connections"
    connections.mkdir(parents=True)
    layout = '{patterns: ["*.csv"], format: csv, key: [Код]}'
    text = f"kind: files\nsettings:\n  path: {tmp_path / 'files'}\n  streams:\n    counterparties: {layout}\n"
    (connections / "book.yaml").write_text(text, encoding="utf-8")
    return house_over(store, tmp_path)


def write(house: House, name: str, body: str, day: int) -> None:
    file = house.settings.home / "files" / name
    file.write_text(f"Код,Наименование\n{body}" if body else "", encoding="utf-8")
    os.utime(file, (day * 86400, day * 86400))


def places(house: House, state: str) -> list[str]:
    with house.store.read() as reader:
        return quarantine.page(reader, state=state)["value"].to_list()


def test_a_mended_file_closes_its_refused_rows_and_no_others(house: House) -> None:
    write(house, "a.csv", f"{GOOD}1,ООО Двойник\n,ООО Безымянное\n", 1)
    write(house, "b.csv", f"{GOOD},ООО Чужое\n", 2)
    sync(house, "book")
    assert places(house, "open") == ["a.csv:4", "a.csv:5", "b.csv:4"]
    write(house, "a.csv", f"{GOOD}1,ООО Двойник\n3,ООО Безымянное\n", 3)
    sync(house, "book")
    assert places(house, "open") == ["a.csv:4", "b.csv:4"]
    assert places(house, "replayed") == ["a.csv:5"]


@pytest.mark.parametrize("followed", [True, False])
def test_a_file_emptied_closes_its_refused_rows(house: House, followed: bool) -> None:
    """Such a file gives no batch of its own, whether or not another comes after it."""
    write(house, "a.csv", f"{GOOD},ООО Безымянное\n", 1)
    sync(house, "book")
    assert places(house, "open") == ["a.csv:4"]
    write(house, "a.csv", "", 2)
    if followed:
        write(house, "b.csv", GOOD, 3)
    sync(house, "book")
    assert places(house, "open") == []
