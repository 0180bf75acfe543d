"""Settling: asked by many at once, done once for all of them, and never called done when it failed."""

from __future__ import annotations

import threading
import time

from admin.background.settling import Settling
from schemas.errors import Conflict


def test_those_who_ask_while_it_works_share_the_next_turn() -> None:
    begun, go_on, turns = threading.Event(), threading.Event(), []

    def work() -> None:
        turns.append(1)
        begun.set()
        go_on.wait(10)

    settling = Settling(work)
    assert not settling.soon(0)
    begun.wait(10)
    waiting = [threading.Thread(target=settling.soon, args=(10,)) for _ in range(5)]
    for thread in waiting:
        thread.start()
    while settling._asked < 6:
        threading.Event().wait(0.01)
    go_on.set()
    for thread in waiting:
        thread.join()
    assert len(turns) == 2


def test_a_settling_that_failed_is_not_done_and_the_next_one_is() -> None:
    outcomes = iter([Conflict("занято", "taken"), ValueError("foreign"), None])

    def work() -> None:
        error = next(outcomes)
        if error is not None:
            raise error

    settling = Settling(work)
    assert [settling.soon(10) for _ in range(3)] == [False, False, True]


def test_whoever_does_not_wait_is_gathered_and_whoever_waits_is_not_kept() -> None:
    ran: list[int] = []
    settling = Settling(lambda: ran.append(1), pause=0.4)
    for _ in range(4):
        assert not settling.soon(0)
        time.sleep(0.05)
    assert ran == []
    started = time.monotonic()
    assert settling.soon(5)
    assert time.monotonic() - started < 0.3
    assert ran == [1]
