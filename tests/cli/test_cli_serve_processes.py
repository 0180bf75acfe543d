"""Pages answered by several processes: one that dies is begun again, all end with the first."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from config.settings import Settings
from flows.house import open_house
from tests.support.listeners import free_port
from tests.support.processes import children

PATIENCE = 60.0


def until(told: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def is_served(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/sources").status_code == 200
    except httpx.TransportError:
        return False


def command(port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "admin.cli",
        "serve",
        "--open",
        "--processes",
        "3",
        "--port",
        str(port),
    ]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    open_house(Settings(home=tmp_path, database=""), create=True).close()
    return os.environ | {"KANON_HOME": str(tmp_path), "KANON_LANGUAGE": "en"}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def first(home: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command(port), env=home, stdout=subprocess.DEVNULL) as process:
        until(lambda: len(children(process.pid)) == 2 and is_served(port))
        yield process
        process.kill()


def test_a_process_that_dies_is_begun_again_and_all_end_with_the_first(
    first: subprocess.Popen[bytes], port: int
) -> None:
    before = children(first.pid)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(children(first.pid)) == 2 and before[0] not in children(first.pid))
    assert is_served(port)
    now = children(first.pid)
    first.send_signal(signal.SIGINT)
    assert first.wait(PATIENCE) == 0
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in now))


@pytest.mark.usefixtures("first")
def test_each_takes_the_forms_of_pages_of_the_others(port: int) -> None:
    def signed(_: int) -> str:
        visit = {"Cookie": "kanon_visit=one"}
        page = httpx.get(f"http://127.0.0.1:{port}/sources", headers=visit)
        found = re.search(r'data-csrf="([^"]+)"', page.text)
        assert found is not None
        return found[1]

    with ThreadPoolExecutor(20) as many:
        assert len(set(many.map(signed, range(60)))) == 1


def test_none_outlives_a_first_one_that_was_killed(first: subprocess.Popen[bytes]) -> None:
    now = children(first.pid)
    first.kill()
    first.wait()
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in now))


def test_a_taken_port_is_told(
    first: subprocess.Popen[bytes], home: dict[str, str], port: int
) -> None:
    again = subprocess.run(command(port), env=home, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert f"Another program has port {port}" in again.stderr
