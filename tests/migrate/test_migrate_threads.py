"""How many tables are read at once is changed while a migration runs, and obeyed before its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows import extract
from flows.migrate.run import run
from flows.migrate.status import status
from flows.migrate.threads import change
from flows.sync import _in_parallel
from schemas.errors import ConfigError, Conflict
from store.engine import Store
from tests.migrate.houses import Night, night


@pytest.fixture
def ready(sqlite_store: Store, crm: Path, tmp_path: Path) -> Iterator[Night]:
    made = night(sqlite_store, crm, tmp_path)
    yield made
    made.house.close()


class Counted:
    """Works that tell how many of them are at it at a time."""

    def __init__(self) -> None:
        self.lock, self.now, self.peaks = threading.Lock(), 0, list[int]()

    def work(self, until: threading.Event) -> None:
        with self.lock:
            self.now += 1
            self.peaks.append(self.now)
        until.wait(10)
        with self.lock:
            self.now -= 1


def test_more_are_begun_while_others_are_still_read() -> None:
    told, counted, gate = [1], Counted(), threading.Event()
    works = [partial(counted.work, gate) for _ in range(5)]
    whole = threading.Thread(target=_in_parallel, args=(lambda: told[0], works))
    whole.start()
    deadline = time.monotonic() + 10
    while not counted.peaks and time.monotonic() < deadline:
        time.sleep(0.01)
    assert counted.now == 1
    told[0] = 3
    while counted.now < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert counted.now == 3, "raised: two more begin although the first is not through"
    told[0] = 1
    gate.set()
    whole.join(10)
    assert not whole.is_alive()
    assert (max(counted.peaks), len(counted.peaks)) == (3, 5)


def test_after_an_error_none_is_begun_and_those_begun_end() -> None:
    ended, begun = list[int](), threading.Event()

    def fails() -> None:
        begun.wait(10)
        raise Conflict("так", "so")

    def slow() -> None:
        begun.set()
        time.sleep(0.2)
        ended.append(1)

    with pytest.raises(Conflict, match="so"):
        _in_parallel(2, [fails, slow, slow, slow])
    assert ended == [1]


def test_a_running_migration_obeys_and_ends_as_one_that_was_left_alone(
    ready: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, threads = extract._commit, set[str]()
    done = list[Any]()

    def changing(*args: Any) -> Any:
        threads.add(threading.current_thread().name)
        landed = commit(*args)
        done.append(landed)
        if len(done) == 1:
            with ready.house.store.write() as writer:
                assert change(writer, "legacy", 2).threads is None
            time.sleep(1.5)
        return landed

    monkeypatch.setattr(extract, "_commit", changing)
    run(ready.house, ready.text, "anna")
    told = status(ready.house, "legacy")
    assert told.migration.state == "done"
    assert told.migration.threads == 2
    assert [line.read for line in told.lines] == [line.rows for line in told.lines]
    assert len(threads) == 2, "the second table began while the first was read"


def test_what_has_ended_was_never_or_is_no_number_is_refused(ready: Night) -> None:
    run(ready.house, ready.text, "anna")
    for name, threads, error in (
        ("legacy", 2, Conflict),
        ("other", 2, ConfigError),
        ("legacy", 0, ConfigError),
        ("legacy", 17, ConfigError),
    ):
        with pytest.raises(error), ready.house.store.write() as writer:
            change(writer, name, threads)
