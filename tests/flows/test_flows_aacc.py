"""A contact center through the hub: late rows and late work after calls come, nothing is doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from flows.house import House
from flows.sync import settle, sync
from store import Store, call_legs, calls
from store.tables import quarantine
from tests.support.contact_day import DAY, ROWS, TOLD, row
from tests.support.contacts import at, create, insert
from tests.support.house import house_at_work


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a few hours after the last contact, and a minute later whenever asked."""
    begun = datetime(2026, 11, 21, 2, tzinfo=UTC)
    minutes = (begun + timedelta(minutes=n) for n in count())
    monkeypatch.setattr("connectors.aacc.source.Aacc.clock", lambda _: next(minutes))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "aacc.db"
    create(path)
    return path


@pytest.fixture
def house(store: Store, tmp_path: Path, base: Path) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (folder / "cc.yaml").write_text(
        f'kind: aacc\nsettings: {{url: "sqlite:///{base}", owner: "", page_size: 2}}\n',
        encoding="utf-8",
    )
    opened = house_at_work(store, tmp_path)
    yield opened
    opened.close()


def told(house: House) -> pl.DataFrame:
    sync(house, "cc")
    settle(house)
    with house.store.read() as reader:
        return calls.load(reader).sort("linked")


def test_late_rows_and_late_work_come_and_nothing_twice(house: House, base: Path) -> None:
    second, rest = ROWS[4], [one for one in ROWS if one["SequenceID"] != 5]
    insert(base, rest)
    found = told(house)
    assert dict(found.select("linked", "employee").iter_rows())["moved"] == "201"
    # Written after a later contact, inside the hours that are read again.
    insert(base, [second])
    with closing(sqlite3.connect(base)) as opened, opened:
        opened.execute("UPDATE csr SET PCPTime = 31 WHERE GUID = 'given-back'")
    found = told(house)
    names = ("missed", "queue", "operator", "employee", "wait_s")
    assert {one["linked"]: tuple(one[n] for n in names) for one in found.to_dicts()} == TOLD
    after = dict(found.select("linked", "after_s").iter_rows())
    assert (after["given-back"], after["moved"]) == (31, 10)
    again = told(house)
    assert again.equals(found)
    with house.store.read() as reader:
        assert call_legs.legs(reader).height == len(ROWS) - 1, "a letter is no leg"
        assert reader.frame(quarantine.select()).is_empty()


def test_a_row_that_cannot_be_waits_until_it_is_mended(house: House, base: Path) -> None:
    bad = row(1, "a", "10:00:00", "10:05:00", service="09:59:00", AgentID="201", HandlingTime=60)
    insert(base, [bad, row(2, "b", "11:00:00", "11:05:00")])
    assert told(house)["linked"].to_list() == ["b"]
    with house.store.read() as reader:
        waiting = reader.frame(quarantine.select())
    assert waiting.select("key", "reason").rows() == [("a|1", "times_out_of_order")]
    with closing(sqlite3.connect(base)) as opened, opened:
        moment = at(DAY, "10:01:00")
        opened.execute("UPDATE csr SET ServiceStamp = ? WHERE GUID = 'a'", (moment,))
    assert told(house)["linked"].to_list() == ["a", "b"]
    with house.store.read() as reader:
        states = reader.frame(quarantine.select())
    assert states["state"].to_list() == ["replayed"]
