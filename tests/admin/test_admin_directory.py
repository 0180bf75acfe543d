"""Signing in by the company's directory: it keeps passwords and roles, the hub keeps its own accounts apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest
from httpx import Response
from starlette.testclient import TestClient

from admin.app import create_app
from admin.guard.access import invite
from flows.directory import Colleague, People
from schemas.accounts import Role
from schemas.errors import Conflict, Retryable
from store import Store, accounts
from store.clock import utc_now
from store.tables import account
from tests.admin.conftest import SETTINGS, Recorded
from tests.admin.test_admin_sign_in import FAR, PASSWORD, joined, post, site_of

HIS = "пароль из каталога"


@dataclass
class Domain:
    """A directory as the sign-in knows one: logins with what it says of them, or silence."""

    known: dict[str, Colleague] = field(default_factory=dict)
    silent: bool = False

    def admits(self, typed: str, password: str) -> Colleague | None:
        if self.silent:
            raise Retryable("Каталог не отвечает.", "The directory does not answer.")
        return self.known.get(typed) if password == HIS else None

    def find(self, login: str) -> Colleague | None:
        return self.known.get(login)


@pytest.fixture
def domain() -> Domain:
    anna = Colleague("anna", "Анна Петрова", Role.STEWARD)
    return Domain({"anna": anna, "oleg": Colleague("oleg", None, None)})


@pytest.fixture
def browser(sqlite_store: Store, domain: Domain) -> Iterator[TestClient]:
    """A browser far away, before a site that asks a directory."""
    settings = replace(SETTINGS, sign_in=True)
    app = create_app(sqlite_store, settings, Recorded(), cast("People", domain))
    with TestClient(app, client=FAR, follow_redirects=False) as client:
        yield client


def entered(client: TestClient, login: str, password: str = HIS) -> Response:
    return post(client, "/sign-in", "/sign-in", login=login, password=password)


def held(store: Store, login: str) -> accounts.Account | None:
    with store.read() as reader:
        return accounts.find(reader, login)


def test_a_colleague_is_let_in_with_the_role_of_his_group_and_no_password_is_kept(
    browser: TestClient, sqlite_store: Store
) -> None:
    assert entered(browser, "anna").status_code == 303
    made = held(sqlite_store, "anna")
    assert made is not None
    assert (made.role, made.name, made.password) == (Role.STEWARD, "Анна Петрова", None)
    assert made.of_directory
    assert "Анна Петрова" in browser.get("/parties").text


def test_a_wrong_password_and_a_stranger_are_refused_alike(browser: TestClient) -> None:
    wrong, stranger = entered(browser, "anna", "не тот"), entered(browser, "nobody")
    assert wrong.status_code == stranger.status_code == 403
    said = "Имя для входа или пароль неверны"
    assert said in wrong.text
    assert said in stranger.text


def test_whoever_has_no_group_with_a_role_is_told_so_and_gets_no_account(
    browser: TestClient, sqlite_store: Store
) -> None:
    refused = entered(browser, "oleg")
    assert refused.status_code == 403
    assert "ни одна из ваших групп" in refused.text
    assert held(sqlite_store, "oleg") is None


def test_an_account_of_the_hub_is_never_taken_over_by_the_directory(
    browser: TestClient, sqlite_store: Store
) -> None:
    joined(browser, sqlite_store, "anna", Role.ADMIN)
    browser.cookies.clear()
    assert entered(browser, "anna").status_code == 403
    assert entered(browser, "anna", PASSWORD).status_code == 303
    kept = held(sqlite_store, "anna")
    assert kept is not None
    assert (kept.role, kept.of_directory) == (Role.ADMIN, False)


def test_a_silent_directory_is_said_and_does_not_count_as_a_wrong_password(
    browser: TestClient, sqlite_store: Store, domain: Domain
) -> None:
    domain.silent = True
    for _ in range(7):
        answer = entered(browser, "anna")
        assert answer.status_code == 503
    assert "Каталог компании не отвечает" in answer.text
    joined(browser, sqlite_store, "local", Role.VIEWER)
    browser.cookies.clear()
    assert entered(browser, "local", PASSWORD).status_code == 303
    domain.silent = False
    browser.cookies.clear()
    assert entered(browser, "anna").status_code == 303


@pytest.mark.parametrize("after", [None, Colleague("anna", "Анна", None)], ids=["gone", "no role"])
def test_whoever_leaves_is_signed_out_within_a_quarter_of_an_hour(
    browser: TestClient, sqlite_store: Store, domain: Domain, after: Colleague | None
) -> None:
    entered(browser, "anna")
    domain.known.pop("anna")
    if after is not None:
        domain.known["anna"] = after
    assert browser.get("/parties").status_code == 200
    _long_ago(sqlite_store, "anna")
    browser.get("/parties")
    site_of(browser).noted()
    assert browser.get("/parties").status_code == 303


def test_another_group_is_another_role_after_signing_in_anew(
    browser: TestClient, sqlite_store: Store, domain: Domain
) -> None:
    entered(browser, "anna")
    domain.known["anna"] = Colleague("anna", "Анна Петрова", Role.VIEWER)
    _long_ago(sqlite_store, "anna")
    browser.get("/parties")
    site_of(browser).noted()
    assert browser.get("/parties").status_code == 303
    assert entered(browser, "anna").status_code == 303
    now = held(sqlite_store, "anna")
    assert now is not None
    assert now.role is Role.VIEWER


def test_a_confirmed_colleague_is_not_asked_about_again_at_once(
    browser: TestClient, sqlite_store: Store
) -> None:
    entered(browser, "anna")
    _long_ago(sqlite_store, "anna")
    browser.get("/parties")
    site_of(browser).noted()
    assert browser.get("/parties").status_code == 200
    fresh = held(sqlite_store, "anna")
    assert fresh is not None
    assert fresh.confirmed_at is not None
    assert fresh.confirmed_at > utc_now() - timedelta(minutes=1)


def test_an_account_switched_off_here_stays_out_and_its_role_and_password_are_not_ours_to_change(
    browser: TestClient, sqlite_store: Store
) -> None:
    entered(browser, "anna")
    with sqlite_store.write() as writer:
        known = accounts.known(writer, "anna")
        with pytest.raises(Conflict, match="directory keeps"):
            accounts.change(writer, known, role=Role.ADMIN)
        accounts.change(writer, known, active=False)
    with pytest.raises(Conflict, match="directory keeps"):
        invite(sqlite_store, "anna")
    browser.cookies.clear()
    refused = entered(browser, "anna")
    assert refused.status_code == 403
    assert "выключен в Kanon" in refused.text


def _long_ago(store: Store, login: str) -> None:
    with store.write() as writer:
        then = utc_now() - timedelta(minutes=20)
        writer.execute(account.update().where(account.c.login == login).values(confirmed_at=then))
