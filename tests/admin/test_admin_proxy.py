"""Behind the proxy of docs/operations.md the site knows that it is reached over TLS, and by whom."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from admin.app import create_app
from admin.guard.access import invite
from schemas.accounts import Role
from store import Store, accounts
from store.tables import sign_in_session
from tests.admin.conftest import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
NAME, CALLER = "kanon.example", "203.0.113.9"


def sent() -> dict[str, str]:
    """The headers the proxy of the page adds."""
    block = PAGE.read_text(encoding="utf-8").split("```nginx")[1].split("```")[0]
    found = dict(re.findall(r"proxy_set_header (\S+) (\S+);", block))
    assert f"server_name {NAME};" in block
    return {k: v.replace("$host", NAME).replace("$remote_addr", CALLER) for k, v in found.items()}


@pytest.fixture
def behind(sqlite_store: Store) -> Iterator[httpx.Client]:
    """What the proxy asks."""
    settings = replace(SETTINGS, sign_in=True, hosts=(*SETTINGS.hosts, NAME))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = create_app(sqlite_store, settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.05)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=address, headers=sent()) as client:
            yield client
        server.should_exit = True
        thread.join(10)


def test_the_cookies_are_for_tls_and_the_caller_is_known(
    behind: httpx.Client, sqlite_store: Store
) -> None:
    with sqlite_store.write() as writer:
        accounts.add(writer, "anna", Role.VIEWER, "test")
    link = invite(sqlite_store, "anna")
    page = behind.get(link)
    visit = page.headers["set-cookie"]
    assert "Secure" in visit
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    fields = {"csrf": token[1], "key": link.partition("=")[2], "password": "верный конь батарея"}
    headers = {"sec-fetch-site": "same-origin", "cookie": visit.partition(";")[0]}
    done = behind.post("/welcome", data=fields, headers=headers)
    assert done.status_code == 303
    assert any(c.startswith("__Host-kanon=") for c in done.headers.get_list("set-cookie"))
    with sqlite_store.read() as reader:
        assert [row.address for row in reader.rows(sign_in_session.select())] == [CALLER]
