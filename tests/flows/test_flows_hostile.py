"""Hostile values in every cell: stored, shown as text, never a crash, never half a batch."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.house import House
from flows.sync import settle, sync
from store import canonical, golden, landing, quarantine
from store.engine import Store
from tests.support.house import house_over

HOSTILE = {
    "markup": 'ООО "<script>alert(1)</script>"',
    "formula": "=cmd|'/c calc'!A1",
    "nul": "ООО Ромаш\0ка",
    "direction": "ООО \u202eакшамоР\u202c",
    "zero_width": "ООО Ро\u200bма\u200dшка",
    "sql": "Robert'); DROP TABLE canonical_party;--",
    "emoji": "ООО 🏭 Завод",
    "combining": "Й" * 50,
    "long": "ООО " + "Я" * 1_000_000,
    "newlines": "ООО\r\nРомашка\tМосква",
    "blank": " \u00a0 ",
}


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    files = tmp_path / "files"
    files.mkdir()
    rows = pl.DataFrame(
        {
            "Код": list(HOSTILE),
            "Наименование": list(HOSTILE.values()),
            "Адрес": list(HOSTILE.values()),
            "Телефон": list(HOSTILE.values()),
            "E-mail": list(HOSTILE.values()),
        }
    )
    rows.write_parquet(files / "hostile.parquet")
    connections = tmp_path / "config" / "connections"
    connections.mkdir(parents=True)
    layout = '{patterns: ["*.parquet"], format: parquet, key: [Код]}'
    text = f"kind: files\nsettings:\n  path: {files}\n  streams:\n    counterparties: {layout}\n"
    (connections / "hostile.yaml").write_text(text, encoding="utf-8")
    return house_over(store, tmp_path)


def test_hostile_cells_load_or_wait_in_quarantine_and_nothing_is_lost(house: House) -> None:
    run_id = sync(house, "hostile")
    settle(house)
    with house.store.read() as reader:
        records = canonical.load(reader, "party")
        refused = quarantine.page(reader, state="open")
        kept = landing.payload(house.store, reader, 1, list(HOSTILE).index("nul"))
        entities = golden.load(reader, "legal_entity", active=True)
    assert run_id
    assert sorted([*records["key"], *refused["key"]]) == sorted(HOSTILE)
    assert kept is not None
    assert kept["Наименование"] == HOSTILE["nul"]
    names = dict(zip(records["key"], records["name"], strict=True))
    assert "<" not in names["markup"]
    assert "\0" not in "".join(name or "" for name in names.values())
    assert entities.height == records.height


def test_hostile_cells_a_second_time_write_nothing(house: House) -> None:
    sync(house, "hostile")
    settle(house)
    with house.store.read() as reader:
        before = canonical.newest(reader, "party")
    sync(house, "hostile")
    with house.store.read() as reader:
        assert canonical.newest(reader, "party") == before
