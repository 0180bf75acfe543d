"""Loads on the board: what is expected, stopping between two batches, and the sums of an act."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows import extract
from flows.backfill import backfill
from flows.run import Stopped
from store import attention, runs
from store.landing import Landed
from store.tables import run, run_count
from store.views import migrations
from tests.flows.site import Site
from tests.support.state import assert_same_state, state_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _small_pages(site: Site) -> Site:
    settings = site.house.connection("ebs").settings
    return site.configure("ebs", retries=0, settings={**settings, "page_size": 20})


def _state(site: Site) -> str:
    with site.store.read() as reader:
        return str(reader.scalar(select(run.c.state).order_by(run.c.id.desc()).limit(1)))


def test_a_pause_stops_a_load_after_its_batch_and_it_goes_on_from_there(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, until, before = _small_pages(light_site), datetime.now(UTC), state_of(light_site.store)
    commit, done = extract._commit, list[Landed]()

    def pausing(*args: Any) -> Landed:
        done.append(commit(*args))
        if len(done) == 2:
            with site.store.write() as writer:
                attention.pause(writer, "ebs", "окно закрыто", "anna")
        return done[-1]

    monkeypatch.setattr(extract, "_commit", pausing)
    with pytest.raises(Stopped, match="anna"):
        backfill(site.house, "ebs", "parties", LONG_AGO, until)
    assert (len(done), _state(site)) == (2, "cancelled")
    with site.store.write() as writer:
        attention.resume(writer, "ebs")
    read = sum(one.received for one in done)
    number = backfill(site.house, "ebs", "parties", LONG_AGO, until)
    with site.store.read() as reader:
        load = migrations.sheet(reader, number)
    assert load is not None
    line = next(one for one in load.lines if one.stream == "parties")
    assert line.received == line.expected, "what the source counted is what was left to read"
    assert sum(one.received for one in done) == read + line.received
    assert (line.off, _state(site)) == (0, "succeeded")
    assert_same_state(before, state_of(site.store))


def test_the_board_tells_when_a_load_will_be_through(light_site: Site) -> None:
    number = backfill(light_site.house, "ebs", "parties", LONG_AGO, datetime.now(UTC))
    now = datetime.now(UTC)
    with light_site.store.write() as writer:
        started = {
            "state": "running",
            "finished_at": None,
            "started_at": now - timedelta(seconds=100),
        }
        writer.execute(update(run).where(run.c.id == number).values(**started))
        c = run_count.c
        own = (c.run_id == number, c.stream == "parties", c.stage == "extract")
        for name, value in (("received", 1000), ("landed", 1000), ("expected", 3000)):
            writer.execute(update(run_count).where(*own, c.name == name).values(value=value))
    with light_site.store.read() as reader:
        first = migrations.board(reader, now)[0]
    line = next(one for one in first.lines if one.stream == "parties")
    assert (first.row["id"], line.rate) == (number, 10)
    assert line.share == pytest.approx(1 / 3)
    assert line.ends is not None
    soonest, latest = line.ends
    assert soonest <= now + timedelta(seconds=201) <= latest + timedelta(seconds=2)


def test_an_act_adds_up_on_the_page_and_in_the_workbook(light_site: Site) -> None:
    number = backfill(light_site.house, "ebs", "parties", LONG_AGO, datetime.now(UTC))
    client = TestClient(site_of(light_site.house), client=("127.0.0.1", 40000))
    client.headers["host"] = "localhost"
    assert "Суммы сходятся" in client.get(f"/runs/{number}/act").text
    body = client.get(f"/runs/{number}/act.xlsx").content
    sheet = load_workbook(io.BytesIO(body))["Kanon"]
    rows: list[tuple[Any, ...]] = list(sheet.values)[1:]
    for stream in {row[0] for row in rows}:
        for stage in {row[1] for row in rows if row[0] == stream}:
            own = [row for row in rows if row[:2] == (stream, stage)]
            came = sum(row[4] for row in own if row[2])
            assert came == sum(row[4] for row in own if row[3]), (stream, stage)
            assert [row[5] for row in own if row[2]] == [0]
    assert {row[0] for row in rows} > {"Итого"}
    with light_site.store.write() as writer:
        runs.count(writer, number, "extract", "ebs", "parties", received=3)
    assert "не сходятся" in client.get(f"/runs/{number}/act").text
    assert client.get("/runs/999999/act").status_code == 404
