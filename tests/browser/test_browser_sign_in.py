"""Signing in with a browser: the link, the password, the way back, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from admin.guard.access import first_administrator, invite, new_token
from schemas.accounts import Role
from store import Store, accounts, open_store, upgrade
from tests.admin.conftest import SETTINGS, Recorded
from tests.browser.conftest import served
from tests.browser.test_browser_pages import Watched, in_every_look, watched

PASSWORD = "верный конь батарея скрепка"
Door = tuple[str, Store]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A site where people sign in, before anybody has."""
    store = open_store(f"sqlite:///{tmp_path}/kanon.db", tmp_path / "landing")
    upgrade(store)
    with served(store, Recorded(), replace(SETTINGS, sign_in=True)) as address:
        yield address, store
    store.close()


def choose_password(page: Watched, link: str) -> None:
    """Follow a one-time link to the end, by keyboard."""
    page.page.goto(page.origin + link)
    expect(page.page.locator("#password")).to_be_focused()
    page.page.keyboard.type(PASSWORD)
    page.page.keyboard.press("Enter")
    page.page.wait_for_url(page.origin + "/")


def test_from_the_first_link_to_signing_out_and_in_again(browser: Browser, door: Door) -> None:
    address, store = door
    link = first_administrator(store, "root")
    assert link is not None
    with watched(browser, address) as page:
        choose_password(page, link)
        page.page.goto(address + "/users")
        page.page.get_by_label("Имя для входа").fill("anna")
        page.page.get_by_role("button", name="Добавить").click()
        expect(page.page.locator("[data-secret]")).to_contain_text("/welcome?key=")
        page.page.locator("summary", has_text="admin").click()
        page.page.get_by_role("button", name="Выйти").click()
        page.page.wait_for_url("**/sign-in")
        page.page.goto(address + "/quarantine?state=open")
        page.page.get_by_label("Имя для входа").fill("admin")
        page.page.get_by_label("Пароль").fill("не тот пароль")
        page.page.keyboard.press("Enter")
        expect(page.page.get_by_role("alert")).to_contain_text("неверны")
        expect(page.page.get_by_label("Имя для входа")).to_have_value("admin")
        page.page.get_by_label("Пароль").fill(PASSWORD)
        page.page.keyboard.press("Enter")
        page.page.wait_for_url("**/quarantine?state=open")
        assert (page.foreign, [line for line in page.console if "403" not in line]) == ([], [])


def test_a_session_that_ended_leads_a_search_as_you_type_to_the_door(
    browser: Browser, door: Door
) -> None:
    address, store = door
    link = first_administrator(store, "root")
    assert link is not None
    with watched(browser, address) as page:
        choose_password(page, link)
        page.page.goto(address + "/parties")
        with store.write() as writer:
            accounts.end_all(writer, accounts.known(writer, "admin").id)
        page.page.locator(".filters input[type=search]").first.fill("вектор")
        page.page.wait_for_url("**/sign-in?next=*")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_its_pages_are_accessible_whole_offline_and_quiet(
    browser: Browser, door: Door, language: str
) -> None:
    address, store = door
    with store.write() as writer:
        accounts.add(writer, "boss", Role.ADMIN, "test", "Борис Борисович Длиннофамильный-Заречный")
        accounts.add(writer, "anna.petrova-zarechnaya@steel.example", Role.STEWARD, "boss")
        accounts.add(writer, "off", Role.VIEWER, "boss")
        accounts.change(writer, accounts.known(writer, "off"), active=False)
    for days in (1, 300):
        new_token(store, f"Битрикс24, отдел {days}", Role.CRM, "boss", timedelta(days=days))
    link = invite(store, "boss")
    with watched(browser, address, language) as page:
        for path in ("/sign-in", link):
            assert in_every_look(page, path) == {}, path
        choose_password(page, link)
        for path in ("/users", "/account", "/"):
            assert in_every_look(page, path) == {}, path
