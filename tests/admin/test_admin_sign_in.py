"""Signing in: who gets in, what they may do, and how a session ends. Nobody learns what was wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from admin.app import create_app
from admin.guard import attempts as limits
from admin.guard.access import first_administrator, invite, new_token
from admin.guard.permissions import PERMISSIONS
from admin.guard.rights import GRANTS, Right
from admin.site import Site
from schemas.accounts import Role
from store import Store, accounts
from store.clock import utc_now
from store.tables import api_token, sign_in_session
from tests.admin.conftest import SETTINGS, Recorded

SAME = {"sec-fetch-site": "same-origin"}
PASSWORD = "верный конь батарея скрепка"
FAR = ("10.0.0.7", 1)


@pytest.fixture
def actions() -> Recorded:
    return Recorded()


@pytest.fixture
def guarded(sqlite_store: Store, actions: Recorded) -> Iterator[TestClient]:
    """A browser far away, before a site where people sign in."""
    app = create_app(sqlite_store, replace(SETTINGS, sign_in=True), actions)
    with TestClient(app, client=FAR, follow_redirects=False) as client:
        yield client


def post(client: TestClient, page: str, target: str, **fields: str | list[str]) -> Response:
    """A form of `page` sent to `target` as the browser would."""
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(page).text)
    assert token is not None
    return cast("Response", client.post(target, data={**fields, "csrf": token[1]}, headers=SAME))


def joined(client: TestClient, store: Store, login: str, role: Role) -> TestClient:
    """The browser after its person used the link and chose a password."""
    with store.write() as writer:
        accounts.add(writer, login, role, "test")
    link = invite(store, login)
    answer = post(
        client, link, "/welcome", key=parse_qs(urlsplit(link).query)["key"][0], password=PASSWORD
    )
    assert answer.status_code == 303, answer.text
    return client


def site_of(client: TestClient) -> Site:
    """The site behind a browser."""
    return cast("Site", cast("FastAPI", client.app).state.site)


def entered(client: TestClient, login: str, password: str = PASSWORD, **more: str) -> Response:
    """What comes of a try to sign in."""
    return post(client, "/sign-in", "/sign-in", login=login, password=password, **more)


def test_a_stranger_is_led_to_the_door_and_back_to_where_he_was_going(
    guarded: TestClient, sqlite_store: Store
) -> None:
    led = guarded.get("/parties?q=вектор")
    assert led.status_code == 303
    assert urlsplit(led.headers["location"]).path == "/sign-in"
    target = parse_qs(urlsplit(led.headers["location"]).query)["next"][0]
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    post(guarded, "/", "/sign-out")
    assert guarded.get("/").status_code == 303
    back = entered(guarded, " Anna ", next=target)
    assert back.status_code == 303
    assert back.headers["location"] == target
    assert guarded.get(target).status_code == 200


def test_the_door_shows_nothing_of_the_base(guarded: TestClient) -> None:
    page = guarded.get("/sign-in").text
    assert "/parties" not in page
    assert 'role="search"' not in page


def test_a_program_without_a_token_is_told_what_to_bring(guarded: TestClient) -> None:
    answer = guarded.get("/v1/parties", headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "sign_in_needed"
    assert "kanon token add" in answer.json()["detail"]


def test_a_fragment_of_a_page_sends_the_whole_page_to_the_door(guarded: TestClient) -> None:
    answer = guarded.get("/parties?q=a", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/sign-in?next=")


@pytest.mark.parametrize("login", ["anna", "nobody", "", "x" * 5000, "анна‮", "' or 1=1 --"])
def test_wrong_words_are_refused_alike(
    guarded: TestClient, sqlite_store: Store, login: str
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    post(guarded, "/", "/sign-out")
    answer = entered(guarded, login, "неверный пароль")
    assert answer.status_code == 403
    assert "Имя для входа или пароль неверны" in answer.text
    assert "kanon_session" not in answer.headers.get("set-cookie", "")
    assert "неверный пароль" not in answer.text


def test_whoever_guesses_waits(
    guarded: TestClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    post(guarded, "/", "/sign-out")
    for _ in range(limits.PER_LOGIN):
        assert entered(guarded, "anna", "мимо мимо").status_code == 403
    refused = entered(guarded, "anna")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= limits.WINDOW + 1
    assert "Слишком много попыток" in refused.text
    monkeypatch.setattr(limits, "WINDOW", 0.0)
    assert entered(guarded, "anna").status_code == 303


def test_a_link_works_once_and_not_for_ever(guarded: TestClient, sqlite_store: Store) -> None:
    link = first_administrator(sqlite_store, "root")
    assert link is not None
    assert first_administrator(sqlite_store, "root") is None
    key = parse_qs(urlsplit(link).query)["key"][0]
    weak = post(guarded, link, "/welcome", key=key, password="admin12345")
    assert weak.status_code == 422
    assert "легко угадать" in weak.text
    assert post(guarded, link, "/welcome", key=key, password=PASSWORD).status_code == 303
    assert guarded.get(link).status_code == 409
    with sqlite_store.write() as writer:
        held = accounts.known(writer, "admin")
        accounts.offer(writer, held.id, "0" * 64, utc_now() - timedelta(days=2))
        assert accounts.offered(writer, "0" * 64) is None


def test_a_new_link_ends_the_one_before(sqlite_store: Store, guarded: TestClient) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    first = invite(sqlite_store, "anna")
    second = invite(sqlite_store, "anna")
    assert guarded.get(first).status_code == 409
    assert guarded.get(second).status_code == 200


def test_a_session_ends_when_idle_when_old_and_when_the_account_is_switched_off(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    for column, lasts in (("seen_at", accounts.IDLE), ("began_at", accounts.LONGEST)):
        with sqlite_store.write() as writer:
            long_ago = utc_now() - lasts - timedelta(seconds=1)
            writer.execute(sign_in_session.update().values({column: long_ago}))
        assert guarded.get("/").status_code == 303
        assert entered(guarded, "anna").status_code == 303
        assert guarded.get("/").status_code == 200
    with sqlite_store.write() as writer:
        accounts.change(writer, accounts.known(writer, "anna"), active=False)
    assert guarded.get("/").status_code == 303
    assert entered(guarded, "anna").status_code == 403


def test_a_session_that_is_used_goes_on(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    before = utc_now() - accounts.IDLE + timedelta(seconds=30)
    with sqlite_store.write() as writer:
        writer.execute(sign_in_session.update().values(seen_at=before))
    assert guarded.get("/").status_code == 200
    site_of(guarded).noted()
    with sqlite_store.read() as reader:
        assert reader.rows(sign_in_session.select())[0].seen_at > before


def test_neither_passwords_nor_secrets_are_stored(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    secret = new_token(sqlite_store, "crm", Role.CRM, "anna", timedelta(days=1))
    cookie = guarded.cookies["kanon_session"]
    with sqlite_store.read() as reader:
        held = str([tuple(r) for r in reader.rows(sign_in_session.select())])
        held += str([tuple(r) for r in reader.rows(api_token.select())])
        held += str(accounts.listing(reader))
    assert cookie not in held
    assert secret not in held
    assert PASSWORD not in held
    assert "$argon2id$" in held


def test_the_cookie_is_for_this_host_alone_over_tls(sqlite_store: Store) -> None:
    app = create_app(sqlite_store, replace(SETTINGS, sign_in=True))
    client = TestClient(app, base_url="https://testserver", client=FAR, follow_redirects=False)
    with sqlite_store.write() as writer:
        accounts.add(writer, "anna", Role.VIEWER, "test")
    link = invite(sqlite_store, "anna")
    answer = post(
        client, link, "/welcome", key=parse_qs(urlsplit(link).query)["key"][0], password=PASSWORD
    )
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-kanon="))
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {
        part.strip().lower() for part in cookie.split(";")
    }


@pytest.mark.parametrize("role", Role)
def test_every_role_may_do_what_the_table_says_and_nothing_else(
    guarded: TestClient, sqlite_store: Store, role: Role
) -> None:
    joined(guarded, sqlite_store, "someone", role)
    for (method, path), right in PERMISSIONS.items():
        if right is Right.PUBLIC:
            continue
        told = re.sub(r"\{\w+:int\}|\{run_id\}", "1", path)
        body = {"name": "ООО Новая"} if path.startswith("/v1") and method == "POST" else None
        answer = guarded.request(method, re.sub(r"\{.*?\}", "x", told), headers=SAME, json=body)
        allowed = right in GRANTS[role]
        said = "этого не может" in answer.text or "may not do this" in answer.text
        assert said is not allowed, (method, path, answer.status_code)
        assert answer.status_code != 401


@pytest.mark.parametrize(
    ("path", "button", "roles"),
    [
        ("/sources/erp", "/sources/erp/sync", {Role.ENGINEER, Role.ADMIN}),
        ("/", "/users", {Role.ADMIN}),
    ],
)
def test_nobody_is_shown_a_button_he_may_not_press(
    guarded: TestClient, sqlite_store: Store, path: str, button: str, roles: set[Role]
) -> None:
    for role in Role:
        with sqlite_store.write() as writer:
            accounts.add(writer, f"a-{role}", role, "test")
        link = invite(sqlite_store, f"a-{role}")
        guarded.cookies.clear()
        key = parse_qs(urlsplit(link).query)["key"][0]
        post(guarded, link, "/welcome", key=key, password=PASSWORD)
        assert (f'"{button}"' in guarded.get(path).text) is (role in roles), role


def test_a_token_asks_by_its_role_until_it_is_revoked(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "boss", Role.ADMIN)
    page = post(guarded, "/users", "/tokens", act="add", name="Битрикс", role="viewer", days="30")
    secret = re.search(r"kanon_[\w-]{43}", page.text)
    assert secret is not None
    program = TestClient(guarded.app, client=FAR, headers={"authorization": f"Bearer {secret[0]}"})
    assert program.get("/v1/parties").status_code == 200
    assert program.post("/v1/parties", json={"name": "ООО Новая"}).status_code == 403
    assert secret[0] not in guarded.get("/users").text
    post(guarded, "/users", "/tokens", act="revoke", token="1")
    assert program.get("/v1/parties").status_code == 401
    wrong = {"authorization": "Bearer kanon_" + "x" * 43}
    assert TestClient(guarded.app, headers=wrong).get("/v1/parties").status_code == 401


def test_an_administrator_adds_people_and_the_last_one_cannot_leave(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "boss", Role.ADMIN)
    page = post(
        guarded, "/users", "/users", act="add", login="Пётр", name="Пётр И.", role="steward"
    )
    assert re.search(r"http://testserver/welcome\?key=[\w-]{43}", page.text)
    again = post(guarded, "/users", "/users", act="add", login="пётр", role="steward")
    assert again.status_code == 422
    assert "уже есть" in again.text
    last = post(guarded, "/users", "/users", act="role", login="boss", role="viewer")
    assert "последний администратор" in last.text
    last = post(guarded, "/users", "/users", act="switch", login="boss", active="no")
    assert "последний администратор" in last.text
    post(guarded, "/users", "/users", act="role", login="пётр", role="admin")
    post(guarded, "/users", "/users", act="role", login="boss", role="viewer")
    assert guarded.get("/users").status_code == 303, "a changed role signs out"


def test_a_new_password_signs_out_and_the_old_one_no_longer_holds(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    wrong = post(guarded, "/account", "/account/password", old="не тот", new=PASSWORD + "!")
    assert "Старый пароль неверен" in wrong.text
    post(guarded, "/account", "/account/password", old=PASSWORD, new=PASSWORD + "!")
    assert guarded.get("/account").status_code == 303
    assert entered(guarded, "anna").status_code == 403
    assert entered(guarded, "anna", PASSWORD + "!").status_code == 303


def test_a_decision_bears_the_name_of_who_made_it(
    guarded: TestClient, sqlite_store: Store, actions: Recorded
) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    fields = {"left": "a/b/1", "right": "a/b/2", "verdict": "same", "seen": "x"}
    assert post(guarded, "/account", "/reviews/pair", **fields).status_code == 303
    assert [judged.by for _, _, judged in actions.judged] == ["anna"]


def test_a_form_of_before_signing_in_no_longer_holds(
    guarded: TestClient, sqlite_store: Store
) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', guarded.get("/sign-in").text)
    assert token is not None
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    stale = guarded.post("/sign-out", data={"csrf": token[1]}, headers=SAME)
    assert stale.status_code == 403
    assert guarded.get("/").status_code == 200


def test_a_page_of_another_site_cannot_sign_anybody_in_or_out(
    guarded: TestClient, sqlite_store: Store
) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    token = re.search(r'name="csrf" value="([^"]+)"', guarded.get("/").text)
    assert token is not None
    foreign = {"sec-fetch-site": "cross-site"}
    assert guarded.post("/sign-out", data={"csrf": token[1]}, headers=foreign).status_code == 403
    assert guarded.get("/").status_code == 200
    target = "https://evil.example/"
    post(guarded, "/", "/sign-out")
    assert entered(guarded, "anna", next=target).headers["location"] == "/"


def test_how_pages_look_is_kept_with_the_account(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    post(
        guarded,
        "/account",
        "/preferences",
        zone="omsk",
        theme="dark",
        language="en",
        next="/account",
    )
    site_of(guarded).noted()
    post(guarded, "/", "/sign-out")
    guarded.cookies.clear()
    assert 'data-theme="auto"' in guarded.get("/sign-in").text
    entered(guarded, "anna")
    page = guarded.get("/account").text
    assert 'data-theme="dark"' in page
    assert '<option value="omsk" selected>' in page
    assert '<html lang="en"' in page
