"""One worker per connection: the living keep their lease, the dead lose it (design law 2)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from flows.house import House, open_house
from flows.run import running
from schemas.errors import Conflict, Retryable
from store import leases, runs
from store.engine import Store

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
