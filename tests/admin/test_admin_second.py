"""The second factor: codes by RFC 6238, each taken once, asked for after the password, and obligatory where it is set so."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from admin.app import create_app
from admin.guard import second
from admin.guard.access import invite
from schemas.accounts import Role
from store import Store, accounts, second_factors
from tests.admin.conftest import SETTINGS, Recorded
from tests.admin.test_admin_sign_in import (
    FAR,
    PASSWORD,
    SAME,
    actions,
    entered,
    guarded,
    joined,
    post,
)
from tests.admin.test_admin_tending_api import acts

__all__ = ["actions", "guarded"]
PAGE = "/account/second"
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, the last six digits of the SHA-1 column."""
    step = seconds // second.PERIOD
    assert second.code_at(RFC_KEY, step) == code
    assert second.step_of(RFC_KEY, f"{code[:3]} {code[3:]}", seconds) == step
    for off, taken in ((30, True), (-30, True), (90, False), (-90, False)):
        assert (second.step_of(RFC_KEY, code, seconds + off) == step) is taken


@given(st.text(max_size=12))
def test_no_text_breaks_a_check(text: str) -> None:
    assert second.step_of(RFC_KEY, text, 59) in (None, 0, 1, 2)
    assert not second.holds(b"s", "visit", text, "mark")
    second.account_of(text)
    second.recovery_digest(text)


def test_a_ticket_is_of_one_browser_one_password_and_five_minutes() -> None:
    told = second.ticket(b"s", "visit", 7, "hash", now=1000)
    assert second.account_of(told) == 7
    assert second.holds(b"s", "visit", told, "hash", now=1299)
    assert not second.holds(b"s", "visit", told, "hash", now=1300)
    assert not second.holds(b"s", "other", told, "hash", now=1001)
    assert not second.holds(b"s", "visit", told, "newer", now=1001)
    assert not second.holds(b"t", "visit", told, "hash", now=1001)
    assert not second.holds(b"s", "visit", "8" + told[1:], "hash", now=1001)


def _key(client: TestClient) -> str:
    found = re.search(r'name="key" value="([A-Z2-7]{32})"', client.get(PAGE).text)
    assert found
    return found[1]


def _code(key: str, ahead: int = 0) -> str:
    return second.code_at(key, int(time.time()) // second.PERIOD + ahead)


def _switched_on(client: TestClient) -> tuple[str, list[str]]:
    key = _key(client)
    page = post(client, PAGE, PAGE, act="on", key=key, password=PASSWORD, code=_code(key))
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", page.text)
    assert len(set(codes)) == 10
    return key, codes


def _ticket(client: TestClient, login: str = "anna") -> str:
    answer = entered(client, login)
    found = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    assert answer.status_code == 200
    assert found
    return found[1]


def _step(client: TestClient, ticket: str, code: str) -> int:
    answer = post(client, "/sign-in", "/sign-in/code", ticket=ticket, code=code, next="/parties")
    if answer.status_code == 303:
        assert answer.headers["location"] == "/parties"
    return answer.status_code


def test_the_code_is_asked_for_after_the_password_and_taken_once(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    key, codes = _switched_on(guarded)
    assert codes[0] not in guarded.get(PAGE).text, "shown once"
    post(guarded, "/account", "/sign-out")
    ticket = _ticket(guarded)
    assert guarded.get("/parties").status_code == 303, "a password alone lets nobody in"
    assert _step(guarded, ticket, _code(key)) == 403, "the code that switched it on is spent"
    assert _step(guarded, ticket, "000000") == 403
    assert _step(guarded, ticket, _code(key, 1)) == 303
    assert guarded.get("/parties").status_code == 200
    post(guarded, "/account", "/sign-out")
    ticket = _ticket(guarded)
    assert _step(guarded, ticket, _code(key, 1)) == 403
    assert _step(guarded, ticket, codes[3].upper().replace("-", " ")) == 303
    post(guarded, "/account", "/sign-out")
    assert _step(guarded, _ticket(guarded), codes[3]) == 403, "a recovery code is of one time"


def test_whoever_guesses_codes_waits_and_a_ticket_of_another_browser_is_none(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    _, codes = _switched_on(guarded)
    post(guarded, "/account", "/sign-out")
    ticket = _ticket(guarded)
    other = TestClient(guarded.app, client=FAR, follow_redirects=False)
    assert _step(other, ticket, codes[0]) == 403
    assert [_step(guarded, ticket, f"00000{n}") for n in range(5)] == [403] * 5
    assert _step(guarded, ticket, codes[0]) == 429
    assert entered(guarded, "anna").status_code == 429


def test_it_is_switched_off_by_password_and_code_and_the_journal_knows(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    key, codes = _switched_on(guarded)
    for password, code in (("не тот пароль", _code(key, 1)), (PASSWORD, "000000")):
        wrong = post(guarded, PAGE, PAGE, act="off", password=password, code=code)
        assert wrong.status_code == 422
    renewed = post(guarded, PAGE, PAGE, act="renew", password=PASSWORD, code=_code(key, 1))
    fresh = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", renewed.text)
    old = post(guarded, PAGE, PAGE, act="off", password=PASSWORD, code=codes[0])
    assert old.status_code == 422, "new codes end the old ones"
    assert post(guarded, PAGE, PAGE, act="off", password=PASSWORD, code=fresh[0]).status_code == 303
    assert _key(guarded)
    told = [one[0] for one in acts(guarded) if one[0].startswith("second_factor")]
    assert told == ["second_factor_on", "second_factor_renew", "second_factor_off"]


def test_a_one_time_link_does_not_lead_past_it(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    _switched_on(guarded)
    post(guarded, "/account", "/sign-out")
    link = invite(sqlite_store, "anna")
    key = unquote(link.partition("key=")[2])
    answer = post(guarded, link, "/welcome", key=key, password=PASSWORD + "!")
    assert 'name="ticket"' in answer.text
    assert guarded.get("/parties").status_code == 303


@pytest.fixture
def strict(sqlite_store: Store, actions: Recorded) -> Iterator[TestClient]:
    """A site where administrators must have one."""
    settings = replace(SETTINGS, sign_in=True, second_factor=True)
    with TestClient(create_app(sqlite_store, settings, actions), client=FAR, follow_redirects=False) as client:  # fmt: skip
        yield client


def test_where_it_is_obligatory_an_administrator_switches_it_on_first(
    strict: TestClient, sqlite_store: Store
) -> None:
    joined(strict, sqlite_store, "boss", Role.ADMIN)
    post(strict, "/account", "/sign-out")
    assert entered(strict, "boss").headers["location"] == PAGE
    assert strict.get("/users").status_code == 403
    assert strict.get("/v1/parties").status_code == 403
    assert strict.post("/v1/parties", json={"name": "ООО"}, headers=SAME).status_code == 403
    assert "обязателен" in strict.get(PAGE).text
    _switched_on(strict)
    assert strict.get("/users").status_code == 200
    post(strict, "/account", "/sign-out")
    joined(strict, sqlite_store, "anna", Role.STEWARD)
    assert strict.get("/parties").status_code == 200, "of others it is not asked"


def test_a_lost_phone_is_no_lost_account(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    _switched_on(guarded)
    with sqlite_store.write() as writer:
        held = accounts.known(writer, "anna")
        assert second_factors.drop(writer, held.id)
        assert not second_factors.drop(writer, held.id)
    post(guarded, "/account", "/sign-out")
    assert entered(guarded, "anna").status_code == 303
