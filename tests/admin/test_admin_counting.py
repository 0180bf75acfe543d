"""Companies are counted behind the pages: a page over a large base shows the last count, and tells that it is."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import polars as pl
import pytest

from admin.background.counting import Counting
from store import Store, identity
from store.engine import Reader
from store.views import overview


class Slow:
    """A count that takes as long as a test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on, self.begun, self.times = threading.Event(), threading.Event(), 0
        really = overview.compression

        def slow(reader: Reader) -> list[overview.Compression]:
            self.times += 1
            self.begun.set()
            assert self.go_on.wait(20)
            return really(reader)

        monkeypatch.setattr(overview, "compression", slow)


def _link(store: Store, *ids: str) -> None:
    links = pl.DataFrame(
        {
            "connection": ["erp"] * len(ids),
            "stream": ["parties"] * len(ids),
            "key": [str(n) for n in range(len(ids))],
            "golden_id": list(ids),
            "unit_id": pl.Series([None] * len(ids), dtype=pl.String),
            "rule": ["own"] * len(ids),
        }
    )
    with store.write() as writer:
        identity.save_links(writer, "party", links)


def _latest(counting: Counting, store: Store) -> tuple[int | None, bool]:
    with store.read() as reader:
        counted, holds = counting.latest(reader)
    return counted and counted.companies, holds


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin.background.counting._PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("admin.background.counting._PLEASANT_SECONDS", 0.0)


def test_a_small_base_is_counted_while_its_page_is_drawn(store: Store) -> None:
    counting = Counting(store)
    _link(store, "a", "a", "b")
    assert _latest(counting, store) == (2, True)
    _link(store, "a", "c", "b")
    assert _latest(counting, store) == (3, True)


@pytest.mark.usefixtures("impatient")
def test_no_page_waits_for_a_long_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin.background.counting._REST", 0)
    _link(store, "a", "a", "b")
    slow, counting = Slow(monkeypatch), Counting(store)
    assert _latest(counting, store) == (None, False)
    assert _latest(counting, store) == (None, False)
    slow.go_on.set()
    _until_counted(counting)
    assert _latest(counting, store) == (2, True)
    slow.go_on.clear()
    _link(store, "a", "c", "b")
    assert _latest(counting, store) == (2, False)
    slow.go_on.set()
    _until_counted(counting)
    assert _latest(counting, store) == (3, True)
    assert slow.times == 2


def test_of_many_who_come_while_it_is_counted_none_waits_longer_than_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(
        "admin.background.counting.wait", lambda _coming, seconds: waited.append(seconds)
    )
    ticks = iter(range(100, 300))
    clock = SimpleNamespace(monotonic=lambda: next(ticks) / 10)
    monkeypatch.setattr("admin.background.counting.time", clock)
    slow, counting = Slow(monkeypatch), Counting(store)
    _link(store, "a")
    for _ in range(9):
        _latest(counting, store)
    slow.go_on.set()
    assert 0 < max(waited[:2]) <= 1.0
    assert waited == sorted(waited, reverse=True)
    assert waited[-1] == 0


@pytest.mark.usefixtures("impatient")
def test_after_a_long_count_the_base_is_left_alone_for_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.background.counting._REST", 1_000_000)
    slow, counting = Slow(monkeypatch), Counting(store)
    slow.go_on.set()
    _link(store, "a")
    _latest(counting, store)
    _until_counted(counting)
    _link(store, "a", "b")
    for _ in range(3):
        assert _latest(counting, store) == (1, False)
    assert slow.times == 1


def _until_counted(counting: Counting) -> None:
    assert counting._coming is not None
    counting._coming.result(20)
