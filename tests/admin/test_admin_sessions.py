"""Who is signed in now: an administrator sees all and ends any, everybody sees and ends his own."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from admin.words.agents import agent_name
from schemas.accounts import Role
from store import Store, sign_ins
from store.views import journal
from tests.admin.conftest import Recorded
from tests.admin.test_admin_sign_in import FAR, PASSWORD, entered, guarded, joined, post, site_of

__all__ = ["guarded"]
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
)


@pytest.fixture
def actions() -> Recorded:
    return Recorded()


def elsewhere(client: TestClient, login: str, agent: str = CHROME) -> TestClient:
    """Another browser of somebody who has a password already."""
    other = TestClient(client.app, client=FAR, follow_redirects=False, headers={"user-agent": agent})  # fmt: skip
    assert entered(other, login, PASSWORD).status_code == 303
    return other


def marks(page: str) -> list[str]:
    return re.findall(r'name="mark" value="([0-9a-f]{16})"', page)


def acts(store: Store) -> list[str]:
    with store.read() as reader:
        rows = journal.listing(reader, {}, journal.NEWEST, None, 50).rows
    return [row["act"] for row in rows]


def test_everybody_sees_where_he_is_signed_in_and_ends_what_is_not_his_browser(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    lost = elsewhere(guarded, "anna")
    page = guarded.get("/account").text
    assert "Chrome, Windows" in page
    assert "этот браузер" in page
    assert len(marks(page)) == 1, "the own browser signs out by its own button"
    assert guarded.cookies["kanon_session"] not in page
    ended = post(guarded, "/account", "/account/sessions", act="end", mark=marks(page)[0])
    assert ended.status_code == 303
    assert lost.get("/").status_code == 303
    assert guarded.get("/account").status_code == 200
    assert "session_ended" in acts(sqlite_store)


def test_all_other_browsers_are_ended_at_once(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    lost = [elsewhere(guarded, "anna") for _ in range(2)]
    assert post(guarded, "/account", "/account/sessions", act="others").status_code == 303
    assert [one.get("/").status_code for one in lost] == [303, 303]
    assert guarded.get("/account").status_code == 200


def test_nobody_ends_what_another_person_began(guarded: TestClient, sqlite_store: Store) -> None:
    boss = TestClient(guarded.app, client=FAR, follow_redirects=False)
    joined(boss, sqlite_store, "boss", Role.ADMIN)
    with sqlite_store.read() as reader:
        mark = sign_ins.going_on(reader, "boss")[0].mark
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    for wrong in (mark, "", "%" * 16, "x" * 5000):
        post(guarded, "/account", "/account/sessions", act="end", mark=wrong)
    assert post(guarded, "/account", "/account/sessions", act="more").status_code == 422
    assert boss.get("/account").status_code == 200
    assert "session_ended" not in acts(sqlite_store)


def test_an_administrator_ends_a_session_of_anybody(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "boss", Role.ADMIN)
    anna = TestClient(guarded.app, client=FAR, follow_redirects=False, headers={"user-agent": "<b>x"})  # fmt: skip
    joined(anna, sqlite_store, "anna", Role.STEWARD)
    page = guarded.get("/users").text
    assert "&lt;b&gt;x" in page
    assert "/journal?act=signed_in" in page
    mark = next(one for one in marks(page))
    answer = post(guarded, "/users", "/users", act="end", login="anna", mark=mark)
    assert answer.status_code == 200
    assert anna.get("/").status_code == 303
    site_of(guarded).noted()
    assert "session_ended" in acts(sqlite_store)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME.replace("Safari", "YaBrowser/25.8 Safari"), "Yandex, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("", ""),
        ("я" * 500, "я" * 40),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(agent: str, name: str) -> None:
    assert agent_name(agent) == name
