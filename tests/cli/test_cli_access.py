"""Giving people and systems access on the command line, and the first start of the server."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import uvicorn

from admin.site import Site as Pages
from store import accounts
from tests.cli.conftest import Kanon
from tests.flows.site import Site

LINK = re.compile(r"http://127\.0\.0\.1:8600/welcome\?key=[\w-]{43}")


def test_somebody_is_added_changed_and_switched_off(kanon: Kanon, at_home: Site) -> None:
    assert "Входов нет" in kanon("user", "list").out
    assert LINK.search(kanon("user", "add", "anna", "--role", "steward").out)
    assert kanon("user", "add", "Anna").code != 0
    assert kanon("user", "role", "anna", "engineer").code == 0
    assert kanon("user", "off", "anna").code == 0
    (told,) = [json.loads(line) for line in kanon("user", "list", "--json").out.splitlines()]
    assert (told["login"], told["role"], told["active"], told["password"]) == (
        "anna", "engineer", False, False,
    )  # fmt: skip
    assert kanon("user", "on", "anna").code == 0
    other = "https://kanon.example"
    assert f"{other}/welcome?key=" in kanon("user", "link", "anna", "--address", other).out
    assert "kanon user list" in kanon("user", "off", "boris").err.replace("\n", " ")


def test_the_last_administrator_stays(kanon: Kanon, at_home: Site) -> None:
    kanon("user", "add", "boss", "--role", "admin")
    assert "последний администратор" in kanon("user", "off", "boss").err.replace("\n", " ")


def test_a_token_is_printed_once_listed_by_its_beginning_and_revoked(
    kanon: Kanon, at_home: Site
) -> None:
    assert "Токенов нет" in kanon("token", "list").out
    secret = kanon("token", "add", "Битрикс24", "--days", "30").out.splitlines()[-1]
    assert re.fullmatch(r"kanon_[\w-]{43}", secret)
    listed = kanon("token", "list").out
    assert secret not in listed
    assert secret[:12] in listed
    assert kanon("token", "revoke", "1").code == 0
    (told,) = [json.loads(line) for line in kanon("token", "list", "--json").out.splitlines()]
    assert told["state"] == "revoked"
    assert kanon("token", "add", "x", "--days", "0").code == 2
    assert kanon("token", "revoke", "7").code == 2


def test_the_first_start_hands_out_a_link_and_the_second_none(
    kanon: Kanon, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Pages] = []

    def run(app: Any, **_: object) -> None:
        served.append(app.state.site)

    monkeypatch.setattr(uvicorn, "run", run)
    assert LINK.search(kanon("serve").out)
    assert not LINK.search(kanon("serve").out)
    assert not LINK.search(kanon("serve", "--open").out)
    assert [pages.settings.sign_in for pages in served] == [True, True, False]
    with at_home.store.read() as reader:
        (admin,) = accounts.listing(reader)
    assert (admin.login, admin.password) == ("admin", None)
