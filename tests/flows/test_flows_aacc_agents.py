"""Intervals of a contact center's agents are their working time in the report, to the second."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from flows.house import House
from flows.sync import settle, sync
from store import Store, calls, landing
from store.tables import quarantine
from store.views.call_reports import Period, report
from store.views.callers import absent
from tests.support.contact_day import DAY, ROWS
from tests.support.contacts import at, create, insert, insert_intervals
from tests.support.house import house_at_work

pytestmark = pytest.mark.both_engines
PERIOD = Period(date(2026, 11, 20), date(2026, 11, 20), ZoneInfo("Europe/Moscow"))
NEXT = Period(date(2026, 11, 21), date(2026, 11, 21), ZoneInfo("Europe/Moscow"))
# When, who, logged in, not ready: 201 for 40 minutes without a gap, 202 over midnight.
TIMES = [
    ("09:00:00", "201", 900, 0), ("09:15:00", "201", 900, 120), ("09:30:00", "201", 600, 60),
    ("16:00:00", "201", 0, 0), ("13:00:00", "202", 450, 0), ("23:45:00", "202", 900, 30),
]  # fmt: skip


def interval(clock: str, agent: str, there: int, away: int, **told: object) -> dict[str, object]:
    usual = {"TalkTime": 300, "PostCallProcessingTime": 5, "CallsAnswered": 2}
    row = {"Timestamp": at(DAY, clock), "AgentLogin": agent, "LoggedInTime": there}
    return {**row, "NotReadyTime": away, **usual, **told}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = datetime(2026, 11, 21, 2, tzinfo=UTC)
    minutes = (begun + timedelta(minutes=n) for n in count())
    monkeypatch.setattr("connectors.aacc.source.Aacc.clock", lambda _: next(minutes))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "aacc.db"
    create(path)
    insert(path, ROWS)
    insert_intervals(path, [interval(*one) for one in TIMES])
    insert_intervals(
        path, [interval("00:00:00", "202", 900, 0) | {"Timestamp": at("2026-11-21", "00:00:00")}]
    )
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


def operators(house: House, period: Period = PERIOD) -> dict[str, dict[str, Any]]:
    sync(house, "cc")
    settle(house)
    with house.store.read() as reader:
        found = report(reader, period, 20, "(wrap|acw)", datetime(2026, 11, 21, 2, tzinfo=UTC))
    return {row["agent"]: row for row in found.operators.to_dicts()}


def test_working_time_of_agents_stands_beside_their_talk(house: House, base: Path) -> None:
    found = operators(house)
    names = ("talk_s", "after_s", "duty_s", "paused_s")
    # 201 talked 180 + 90 + 200 s and wrote up 25 + 15; 202 120 + 60 + 100 and 10; 30 s after midnight.
    assert [found["201"][name] for name in names] == [470, 40, 2400, 180]
    assert [found["202"][name] for name in names] == [280, 10, 450 + 900, 30]
    assert found["201"]["occupancy"] == pytest.approx(510 / 2220)
    assert found["202"]["occupancy"] == pytest.approx(290 / 1320)
    with closing(sqlite3.connect(base)) as opened, opened:
        opened.execute("UPDATE performance SET LoggedInTime = 900 WHERE Timestamp LIKE '%09:30:00'")
    assert operators(house)["201"]["duty_s"] == 2700
    with house.store.read() as reader:
        mine = calls.sessions(reader).sort("agent", "kind", "started_at")
        assert absent(reader) == set(), "sums of yesterday tell of nobody that he is away"
    duty = [row for row in mine.to_dicts() if row["kind"] == "on_duty"]
    spans = [(row["agent"], row["ended_at"] - row["started_at"]) for row in duty]
    assert spans == [
        ("201", timedelta(minutes=45)), ("202", timedelta(seconds=450)), ("202", timedelta(minutes=30)),
    ]  # fmt: skip


def test_rows_land_as_they_are_and_nothing_twice(house: House) -> None:
    operators(house)
    first = operators(house)
    with house.store.read() as reader:
        batches = landing.pending(reader, "cc", "agents")
        landed = pl.concat(landing.read_batch(reader, one) for one in batches)
        assert reader.frame(quarantine.select()).is_empty()
    assert landed.height == len(TIMES) + 1
    assert set(landed["PostCallProcessingTime"]) == {"5"}
    assert operators(house) == first


def test_a_pause_longer_than_the_duty_waits_with_its_reason(house: House, base: Path) -> None:
    insert_intervals(
        base, [interval("12:00:00", "203", 100, 200), interval("12:15:00", "203", 300, 0)]
    )
    assert operators(house)["202"]["duty_s"] == 1350
    with house.store.read() as reader:
        waiting = reader.frame(quarantine.select())
        assert {s["agent"] for s in calls.sessions(reader).to_dicts()} == {"201", "202", "203"}
    assert waiting.select("key", "reason").rows() == [
        (f"{at(DAY, '12:00:00')}|203", "pause_beyond_duty")
    ]


def test_midnight_parts_the_duty_between_two_days(house: House) -> None:
    operators(house)
    with house.store.read() as reader:
        found = report(reader, NEXT, 20, "(wrap|acw)", datetime(2026, 11, 21, 2, tzinfo=UTC))
    # The talk over midnight ended at 00:01:00; what is left of it here is its write-up of 30 s.
    rows = found.operators.select("agent", "answered", "after_s", "duty_s", "occupancy").rows()
    assert rows == [("202", 0, 30, 900, pytest.approx(30 / 900))]


def test_whoever_was_on_duty_without_a_call_stands_in_the_report(house: House, base: Path) -> None:
    insert_intervals(base, [interval("12:00:00", "204", 900, 90)])
    idle = operators(house)["204"]
    assert [idle[name] for name in ("answered", "talk_s", "duty_s", "paused_s")] == [0, 0, 900, 90]
    assert idle["occupancy"] == 0
    assert idle["mean_talk_s"] is None
