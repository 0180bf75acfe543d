"""A real browser on a real server: Debian's Chromium through Playwright, nothing but loopback."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from admin.actions import Actions
from admin.app import create_app
from admin.settings import SiteSettings
from store import Store, open_store, upgrade
from tests.admin.conftest import SETTINGS, Recorded
from tests.admin.seed import Seeded, seed
from tests.support.chromium import chromium
from tests.support.filled import hubs, sqlite_hub_of

__all__ = ["hubs", "sqlite_hub_of"]

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages one after another in one process: what it compiled for one it need not for the next.
    "--renderer-process-limit=1",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file; without it they skip, and fail where CI is set.

    Not for the whole session: while Playwright is open its event loop counts as running in this
    thread, and Prefect would hand out coroutines to tests of flows that come after.
    """
    path = chromium()
    if path is None:
        reason = "no Chromium on this machine (apt: chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield found
        found.close()


@contextmanager
def served(store: Store, actions: Actions, settings: SiteSettings = SETTINGS) -> Iterator[str]:
    """The address of the site over a store, on a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = create_app(store, settings, actions)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Seeded, Recorded]]:
    """A site with something on every page: its address, what is in it, what its buttons were asked."""
    folder = tmp_path_factory.mktemp("browser")
    store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
    upgrade(store)
    seeded, actions = seed(store, 140), Recorded()
    with served(store, actions) as address:
        yield address, seeded, actions
    store.close()


@pytest.fixture(scope="session")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site without a row: every empty state."""
    folder = tmp_path_factory.mktemp("bare-browser")
    store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
    upgrade(store)
    with served(store, Recorded()) as address:
        yield address
    store.close()
