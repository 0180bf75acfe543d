"""One worker per connection: the living keep their lease, the dead lose it (design law 2)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from config.settings import Settings
from flows import run as work
from flows.house import House, open_house
from flows.run import Run, refuse_if_busy, running
from schemas.errors import Conflict, Retryable
from schemas.records import Cursor
from store import checkpoints, leases, runs
from store.engine import Store
from store.tables import lease

pytestmark = pytest.mark.both_engines

HOUR = timedelta(hours=1)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    """A house without connections."""
    url = store.url.render_as_string(hide_password=False)
    return open_house(Settings(home=tmp_path, database=url, landing=store.landing))


def state_of_run(house: House, run_id: int) -> tuple[str, str | None, str | None]:
    with house.store.read() as reader:
        run = runs.get(reader, run_id)
    assert run is not None
    return run.state, run.error_kind, run.error_en


def test_a_second_run_of_the_same_connection_is_refused(house: House) -> None:
    with running(house, "sync", "erp"):
        with pytest.raises(Conflict, match=socket.gethostname()), running(house, "sync", "erp"):
            pytest.fail("two runs at once")
        with running(house, "sync", "crm") as other:
            pass
    assert state_of_run(house, other.id)[0] == "succeeded"
    with running(house, "sync", "erp") as later:
        pass
    assert state_of_run(house, later.id)[0] == "succeeded"


def test_the_lease_of_a_dead_process_is_taken_over_at_once(house: House) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    leases.acquire(house.store, "work:erp", f"{socket.gethostname()}/{gone.pid}/0a", HOUR)
    with running(house, "sync", "erp") as run:
        pass
    assert state_of_run(house, run.id)[0] == "succeeded"


@pytest.mark.parametrize("host", [socket.gethostname(), "elsewhere"])
def test_the_lease_of_a_living_or_unknown_process_is_left(house: House, host: str) -> None:
    """Whether a process of another host lives cannot be known here: its lease runs out by itself."""
    leases.acquire(house.store, "work:erp", f"{host}/{os.getpid()}/0a", HOUR)
    with pytest.raises(Conflict), running(house, "sync", "erp"):
        pytest.fail("taken from a living process")


def test_a_lease_that_ran_out_is_free(house: House) -> None:
    leases.acquire(house.store, "work:erp", "elsewhere/1/0a", timedelta(seconds=-1))
    with running(house, "sync", "erp") as run:
        pass
    assert state_of_run(house, run.id)[0] == "succeeded"


def test_a_run_whose_lease_went_to_another_commits_no_more_and_is_red(house: House) -> None:
    begun: list[Run] = []

    def lose_it_between_two_commits() -> None:
        with running(house, "sync", "erp") as run:
            begun.append(run)
            with house.store.write() as writer:
                run.count(writer, "extract", "erp", "parties", received=1, landed=1)
            stolen(house)
            with house.store.write() as writer:
                checkpoints.put(writer, "extract", "erp", "parties", Cursor({"at": 1}))
                run.count(writer, "extract", "erp", "parties", received=1, landed=1)

    with pytest.raises(Conflict, match="lost"):
        lose_it_between_two_commits()
    (run,) = begun
    state, kind, _ = state_of_run(house, run.id)
    assert (state, kind) == ("failed", "Conflict")
    with house.store.read() as reader:
        assert checkpoints.get(reader, "extract", "erp", "parties") is None
        assert runs.counts(reader, run.id)["value"].to_list() == [1, 1]
        assert leases.holder(reader, "work:erp") == "elsewhere/1/0a", "it was the other's to keep"


def test_a_run_that_writes_nothing_after_it_lost_its_lease_is_red_too(house: House) -> None:
    with pytest.raises(Conflict), running(house, "sync", "erp") as run:
        stolen(house)
    assert state_of_run(house, run.id)[0] == "failed"


def test_the_heartbeat_notices_a_lost_lease(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "HEARTBEAT_SECONDS", 0.02)
    seen: list[bool] = []

    def lose_it() -> None:
        with running(house, "sync", "erp") as run:
            stolen(house)
            seen.append(run.held is not None and run.held.lost.wait(10))

    with pytest.raises(Conflict):
        lose_it()
    assert seen == [True]


def test_a_heartbeat_that_fails_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew, beats, enough = leases.renew, count(), threading.Event()

    def failing(*arguments: Any) -> None:
        beat = next(beats)
        if beat < 2:
            raise (Retryable("Занято.", "Busy."), OSError("disk"))[beat]
        renew(*arguments)
        enough.set()

    monkeypatch.setattr(work, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(leases, "renew", failing)
    with running(house, "sync", "erp") as run:
        assert enough.wait(10)
    assert state_of_run(house, run.id)[0] == "succeeded"


def test_a_run_that_may_wait_starts_when_the_other_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "POLL_SECONDS", 0.02)
    order: list[str] = []

    def wait_for_it() -> None:
        with running(house, "settle", "identity", wait=timedelta(seconds=30)):
            order.append("second")

    second = threading.Thread(target=wait_for_it)
    with running(house, "settle", "identity"):
        second.start()
        time.sleep(0.3)
        order.append("first")
    second.join(30)
    assert order == ["first", "second"]


def test_waiting_comes_to_an_end(house: House) -> None:
    leases.acquire(house.store, "work:identity", "elsewhere/1/0a", HOUR)
    short = timedelta(seconds=0.1)
    with pytest.raises(Conflict), running(house, "settle", "identity", wait=short):
        pytest.fail("taken from a living process")


def test_a_busy_connection_can_be_told_without_taking_it(house: House) -> None:
    refuse_if_busy(house, "erp")
    with running(house, "sync", "erp"), pytest.raises(Conflict, match=socket.gethostname()):
        refuse_if_busy(house, "erp")
    leases.acquire(house.store, "work:erp", "elsewhere/1/0a", timedelta(seconds=-1))
    refuse_if_busy(house, "erp")


def stolen(house: House) -> None:
    """The lease of `erp` runs out and goes to another host."""
    with house.store.write() as writer:
        writer.execute(update(lease).values(owner="elsewhere/1/0a"))


def test_an_expected_error_ends_the_run_red_with_its_sentence(house: House) -> None:
    with pytest.raises(Retryable), running(house, "sync", "erp") as run:
        raise Retryable("Источник не отвечает.", "The source does not answer.")
    assert state_of_run(house, run.id) == ("failed", "Retryable", "The source does not answer.")
    with house.store.read() as reader:
        assert leases.holder(reader, "work:erp") is None


def test_of_an_unexpected_error_only_its_kind_is_kept(house: House) -> None:
    """Its text may hold personal data."""
    with pytest.raises(ValueError, match="Иванов"), running(house, "sync", "erp") as run:
        raise ValueError("Иванов Иван, +7 900 000-00-00")
    assert state_of_run(house, run.id) == ("failed", "ValueError", None)
