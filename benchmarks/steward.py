"""A steward at the keyboard: a queue answered by keys alone, in a real browser over a living hub.

Every pair must have been on the screen, each be decided once, and none be lost; matching settles behind it
all the while. Told are the seconds from a key to the next pair.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from admin.wiring import HouseActions
from store import open_store, upgrade
from tests.browser.conftest import ARGUMENTS, served
from tests.browser.steward_run import Done, answered, filled
from tests.flows.judged import Judged, judged_over
from tests.support.chromium import chromium


def run(pairs: int) -> None:
    """Fill a hub, answer its queue, and print what came of it; SystemExit if anything is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
        upgrade(store)
        hub = judged_over(store, folder)
        filled(hub, pairs)
        waiting = len(hub.waiting())
        started = time.perf_counter()
        done = _by_keys(hub, waiting)
        seconds = time.perf_counter() - started
        decided = hub.ledger().height
        store.close()
    print(f"{len(done.seen)} pairs of {waiting} in {seconds:.0f} s, {decided} decisions")
    print(
        f"key to next pair: median {median(done.seconds) * 1000:.0f} ms, p95 {done.p95() * 1000:.0f} ms"
    )
    if not len(set(done.seen)) == len(done.seen) == decided == waiting:
        raise SystemExit("pairs were lost, doubled or decided unseen")


def _by_keys(hub: Judged, waiting: int) -> Done:
    with served(hub.store, HouseActions(hub.house)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page()
        page.goto(f"{address}/reviews")
        page.locator("a[href^='/reviews/pair']").first.click()
        page.wait_for_url("**/reviews/pair?*")
        done = answered(page, 2 * waiting)
        browser.close()
    return done
