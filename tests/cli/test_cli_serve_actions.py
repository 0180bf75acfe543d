"""The buttons of the site over a real house: what they refuse, and what they say when they break."""

from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from admin import wiring
from admin.wiring import HouseActions
from schemas.errors import ConfigError, Conflict
from store import leases, runs
from tests.flows.site import Site


class Now:
    """A thread that is done when it is started."""

    def __init__(
        self, target: Any, daemon: bool, args: tuple[Any, ...] = (), name: str = ""
    ) -> None:
        self.start = lambda: target(*args)


@pytest.fixture
def actions(light_site: Site, monkeypatch: pytest.MonkeyPatch) -> HouseActions:
    monkeypatch.setattr(threading, "Thread", Now)
    return HouseActions(light_site.house)


def test_a_busy_connection_is_refused_at_once(actions: HouseActions) -> None:
    store = actions.house.store
    with store.read() as reader:
        before = runs.page(reader, limit=100).height
    owner = f"{socket.gethostname()}/{os.getpid()}/0a"
    leases.acquire(store, "work:files", owner, timedelta(hours=1))
    with pytest.raises(Conflict, match=owner):
        actions.start_sync("files")
    with store.read() as reader:
        assert runs.page(reader, limit=100).height == before


def test_an_unknown_connection_is_refused_at_once(actions: HouseActions) -> None:
    with pytest.raises(ConfigError):
        actions.start_sync("fils")


def test_a_foreign_error_is_logged_without_its_text(
    actions: HouseActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Иванов Иван")

    monkeypatch.setattr(wiring, "refresh", broken)
    with capture_logs() as said:
        actions.start_sync("files")
    (line,) = said
    assert (line["log_level"], line["what"], line["error"]) == (
        "error",
        "files",
        "ValueError",
    )
    assert "in broken" in str(line["where"])
    assert "Иванов Иван" not in str(line["where"]).replace('raise ValueError("Иванов Иван")', "")
